"""Checks of exhibits: their citation, list, use, sources, translations and letters."""
