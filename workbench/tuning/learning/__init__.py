"""Prompts improved from the attorney's decisions."""
