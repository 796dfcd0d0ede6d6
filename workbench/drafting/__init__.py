"""Drafting one section: the catalogue, the prompts, the models, and the two agents."""
