"""The server: REST for the author, a door into a busy kernel, and later the live mirror for viewers."""
