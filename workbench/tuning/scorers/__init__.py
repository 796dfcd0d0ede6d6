"""Scorers of drafts."""
