"""From a request to a frame's text, and ways to spoil the text or the bytes inside it."""

import base64
import json
from collections.abc import Sequence
from random import Random

from catchup.wire import catchup_pb2 as pb
from tests.fuzz import oddities
from tests.fuzz.mutations import Mutation
from tests.fuzz.oddities import Raw
from tests.support.requests import MARKER, REQUESTS, Frame, request
from tests.support.world import to_pb

_RAW = "@@raw@@"


def written(frame: Frame, *, escaped: bool = False) -> str:
    """The text of a frame, its characters `escaped` or not; what is Raw stands in it as it is."""
    raw: list[str] = []

    def mark(value: object) -> object:
        if isinstance(value, Raw):
            raw.append(str(value))
            return f"{_RAW}{len(raw) - 1}{_RAW}"
        if isinstance(value, dict):
            return {key: mark(item) for key, item in value.items()}
        return [mark(item) for item in value] if isinstance(value, list) else value

    text = json.dumps(mark(frame), ensure_ascii=escaped)
    for number, value in enumerate(raw):
        text = text.replace(f'"{_RAW}{number}{_RAW}"', value)
    return text


def in_pb(frame: Frame) -> tuple[str, bytes]:
    """The `cmd` and the serialised Envelope of a well-formed request."""
    # Maps have an order of chance otherwise, another one in each process.
    envelope = pb.Envelope.FromString(base64.b64decode(to_pb(frame)))
    return frame["cmd"], envelope.SerializeToString(deterministic=True)


def wrapped(cmd: str, envelope: bytes) -> str:
    """The frame around an Envelope."""
    return json.dumps({"cmd": cmd, "pb": base64.b64encode(envelope).decode()})


def spoilt_text(rng: Random, text: str) -> tuple[str, bool]:
    """A text that is cut, has something put into it or a key twice; and whether it can't be a frame any more."""
    at = rng.randrange(len(text))
    match rng.randrange(6):
        case 0:
            return text[:at], True
        case 1:
            return text + text, True
        case 2:
            return "\ufeff" + text, True
        case 3:
            return text[:at] + rng.choice(["\0", '"', "}", "[", "\\", "\\ud800", ",", "//", "\udc00"]) + text[
                at:
            ], False
        case 4:
            # Which of the two the gateway routes by is not ours to say.
            return f'{{"cmd":"{rng.choice(REQUESTS)}",{text[1:]}', False
        case _:
            return text[:at] + text[at + 1 :], False


def spoilt_bytes(rng: Random, cmd: str, envelope: bytes) -> str:
    """A frame whose Envelope is flipped, cut, doubled or followed by another's."""
    data = bytearray(envelope)
    match rng.randrange(5):
        case 0:
            for _ in range(rng.randrange(1, 6)):
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        case 1:
            del data[rng.randrange(len(data)) :]
        case 2:
            data += bytes(data)
        case 3:
            data += in_pb(request(rng, rng.choice(REQUESTS)))[1]
        case _:
            at = rng.randrange(len(data))
            data[at:at] = rng.randbytes(rng.randrange(1, 40))
    return wrapped(cmd, bytes(data))


def spoilt_base64(rng: Random, cmd: str, envelope: bytes) -> str:
    """A frame whose `pb` is certainly not the base64 of an Envelope of this `cmd`."""
    text = base64.b64encode(envelope).decode()
    other = rng.choice([name for name in REQUESTS if name != cmd])
    spoilt: Sequence[object] = (
        *(None, 7, [text], {"pb": text}, text + "!", text + "A", "=" + text, text[:-1] + "é", "\ud800", MARKER + "ü"),
        base64.b64encode(in_pb(request(rng, other))[1]).decode(),
        base64.b64encode(b"\xff" * 20).decode(),
        "A" * oddities.LONG,
    )
    return json.dumps({"cmd": cmd, "pb": rng.choice(spoilt)})


def apply(rng: Random, mutations: Sequence[Mutation], frame: Frame) -> str:
    """Spoils the frame by one of these that can; its name."""
    shuffled = rng.sample(mutations, len(mutations))
    return next(mutation.__name__ for mutation in shuffled if mutation(rng, frame))
