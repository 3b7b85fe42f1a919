"""Serves the description of the HTTP API, to everybody: what it says is in docs/openapi.json, too."""

import base64
from pathlib import Path

from catchup.domain.presence import Encoding
from catchup.entrypoint.events import Response
from catchup.entrypoint.negotiation import CONTENT_TYPES, Headers, compressed

# No command: it is the same for all, and needs no caller.
DOCUMENT_ROUTE = "GET /openapi.json"
# It changes with a deployment only; so generators and viewers need not ask each time.
_CACHED = "public, max-age=300"


def document(headers: Headers) -> Response:
    """Returns API Gateway's answer. The file is read here and not at cold start: nearly no request needs it."""
    content = Path(__file__).with_name("openapi.json").read_bytes()
    packed = compressed(headers, content)
    named = {
        "content-type": CONTENT_TYPES[Encoding.JSON],
        "cache-control": _CACHED,
        "vary": "Accept-Encoding",
        **({"content-encoding": "gzip"} if packed else {}),
    }
    body = base64.b64encode(packed) if packed else content
    return {"statusCode": 200, "headers": named, "body": body.decode(), "isBase64Encoded": packed is not None}
