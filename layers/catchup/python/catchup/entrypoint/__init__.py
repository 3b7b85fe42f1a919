"""Handlers: Lambda events in, replies out. Only this package knows the shapes of events."""
