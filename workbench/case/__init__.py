"""The case file, its exhibits by page, and the search in them."""
