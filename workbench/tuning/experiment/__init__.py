"""Experiments: prompts, cases, sections and models, drafted and scored."""
