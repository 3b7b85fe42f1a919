"""Where word lists come from, how they are searched, and a moderator of one's own."""
