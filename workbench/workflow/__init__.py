"""LangGraph workflow, and `Run`, the handle of one run.

Notebooks, widgets and commands hold a run by it.
"""
