"""Reviews of drafts by people."""
