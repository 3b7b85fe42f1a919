"""Red packets: an amount in a chat, of which each person who opens it gets one share."""
