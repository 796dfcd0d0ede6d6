"""History, comparison and audit of runs."""
