"""Drafting of one section: catalogue, prompts, models, agents."""
