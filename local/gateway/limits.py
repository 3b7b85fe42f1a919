"""API Gateway's limits for WebSocket APIs.

Source: AWS documentation, "Quotas for configuring and running a WebSocket in API Gateway"; docs/platform.md, "API
Gateway WebSocket". The limits that are times, and that tests shorten, are in `local.options`.
"""

# One frame from a client; a larger one closes the connection with 1009.
MAX_FRAME_BYTES = 32 * 1024
# One message in either direction, of however many frames.
MAX_MESSAGE_BYTES = 128 * 1024
# The bytes that may wait for a client that doesn't read. Beyond this @connections answers 429 ("the WebSocket client
# side buffer is full", API Gateway Management API, LimitExceededException). AWS does not document the size.
MAX_UNREAD_BYTES = 1024 * 1024
# Requests of an account, messages and @connections calls together.
ACCOUNT_RATE_PER_SECOND = 10_000
ACCOUNT_BURST = 5_000
# How long a closing client has for its own close frame.
CLOSE_SECONDS = 2.0
