"""Intake of documents."""
