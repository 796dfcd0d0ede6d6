"""Checks of words that decide how much a sentence claims."""
