"""Statements of a text that can be looked up: numbers, quantities, dates, and the sentences around them."""
