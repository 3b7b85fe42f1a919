"""Judges texts before they are stored, and lets operators review held messages."""
