"""Ways to spoil a request in the JSON form. The first list may leave it well formed; the second never does."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Protocol

from tests.fuzz import oddities
from tests.fuzz.oddities import Raw
from tests.support.media import key_of, picture
from tests.support.requests import MARKER, Frame


class Mutation(Protocol):
    """Changes a frame in place. False: it has nothing that could be spoilt in this way."""

    __name__: str

    def __call__(self, rng: Random, frame: Frame) -> bool:
        """One change."""


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in `value` with each of its keys or indices."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def swap_a_value(rng: Random, frame: Frame) -> bool:
    """Some value becomes anything."""
    container, key = rng.choice(list(places(frame)))
    container[key] = oddities.value(rng)
    return True


def remove_a_field(rng: Random, frame: Frame) -> bool:
    """Some field or item is missing."""
    container, key = rng.choice(list(places(frame)))
    del container[key]
    return True


def add_a_field(rng: Random, frame: Frame) -> bool:
    """A field that nobody knows, or that belongs elsewhere."""
    container = rng.choice([frame, frame.get("body")])
    if not isinstance(container, dict):
        return False
    name = rng.choice(
        ["colour", "", "pb", "code", "seq", "sessionId", "@type", "msg_id", "to", "next", "limit", MARKER]
    )
    container[name] = oddities.value(rng)
    return True


def rename_a_key(rng: Random, frame: Frame) -> bool:
    """Some key is another, such as a session's id."""
    keyed = [(container, key) for container, key in places(frame) if isinstance(container, dict)]
    if not keyed:
        return False
    container, key = rng.choice(keyed)
    container[rng.choice(oddities.STRINGS)] = container.pop(key)
    return True


def _spoil(rng: Random, frame: Frame, names: Sequence[str], values: Sequence[Any]) -> bool:
    there = [name for name in names if name in frame["body"]]
    if there:
        frame["body"][rng.choice(there)] = rng.choice(values)
    return bool(there)


NO_ID = [5, True, [], {}, "", "a b", "a:b", "x" * 65, "\u0665", "a\n", "\ud800", "x" * oddities.LONG]
NO_NUMBER = [-1, 2**53, 2**63, 10**400, 0.5, True, "soon", [1], {}, Raw("1e999")]
NO_LIST: Sequence[Any] = [1, "a", {"a": 1}, [{}], [[]], [""], [None], list(range(1, 102))]


def no_id(rng: Random, frame: Frame) -> bool:
    """An identifier that breaks its rule."""
    return _spoil(rng, frame, ["msgId", "groupId", "to", "sessionId", "uid"], NO_ID)


def no_number(rng: Random, frame: Frame) -> bool:
    """A number out of its range, or none."""
    return _spoil(rng, frame, ["time", "limit", "before", "after"], NO_NUMBER)


def no_list(rng: Random, frame: Frame) -> bool:
    """A list that is none, is too long, or has what it must not have."""
    return _spoil(rng, frame, ["uids", "sessionIds", "ack", "at"], NO_LIST)


def no_media(rng: Random) -> dict[str, Any]:
    """A content that names no file that there can be: with a path, another type, a size or a checksum that can't be."""
    said = picture(key_of("alice"))
    spoilt: list[dict[str, Any]] = [
        {"key": f"../{MARKER}"},
        {"key": f"media/{said['key']}"},
        {"key": said["key"].upper()},
        {"mime": "image/svg+xml"},
        {"mime": "text/html"},
        {"bytes": rng.choice([0, -1, 0.5, 2**53, "9"])},
        {"sha256": rng.choice(["", "AAAA", said["sha256"] + "-1", "\u0000"])},
        {"width": rng.choice([0, -1, 100_001, "1"])},
        {"preview": rng.choice(["<svg/>", "A" * 3_073, said["sha256"]])},
        {"blurhash": "<script>"},
        {"name": rng.choice(["..", "a/b", "a\\b", "a\u202egpj.exe", "a\u0000", "n" * 256])},
        {"caption": "c" * 4_001},
        {"durationMs": 5},
        {"type": rng.choice(["voice", "video", "file"])},
    ]
    return {**said, **rng.choice(spoilt)}


def no_content(rng: Random, frame: Frame) -> bool:
    """Too large, too deep, no object, or no file that there can be."""
    if "msg" not in frame["body"]:
        return False
    large = {"message": MARKER + "x" * 16_384}
    frame["body"]["msg"] = rng.choice(
        [None, "hello", [], 7, large, {"a": oddities.deep(rng)}, {"a": "\ud800"}, no_media(rng)]
    )
    return True


def no_sessions(rng: Random, frame: Frame) -> bool:
    """Of no form, too many, or none. Somebody else's are well formed: each has its own entry in the answer."""
    named = frame["body"].get("sessions")
    if not isinstance(named, dict):
        return False
    good = next(iter(named.values()))
    spoilt: list[Any] = [
        {},
        {f"p:{MARKER}": good},
        {"p:alice": good},
        {**named, "": good},
        {next(iter(named)): "all"},
        [1],
    ]
    spoilt.append({f"g:{n}": good for n in range(101)})
    frame["body"]["sessions"] = rng.choice(spoilt)
    return True


def no_cmd(rng: Random, frame: Frame) -> bool:
    """None, of no text, or unknown."""
    frame["cmd"] = rng.choice([None, "", 7, [], {}, True, "Login", "$connect", "chatAck", "x" * 500, "\ud800", MARKER])
    return True


def no_header(rng: Random, frame: Frame) -> bool:
    """A header that is somebody else's or of another type."""
    name, values = rng.choice(
        [
            ("uid", [MARKER, "", 7, []]),
            ("reqId", ["", "x" * 65, 7, ["a"], "\ud800"]),
            ("time", ["now", 0.5, 2**63, [1], Raw("1e999")]),
            ("clientInfo", [MARKER, 7, [1], {"deviceId": 7}, {"deviceInfo": [MARKER]}]),
            ("body", [MARKER, 7, [], None, True]),
        ]
    )
    frame[name] = rng.choice(values)
    return True


def no_json(rng: Random, frame: Frame) -> bool:
    """A value that is not JSON."""
    container, key = rng.choice(list(places(frame)))
    container[key] = rng.choice(oddities.NO_JSON)
    return True


def too_long(rng: Random, frame: Frame) -> bool:
    """Over the bytes that a frame may have."""
    frame["padding"] = rng.choice(["x", "é", "\u0001"]) * 30_001
    return True


ANY: Sequence[Mutation] = (swap_a_value, remove_a_field, add_a_field, rename_a_key)
CERTAIN: Sequence[Mutation] = (
    *(no_id, no_number, no_list, no_content, no_sessions, no_cmd, no_header, no_json),
    too_long,
)
