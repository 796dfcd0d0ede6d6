"""The tuner: one section's prompt edited and tried."""
