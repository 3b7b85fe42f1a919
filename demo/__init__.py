"""`make demo`: Bob has been away, and comes back to a thousand messages."""
