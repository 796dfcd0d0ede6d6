"""Widgets bound to the snapshots of a run."""
