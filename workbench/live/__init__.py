"""The live state of a run: events, the snapshot they fold into, and where both are kept."""
