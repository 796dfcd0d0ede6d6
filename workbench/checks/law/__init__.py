"""Checks of authorities, provisions and standards of law."""
