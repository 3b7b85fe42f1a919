"""Groups: sending, changes of members, and the fan-out."""
