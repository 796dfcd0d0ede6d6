"""Checks of names and pronouns."""
