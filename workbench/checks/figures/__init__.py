"""Check of figures and dates against the pages cited."""
