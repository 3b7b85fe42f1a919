"""Receipts: what people learn of how far others have read."""
