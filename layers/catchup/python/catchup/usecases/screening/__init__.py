"""Texts are judged before they are stored, and what is held is reviewed."""
