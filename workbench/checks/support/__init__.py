"""Support score of sentences, and checks of claims and lost facts."""
