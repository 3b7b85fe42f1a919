"""Test requests of each command. Each of three tables has one row per command.

GOOD     a well-formed request
FIELDS   each field at its limit and beyond it
BODIES   random well-formed bodies, made with a `Random`. All texts of persons contain MARKER, which must never be in a
         log
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from catchup.commands import COMMANDS
from catchup.domain.ids import MAX_NUMBER
from catchup.settings import (
    MAX_ACK_SEQS,
    MAX_ANNOUNCEMENT_BYTES,
    MAX_CLEAR_SESSIONS,
    MAX_GROUP_NAME_BYTES,
    MAX_HIDDEN_SEQS,
    MAX_MESSAGE_BYTES,
    MAX_NAMED_UIDS,
    MAX_NESTING,
    MAX_NOTE_BYTES,
    MAX_ONLINE_UIDS,
    MAX_SIGNAL_DATA_BYTES,
)
from tests.support.fields import (
    ANYWHERE,
    CHANGE_FIELDS,
    CHAT,
    CURSOR,
    FLAGS,
    IDENTIFIER,
    IDS,
    LIMITS,
    NAMED,
    NUMBERS,
    SEQ,
    SEQS,
    SESSION,
    SESSION_ID,
    Field,
    content_of,
    deep,
    seqs_of,
    sessions,
    uids,
)
from tests.support.media import PNG, digest, key_of, picture

REQUESTS = tuple(COMMANDS)
CHANGE = {"msgId": "c", "groupId": "room"}
UPLOAD = {"msgId": "u", "type": "image", "mime": "image/png", "bytes": len(PNG), "sha256": digest(PNG)}
# One digest has one text: in the second the unused bits are set.
DIGESTS: tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]] = (
    (digest(PNG),),
    ("", "x", f"{digest(PNG)}-2", f"{digest(PNG)[:-2]}9=", digest(PNG)[:-1]),
    (7, []),
)
GOOD: dict[str, dict[str, Any]] = {
    "login": {},
    "ping": {},
    "counters": {"sessionIds": [SESSION]},
    "clear": {"sessions": {SESSION: 0}},
    "ack": {"sessions": {SESSION: {"seqs": [1]}}},
    "chat": CHAT,
    "pull": {"sessionId": SESSION},
    "history": {"sessionId": SESSION},
    "sessions": {},
    "settings": {"sessions": {SESSION: {"pinned": True}}},
    "create": CHANGE,
    "join": CHANGE,
    "leave": CHANGE,
    "add": {**CHANGE, "uids": ["bob"]},
    "remove": {**CHANGE, "uids": ["bob"]},
    "role": {**CHANGE, "uid": "bob", "role": "ADMIN"},
    "describe": {**CHANGE, "name": "The hall"},
    "mute": {**CHANGE, "uid": "bob", "until": 0},
    "dissolve": CHANGE,
    "ask": {"groupId": "room"},
    "requests": {"groupId": "room"},
    "approve": {**CHANGE, "uids": ["bob"]},
    "members": {"groupId": "room"},
    "block": {"uid": "bob"},
    "unblock": {"uid": "bob"},
    "blocked": {},
    "read": {"sessions": {SESSION: {"seq": 0, "received": 0}}},
    "receipts": {"on": True},
    "readers": {"sessionId": "g:room", "seq": 1},
    "signal": {"chatType": 1, "to": "bob", "kind": "typing"},
    "recall": {"msgId": "r", "sessionId": SESSION, "seq": 1},
    "edit": {"msgId": "e", "sessionId": SESSION, "seq": 1, "msg": {"message": "hi"}},
    "online": {"uids": ["bob"]},
    "hide": {"sessionId": SESSION, "seqs": [1]},
    "hidden": {"sessionId": SESSION},
    "upload": UPLOAD,
    "media": {"sessionId": SESSION, "seq": 1},
}
NAME = Field(
    ("", "x" * MAX_GROUP_NAME_BYTES, "ä" * (MAX_GROUP_NAME_BYTES // 2)),
    ("x" * (MAX_GROUP_NAME_BYTES + 1), "ä" * (MAX_GROUP_NAME_BYTES // 2 + 1), "a\nb", "\0"),
    (7, [], "\ud800"),
)
FIELDS: dict[str, dict[str, Field]] = {
    "login": {"since": Field(*NUMBERS)},
    "ping": {},
    "counters": {
        "since": Field(*NUMBERS),
        "sessionIds": Field(
            ([], [SESSION], [*sessions(MAX_CLEAR_SESSIONS, 0)]),
            ([*sessions(MAX_CLEAR_SESSIONS + 1, 0)], ["x"]),
            ("x", [7], [None]),
            at=ANYWHERE,
        ),
        "next": Field(*CURSOR),
    },
    "clear": {
        "sessions": Field(
            ({SESSION: 0}, {SESSION: MAX_NUMBER}, sessions(MAX_CLEAR_SESSIONS, 0)),
            ({}, {SESSION: -1}, {SESSION: MAX_NUMBER + 1}, {"x": 1}, {"": 1}, sessions(MAX_CLEAR_SESSIONS + 1, 0)),
            ([], "x", {SESSION: "x"}, {SESSION: 1.5}, {SESSION: None}, {SESSION: {}}),
            required=True,
            at=ANYWHERE,
        )
    },
    "ack": {
        "sessions": Field(
            (
                {SESSION: {}},
                {SESSION: {"seqs": seqs_of(MAX_ACK_SEQS), "received": 0}},
                {SESSION: {"received": MAX_NUMBER}},
                sessions(MAX_CLEAR_SESSIONS, {"seqs": [1]}),
            ),
            (
                {},
                sessions(MAX_CLEAR_SESSIONS + 1, {}),
                sessions(2, {"seqs": seqs_of(MAX_ACK_SEQS // 2 + 1)}),
                *({SESSION: {"seqs": seqs}} for seqs in SEQS[1]),
                *({SESSION: {"received": number}} for number in NUMBERS[1]),
            ),
            (
                [],
                {SESSION: []},
                *({SESSION: {"seqs": seqs}} for seqs in SEQS[2]),
                *({SESSION: {"received": number}} for number in NUMBERS[2]),
            ),
            required=True,
            at=ANYWHERE,
        )
    },
    "chat": {
        "v": Field((0, 1), (2, -1), ("x", 1.5, 2**31)),
        "msgId": IDENTIFIER,
        "chatType": Field((1, 2), (0, 3, -1), ("x", 1.5, 2**31), required=True),
        "ackFlg": Field((0, 1), (2, -1), ("x", 1.5, 2**31)),
        "from": Field(("", "alice"), (), (7, [])),
        "to": IDENTIFIER,
        "time": Field(*NUMBERS),
        "msg": Field(
            ({}, deep(MAX_NESTING), content_of(MAX_MESSAGE_BYTES)),
            (deep(MAX_NESTING + 1), content_of(MAX_MESSAGE_BYTES + 1)),
            ("x", [], 7, None, deep(40), deep(150), deep(300)),
            required=True,
        ),
        "at": Field(
            ([], uids(MAX_NAMED_UIDS)),
            (uids(MAX_NAMED_UIDS + 1), ["a b"]),
            ("bob", [7], [None]),
            at=ANYWHERE,
            beside=(("chatType", 2),),
        ),
        "atAll": Field(*FLAGS, beside=(("chatType", 2),)),
        "source": Field(
            ({"sessionId": SESSION, "seq": 1}, {"sessionId": "g:room", "seq": MAX_NUMBER}),
            ({"sessionId": "p:b", "seq": 1}, {"sessionId": SESSION, "seq": 0}, {"seq": 1}, {}),
            (7, [], "x", {"sessionId": 7}, {"seq": "x"}),
            at=ANYWHERE,
            beside=(("msg", picture(key_of("alice"))),),
        ),
    },
    "pull": {
        "sessionId": Field(*SESSION_ID, required=True),
        "limit": Field(*LIMITS),
        "ack": Field(*SEQS),
        "before": Field(*NUMBERS),
        "after": Field(*NUMBERS),
    },
    "history": {
        "sessionId": Field(*SESSION_ID, required=True),
        "limit": Field(*LIMITS),
        "before": Field(*NUMBERS),
        "after": Field(*NUMBERS),
    },
    "sessions": {"limit": Field(*LIMITS), "next": Field(*CURSOR)},
    "settings": {
        "sessions": Field(
            (
                sessions(MAX_CLEAR_SESSIONS, {"pinned": True}),
                *({SESSION: {"mutedUntil": number}} for number in NUMBERS[0]),
                *({SESSION: {name: flag}} for name in ("pinned", "hidden", "markedUnread") for flag in FLAGS[0]),
                *({SESSION: {"hidden": True, "at": {"seq": n, "received": n}}} for n in NUMBERS[0]),
                {SESSION: {"hidden": True, "at": {}}},
                {SESSION: {"pinned": True, "changedAt": 1}},
            ),
            (
                {},
                sessions(MAX_CLEAR_SESSIONS + 1, {"pinned": True}),
                {"x": {"pinned": True}},
                {SESSION: {}},
                {SESSION: {"at": {"seq": 1, "received": 1}, "changedAt": 1}},
                *({SESSION: {"mutedUntil": number}} for number in NUMBERS[1]),
                *({SESSION: {"hidden": True, "at": {"seq": number}}} for number in NUMBERS[1]),
                *({SESSION: {"hidden": True, "at": {"received": number}}} for number in NUMBERS[1]),
                *({SESSION: {"pinned": True, "changedAt": number}} for number in (0, *NUMBERS[1], MAX_NUMBER)),
            ),
            (
                [],
                {SESSION: []},
                {SESSION: None},
                *({SESSION: {"mutedUntil": number}} for number in NUMBERS[2]),
                *({SESSION: {name: flag}} for name in ("pinned", "hidden", "markedUnread") for flag in FLAGS[2]),
                *({SESSION: {"hidden": True, "at": {"seq": number}}} for number in NUMBERS[2]),
                *({SESSION: {"hidden": True, "at": {"received": number}}} for number in NUMBERS[2]),
                {SESSION: {"hidden": True, "at": 7}},
                {SESSION: {"hidden": True, "at": []}},
                *({SESSION: {"pinned": True, "changedAt": number}} for number in NUMBERS[2]),
            ),
            required=True,
            at=ANYWHERE,
        )
    },
    "create": {
        **CHANGE_FIELDS,
        "name": NAME,
        "uids": Field(([], *NAMED[0]), *NAMED[1:], at=ANYWHERE),
        "open": Field(*FLAGS),
        "ask": Field(*FLAGS),
        "openHistory": Field(*FLAGS),
    },
    "join": CHANGE_FIELDS,
    "leave": CHANGE_FIELDS,
    "add": {**CHANGE_FIELDS, "uids": Field(NAMED[0], ([], *NAMED[1]), NAMED[2], required=True, at=ANYWHERE)},
    "remove": {**CHANGE_FIELDS, "uids": Field(NAMED[0], ([], *NAMED[1]), NAMED[2], required=True, at=ANYWHERE)},
    "role": {
        **CHANGE_FIELDS,
        "uid": IDENTIFIER,
        "role": Field(("MEMBER", "ADMIN", "OWNER"), (3, -1), ("KING", 1.5, [], True), required=True),
    },
    "describe": {
        **CHANGE_FIELDS,
        "name": NAME,
        "announcement": Field(
            ("", "x" * MAX_ANNOUNCEMENT_BYTES, "ä" * (MAX_ANNOUNCEMENT_BYTES // 2), "a\n\tb"),
            ("x" * (MAX_ANNOUNCEMENT_BYTES + 1), "ä" * (MAX_ANNOUNCEMENT_BYTES // 2 + 1), "a\rb", "\0"),
            (7, [], "\ud800"),
        ),
    },
    "mute": {**CHANGE_FIELDS, "uid": Field(*IDS), "until": Field(*NUMBERS, required=True)},
    "dissolve": CHANGE_FIELDS,
    "ask": {
        "groupId": IDENTIFIER,
        "note": Field(
            ("", "x" * MAX_NOTE_BYTES, "ä" * (MAX_NOTE_BYTES // 2)),
            ("x" * (MAX_NOTE_BYTES + 1), "ä" * (MAX_NOTE_BYTES // 2 + 1), "a\nb", "\0"),
            (7, [], "\ud800"),
        ),
        "withdraw": Field(*FLAGS),
    },
    "requests": {
        "groupId": IDENTIFIER,
        "limit": Field(*LIMITS),
        "next": Field(("", "x" * 64), ("x" * 65, "a b"), (7, [])),
    },
    "approve": {
        **CHANGE_FIELDS,
        "uids": Field(NAMED[0], ([], *NAMED[1]), NAMED[2], required=True, at=ANYWHERE),
        "refuse": Field(*FLAGS),
    },
    "members": {
        "groupId": IDENTIFIER,
        "limit": Field(*LIMITS),
        "next": Field(("", "x" * 64), ("x" * 65, "a b"), (7, [])),
    },
    "block": {"uid": IDENTIFIER},
    "unblock": {"uid": IDENTIFIER},
    "blocked": {},
    "recall": {"msgId": IDENTIFIER, "sessionId": Field(*SESSION_ID, required=True), "seq": SEQ},
    "edit": {
        "msgId": IDENTIFIER,
        "sessionId": Field(*SESSION_ID, required=True),
        "seq": SEQ,
        "msg": Field(({}, deep(MAX_NESTING)), (deep(MAX_NESTING + 1),), ("x", [], 7, None, deep(40)), required=True),
        "at": Field(
            ([], uids(MAX_NAMED_UIDS)),
            (uids(MAX_NAMED_UIDS + 1), ["a b"]),
            ("bob", [7], [None]),
            at=ANYWHERE,
            beside=(("sessionId", "g:room"),),
        ),
        "atAll": Field(*FLAGS, beside=(("sessionId", "g:room"),)),
    },
    "read": {
        "sessions": Field(
            (
                {SESSION: {}},
                {SESSION: {"seq": 1}},
                {SESSION: {"seq": MAX_NUMBER, "received": MAX_NUMBER}},
                sessions(MAX_CLEAR_SESSIONS, {}),
            ),
            (
                {},
                {"x": {}},
                {SESSION: {"seq": 1, "received": 2}},
                sessions(MAX_CLEAR_SESSIONS + 1, {}),
                *({SESSION: {"seq": number}} for number in NUMBERS[1]),
                *({SESSION: {"seq": MAX_NUMBER, "received": number}} for number in NUMBERS[1]),
            ),
            (
                [],
                {SESSION: []},
                *({SESSION: {"seq": number}} for number in NUMBERS[2]),
                *({SESSION: {"received": number}} for number in NUMBERS[2]),
            ),
            required=True,
            at=ANYWHERE,
        )
    },
    "receipts": {
        "on": Field(*FLAGS, required=True),
        "changedAt": Field((1,), (0, *NUMBERS[1], MAX_NUMBER), NUMBERS[2]),
    },
    "readers": {
        "sessionId": Field(("g:room",), SESSION_ID[1], SESSION_ID[2], required=True),
        "seq": SEQ,
    },
    "signal": {
        "chatType": Field((1, 2), (0, 3, -1), ("x", 1.5, 2**31), required=True),
        "to": IDENTIFIER,
        "kind": Field(("a", "-", "x" * 32), ("", "x" * 33, "Typing", "a b", "a1"), (7, []), required=True),
        "data": Field(
            ("", "x" * MAX_SIGNAL_DATA_BYTES, "ä" * (MAX_SIGNAL_DATA_BYTES // 2)),
            ("x" * (MAX_SIGNAL_DATA_BYTES + 1), "ä" * (MAX_SIGNAL_DATA_BYTES // 2 + 1)),
            (7, [], "\ud800"),
        ),
    },
    "online": {
        "uids": Field(
            (uids(1), uids(MAX_ONLINE_UIDS), ["alice"]),
            ([], uids(MAX_ONLINE_UIDS + 1), ["a b"]),
            ("bob", 7, [7], [None]),
            required=True,
            at=ANYWHERE,
        )
    },
    "hide": {
        "sessionId": Field(*SESSION_ID, required=True),
        "seqs": Field(
            ([1], [1, 1], [MAX_NUMBER], seqs_of(MAX_HIDDEN_SEQS)),
            ([], seqs_of(MAX_HIDDEN_SEQS + 1), [0], [-1], [MAX_NUMBER + 1]),
            SEQS[2],
            required=True,
            at=ANYWHERE,
        ),
    },
    "hidden": {"sessionId": Field(*SESSION_ID, required=True), "after": Field(*NUMBERS)},
    "upload": {
        "msgId": IDENTIFIER,
        "type": Field(("image",), ("", "Image", "text", "picture"), (7, [], None), required=True),
        "mime": Field(
            ("image/png", "image/jpeg", "IMAGE/PNG", "image/png; charset=x"),
            ("", "image", "image/svg+xml", "text/html", "video/mp4", "x" * 200),
            (7, []),
            required=True,
        ),
        "bytes": Field((1, 16_777_216), (0, -1, 20_000_001, MAX_NUMBER), ("x", 1.5, 2**63), required=True),
        "sha256": Field(*DIGESTS, required=True),
        "parts": Field(([],), ([digest(PNG)], [""]), ("x", [7])),
        "uploadId": Field(("",), ("x", "x" * 1_025, "ä"), (7, [])),
    },
    "media": {"sessionId": Field(*SESSION_ID, required=True), "seq": SEQ},
}
MARKER = "zq7secret"
CALLER = "alice"
# The two people and the group in the deployment that gets the frames.
FRIEND = f"{MARKER}-bob"
GROUP = f"{MARKER}-room"

Frame = dict[str, Any]


def request(rng: Random, cmd: str) -> Frame:
    """A well-formed request in the JSON form. Each optional field is sometimes left out."""
    frame: Frame = {"cmd": cmd, "body": BODIES[cmd](rng)}
    for name, value in (
        ("reqId", f"r{rng.randrange(10**6)}"),
        ("time", 1_554_964_794_220),
        ("uid", CALLER),
        ("clientInfo", {"deviceId": "phone", "deviceInfo": f"{MARKER} MI 6X"}),
    ):
        if rng.random() < 0.5:
            frame[name] = value
    return frame


def _chat(rng: Random) -> Frame:
    in_group = rng.random() < 0.4
    body: Frame = {
        "msgId": _id(rng),
        "chatType": 2 if in_group else 1,
        "to": GROUP if in_group else FRIEND,
        "time": rng.randrange(2**41),
        "msg": {"message": f"{MARKER} {rng.randrange(10**6)}", "more": [1, None, {"x": True}]},
    }
    if in_group and rng.random() < 0.5:
        body["at"] = [FRIEND]
    if rng.random() < 0.5:
        body["ackFlg"] = rng.randrange(2)
    return body


def _revision(rng: Random) -> Frame:
    return {"msgId": _id(rng), "sessionId": _session(rng), "seq": rng.randrange(1, 9)}


def _signal(rng: Random) -> Frame:
    in_group = rng.random() < 0.4
    body: Frame = {"chatType": 2 if in_group else 1, "to": GROUP if in_group else FRIEND, "kind": "typing"}
    if rng.random() < 0.5:
        body["data"] = f"{MARKER} {rng.randrange(10**6)}"
    return body


def _counters(rng: Random) -> Frame:
    return {"sessionIds": _sessions(rng)} if rng.random() < 0.7 else {"next": f"after:{_session(rng)}"}


def _page(rng: Random) -> Frame:
    body: Frame = {"sessionId": _session(rng)}
    for name, value in (("limit", rng.randrange(101)), ("before", rng.randrange(99)), ("after", rng.randrange(99))):
        if rng.random() < 0.4:
            body[name] = value
    return body


def _change(rng: Random) -> Frame:
    return {"msgId": _id(rng), "groupId": GROUP if rng.random() < 0.5 else _id(rng)}


BODIES: Mapping[str, Callable[[Random], Frame]] = {
    "login": lambda _: {},
    "ping": lambda _: {},
    "counters": _counters,
    "clear": lambda rng: {"sessions": {session: rng.randrange(99) for session in _sessions(rng)}},
    "chat": _chat,
    "ack": lambda rng: {"sessions": {session: _seqs(rng) for session in _sessions(rng)}},
    "pull": lambda rng: {**_page(rng), "ack": [rng.randrange(1, 99) for _ in range(rng.randrange(5))]},
    "history": _page,
    "sessions": lambda rng: {"limit": rng.randrange(101), "next": ""},
    "settings": lambda rng: {"sessions": {session: _settings(rng) for session in _sessions(rng)}},
    "create": lambda rng: {**_change(rng), "name": f"{MARKER} room", "uids": _uids(rng), "open": rng.random() < 0.5},
    "join": _change,
    "leave": _change,
    "add": lambda rng: {**_change(rng), "uids": _uids(rng)},
    "remove": lambda rng: {**_change(rng), "uids": _uids(rng)},
    "role": lambda rng: {**_change(rng), "uid": FRIEND, "role": rng.choice(["MEMBER", "ADMIN", "OWNER"])},
    "describe": lambda rng: {**_change(rng), rng.choice(["name", "announcement"]): f"{MARKER} hall"},
    "mute": lambda rng: {**_change(rng), "until": rng.randrange(2**41), **rng.choice([{}, {"uid": FRIEND}])},
    "dissolve": _change,
    "ask": lambda rng: {"groupId": GROUP, "note": f"{MARKER} hi", "withdraw": rng.random() < 0.5},
    "requests": lambda rng: {"groupId": GROUP, "limit": rng.randrange(101), "next": rng.choice(["", FRIEND])},
    "approve": lambda rng: {**_change(rng), "uids": _uids(rng), "refuse": rng.random() < 0.5},
    "block": lambda rng: {"uid": _id(rng)},
    "unblock": lambda rng: {"uid": _id(rng)},
    "blocked": lambda _: {},
    "read": lambda rng: {"sessions": {session: _position(rng) for session in _sessions(rng)}},
    "receipts": lambda rng: {"on": rng.random() < 0.5, **({"changedAt": 1} if rng.random() < 0.5 else {})},
    "readers": lambda rng: {"sessionId": f"g:{GROUP}", "seq": rng.randrange(1, 9)},
    "signal": _signal,
    "recall": _revision,
    "edit": lambda rng: {**_revision(rng), "msg": {"message": f"{MARKER} {rng.randrange(10**6)}"}},
    "online": lambda rng: {"uids": [rng.choice([CALLER, FRIEND, _id(rng)]) for _ in range(rng.randrange(1, 9))]},
    "hide": lambda rng: {"sessionId": _session(rng), "seqs": _seqs(rng)["seqs"] or [1]},
    "upload": lambda rng: _upload(rng),
    "media": lambda rng: {"sessionId": _session(rng), "seq": rng.randrange(1, 9)},
    "hidden": lambda rng: {"sessionId": _session(rng), **({"after": rng.randrange(99)} if rng.random() < 0.5 else {})},
    "members": lambda rng: {"groupId": GROUP, "limit": rng.randrange(101), "next": rng.choice(["", FRIEND])},
}


def _upload(rng: Random) -> dict[str, Any]:
    said = {**UPLOAD, "msgId": _id(rng), "bytes": rng.randrange(1, 2_000_000)}
    return said if rng.random() < 0.5 else {**said, "type": "file", "mime": "application/pdf"}


def _id(rng: Random) -> str:
    return f"{MARKER}-{rng.randrange(10**9)}"


def _session(rng: Random) -> str:
    return rng.choice([f"p:{CALLER}:{FRIEND}", f"g:{GROUP}", f"p:{CALLER}:{_id(rng)}"])


def _sessions(rng: Random) -> list[str]:
    return [_session(rng) for _ in range(rng.randrange(1, 4))]


def _seqs(rng: Random) -> Frame:
    body: Frame = {"seqs": [rng.randrange(1, 99) for _ in range(rng.randrange(4))]}
    return {**body, "received": rng.randrange(99)} if rng.random() < 0.5 else body


def _position(rng: Random) -> Frame:
    number = rng.randrange(99)
    return {"seq": number + rng.randrange(99), "received": number}


def _settings(rng: Random) -> Frame:
    chosen: Frame = {}
    for name, value in (
        ("mutedUntil", rng.randrange(2**53)),
        ("pinned", rng.random() < 0.5),
        ("hidden", rng.random() < 0.5),
        ("markedUnread", rng.random() < 0.5),
    ):
        if rng.random() < 0.5:
            chosen[name] = value
    chosen = chosen or {"pinned": True}
    if rng.random() < 0.5:
        chosen["at"] = {"seq": rng.randrange(99), "received": rng.randrange(9)}
    return {**chosen, "changedAt": rng.randrange(1, 2**40)} if rng.random() < 0.5 else chosen


def _uids(rng: Random) -> list[str]:
    return [_id(rng) for _ in range(rng.randrange(1, 4))]
