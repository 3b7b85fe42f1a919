"""The seeds of the coverage-guided fuzzer: the frames of tests/golden and events/, each in both forms.

An input is one byte and the rest: 0 and a frame's text; or the number of a `cmd`, counted from 1, and an Envelope.
"""

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from catchup.wire import catchup_pb2 as pb
from tests.fuzz import texts
from tests.fuzz.mutations import ANY
from tests.support.requests import REQUESTS
from tests.support.world import ROOT


def frame_of(data: bytes) -> str:
    """The frame that an input stands for; "" for an input without one."""
    if not data or data[0] > len(REQUESTS):
        return ""
    if data[0]:
        return texts.wrapped(REQUESTS[data[0] - 1], data[1:])
    # Bytes that are no UTF-8 become lone surrogates, which a frame can have too.
    return data[1:].decode("utf-8", "surrogateescape")


def input_of(text: str) -> bytes:
    """The input that stands for a frame's text."""
    return b"\0" + text.encode("utf-8", "surrogatepass")


def mutated(rng: Random, data: bytes) -> bytes | None:
    """An input whose frame has another value, field or name; None for one that is not a JSON object's text.

    libFuzzer's own mutations know nothing of JSON: hardly one in a thousand leaves it readable.
    """
    try:
        frame = json.loads(frame_of(data)) if data[:1] == b"\0" else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, dict) or not frame:
        return None
    texts.apply(rng, ANY, frame)
    return input_of(texts.written(frame, escaped=True))


def seeds() -> Iterator[bytes]:
    """The inputs to begin with."""
    for text in _texts():
        yield input_of(text)
        with contextlib.suppress(ValueError, KeyError):
            frame = json.loads(text)
            cmd = REQUESTS.index(frame["cmd"]) + 1
            yield bytes([cmd]) + (base64.b64decode(frame["pb"]) if "pb" in frame else texts.in_pb(frame)[1])


def words() -> Iterator[str]:
    """Words that random bytes would rarely form: cmds, names of fields, and prefixes."""
    yield from REQUESTS
    yield from ("p:alice:bob", "g:room", "after:", '"pb"', '"body"', '\\"', "\\ud800", "1e999", "null")
    messages = pb.DESCRIPTOR.message_types_by_name.values()
    yield from sorted(f'"{field.json_name}":' for message in messages for field in message.fields)


def write(folder: Path) -> Path:
    """Fills an empty folder with `seeds`, and the file beside it that libFuzzer calls a dictionary; returns that."""
    folder.mkdir(parents=True)
    for number, seed in enumerate(seeds()):
        (folder / f"{number:03}").write_bytes(seed)
    dictionary = folder.with_suffix(".dict")
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in dict.fromkeys(words()))
    dictionary.write_text("".join(f'"{word}"\n' for word in escaped))
    return dictionary


def _texts() -> Iterator[str]:
    yield (ROOT / "tests" / "golden" / "chat.json").read_text()
    for path in sorted((ROOT / "events").glob("**/*.json")):
        body = json.loads(path.read_text()).get("body")
        if isinstance(body, str):
            yield body
