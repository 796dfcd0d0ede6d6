"""Check of a letter against itself."""
