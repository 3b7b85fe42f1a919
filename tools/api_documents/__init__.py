"""Writes the documents that machines read: docs/openapi.json of the HTTP API, docs/asyncapi.json of the WebSocket.

Their sources are the schema in proto/, the table of commands, the limits of settings.py, and the events with their
expected answers, which tests/expected proves against the real handlers.
"""
