"""Tuning the prompts.

Versions, experiments, scorers, the gate, and what the attorney's own decisions teach.
"""
