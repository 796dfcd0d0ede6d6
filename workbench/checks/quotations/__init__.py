"""Check of quotations, and their location on pages."""
