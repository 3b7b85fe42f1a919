"""What schemathesis can't know from the document: real people and sessions, and what must not be called invalid."""

import base64
import json
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode

from catchup.domain.ids import is_uid, private_session
from tests.support.http import PROTOBUF

CALLER, GROUP = "alice", "room"
_PEOPLE = ("bob", "carol", "auth0|5f7c", "a/b", "..", "%41", "x?y", "dave+1@example.org")
# Rules beyond the schemas: of the caller's own name, of a cursor, of sizes in bytes, of what is printable, and of what
# chatType decides (`to` is then a groupId; `at` is for groups).
_BEYOND_SCHEMAS = (
    "your own uid",
    "someone else",
    "next that the server sent",
    "bytes",
    "control characters",
    "only in groups",
)

_FIXES = ("send the groupId", "send the next of the answer before, or none")


def _in_path(text: str) -> str:
    """As docs/protocol.md has ids in paths."""
    if set(text) & set("/?%\\") or not text.strip("."):
        return "b64:" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return text


uids = st.sampled_from(_PEOPLE) | st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64
).filter(is_uid)
ids = st.sampled_from((GROUP, "m1", "m2")) | st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
sessions = st.sampled_from((f"p:{CALLER}:bob", f"g:{GROUP}", f"p:{CALLER}:{CALLER}")) | st.one_of(
    uids.map(lambda uid: private_session(CALLER, uid)),  # type: ignore[arg-type]
    ids.map(lambda name: f"g:{name}"),
)
schemathesis.openapi.format("uid", uids)
schemathesis.openapi.format("id", ids)
schemathesis.openapi.format("session-id", sessions)
schemathesis.openapi.format("uid-in-path", uids.map(_in_path))
schemathesis.openapi.format("session-id-in-path", sessions.map(_in_path))
schemathesis.openapi.media_type(PROTOBUF, st.binary(max_size=200))


@schemathesis.check
def allowed_requests_are_not_invalid(_ctx: Any, response: Any, case: Any) -> None:
    """What the document allows may be refused for what is stored, but not as invalid."""
    if response.status_code != 400 or case.media_type == PROTOBUF:
        return
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    refused = json.loads(response.content)
    error = refused["error"]
    is_beyond = any(words in error["rule"] for words in _BEYOND_SCHEMAS) or error["fix"] in _FIXES
    assert refused["code"] != "INVALID_ARGUMENT" or is_beyond, refused["error"]
