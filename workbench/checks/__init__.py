"""Checks of drafts, their registry, and findings."""
