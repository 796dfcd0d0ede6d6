"""Checks of drafts: one function a check, a registry, a Finding."""
