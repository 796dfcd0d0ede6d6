"""The LangGraph workflow, and the Run by which notebooks, widgets and commands hold it."""
