"""Live state of runs: events, snapshots and their stores."""
