"""Messages that people hide from themselves, on all their devices."""
