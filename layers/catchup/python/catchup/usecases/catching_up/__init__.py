"""Login, counters, pages of messages, clears and acks."""
