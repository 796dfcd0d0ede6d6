"""Exchange with promptfoo."""
