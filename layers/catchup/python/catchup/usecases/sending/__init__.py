"""A message gets its place, and is stored, counted and pushed."""
