"""What groups do that private sessions do not."""
