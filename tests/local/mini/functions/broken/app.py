"""A function that can't be imported."""

raise RuntimeError("broken at import")
