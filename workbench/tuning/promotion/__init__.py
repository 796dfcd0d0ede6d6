"""The promotion gate: a prompt version tested on golden cases."""
