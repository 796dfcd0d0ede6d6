"""Checks of what a petition, a response to a request for evidence or an expert letter must hold."""
