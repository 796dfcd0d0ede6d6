"""Tuning the prompts: versions, experiments, scorers, the gate, and what the attorney's own decisions teach."""
