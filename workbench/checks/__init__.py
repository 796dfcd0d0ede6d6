"""What a draft is checked for: one function a check, a registry, a Finding."""
