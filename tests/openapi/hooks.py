"""What schemathesis can't know from the document: real people and sessions, and what must not be called invalid."""

import base64
import json
from typing import Any

import schemathesis
from google.protobuf.json_format import ParseError
from hypothesis import strategies as st
from schemathesis import GenerationMode

from catchup.commands import ROUTES
from catchup.domain.ids import is_uid, private_session
from catchup.settings import MAX_HTTP_PAGE
from catchup.wire import catchup_pb2 as pb
from catchup.wire.json_form import from_json
from tests.support.http import PROTOBUF

CALLER = "alice"
# Of the caller's own, and of somebody else's, which the caller can join (tests/openapi/run.py).
GROUPS = ("room", "hall")
_PEOPLE = ("bob", "carol", "auth0|5f7c", "a/b", "..", "%41", "x?y", "dave+1@example.org")
# Rules beyond the schemas: of the caller's own name, of a cursor, of sizes in bytes, of what is printable, of how
# many seqs all sessions of an ack have, of two fields together, of the server's clock, and of what the path allows.
_BEYOND_SCHEMAS = (
    "your own uid",
    "someone else",
    "next that the server sent",
    "bytes",
    "control characters",
    f"body.sessions: at most {MAX_HTTP_PAGE} seqs",
    "at least received: no seq is below its number",
    "not together with open",
    "after the server's time",
    "only in groups",
    # Of uploads: a checksum that fits the size, and media types that fit the type.
    "body.sha256:",
    "body.parts",
    "body.uploadId:",
    "body.mime:",
)


def _in_path(text: str) -> str:
    """As docs/protocol.md has ids in paths."""
    if set(text) & set("/?%\\") or not text.strip("."):
        return "b64:" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return text


uids = st.sampled_from(_PEOPLE) | st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64
).filter(is_uid)
ids = st.sampled_from((*GROUPS, "m1", "m2")) | st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
_SESSIONS = (f"p:{CALLER}:bob", f"p:{CALLER}:{CALLER}", *(f"g:{group}" for group in GROUPS))
sessions = st.sampled_from(_SESSIONS) | st.one_of(
    uids.map(lambda uid: private_session(CALLER, uid)),  # type: ignore[arg-type]
    ids.map(lambda name: f"g:{name}"),
)
schemathesis.openapi.format("uid", uids)
schemathesis.openapi.format("id", ids)
schemathesis.openapi.format("session-id", sessions)
schemathesis.openapi.format("uid-in-path", uids.map(_in_path))
schemathesis.openapi.format("session-id-in-path", sessions.map(_in_path))


@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: Any) -> None:
    """A body in protobuf is made from what the document says of the same body in JSON."""
    for operation in (each for methods in raw_schema["paths"].values() for each in methods.values()):
        content = operation.get("requestBody", {}).get("content", {})
        if PROTOBUF in content:
            content[PROTOBUF] = {"schema": content["application/json"]["schema"]}


@schemathesis.serializer(PROTOBUF)
def serialised(context: Any, value: Any) -> bytes:
    """The request's own message; of what no message can hold, its JSON, which is not protobuf."""
    command = ROUTES[f"{context.case.method} {context.case.path}"]
    message: Any = getattr(pb.Envelope(), command.cmd)
    try:
        return bytes(from_json(value, message).SerializeToString())
    except (ParseError, TypeError):
        return json.dumps(value).encode()


@schemathesis.check
def allowed_requests_are_not_invalid(_ctx: Any, response: Any, case: Any) -> None:
    """What the document allows may be refused for what is stored, but not as invalid."""
    if response.status_code != 400:
        return
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    refused = json.loads(response.content)
    error = refused["error"]
    rule = f"{error['field']}: {error['rule']}"
    is_beyond = any(words in rule for words in _BEYOND_SCHEMAS)
    assert refused["code"] != "INVALID_ARGUMENT" or is_beyond, refused["error"]
