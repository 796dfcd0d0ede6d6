"""The case file, its exhibits, and their search."""
