"""Checks for what a drafter, a template or an assistant left in a letter."""
