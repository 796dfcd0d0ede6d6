"""Prompt templates, their versions, and the promotion of versions."""
