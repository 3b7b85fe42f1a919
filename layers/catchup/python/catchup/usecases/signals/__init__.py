"""Signals to those online, such as typing."""
