"""Frames that nobody should send, and what the service makes of them. Run by `make test-fuzz`."""
