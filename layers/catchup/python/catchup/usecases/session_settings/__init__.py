"""How people want to see their sessions: muted, pinned, hidden, marked as unread."""
