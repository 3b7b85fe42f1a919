"""The service with one thing broken on purpose: a fuzzer that does not notice is none."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

from catchup.domain.ids import MAX_NUMBER
from catchup.entrypoint import websocket
from catchup.errors import InvalidRequest
from catchup.wire import catchup_pb2 as pb
from catchup.wire import codec, rules
from catchup.wire.codec import Exchange

Mutant = Callable[[], AbstractContextManager[Any]]


def _raise_a_value_error(value: int, field: str, low: int, high: int = MAX_NUMBER) -> int:
    if not low <= value <= high:
        raise ValueError(field)
    return value


def _log(record: Callable[[str, Exchange], object]) -> AbstractContextManager[Any]:
    original = codec.decode

    def logging(frame: str, exchange: Exchange) -> None:
        record(frame, exchange)
        original(frame, exchange)

    return patch.object(websocket, "decode", logging)


def _answer_with_the_frame(frame: str, _: Exchange) -> None:
    raise InvalidRequest("", f"not understood: {frame}", "send another")


@contextmanager
def _answer_nothing() -> Iterator[None]:
    original = codec.encode

    def silent(envelope: Any, encoding: Any) -> str:
        return "" if envelope.code == pb.UNIMPLEMENTED else original(envelope, encoding)

    with patch.object(websocket, "encode", silent):
        yield


# What is broken, and a part of what the fuzzer says to it.
MUTANTS: Mapping[str, tuple[Mutant, str]] = {
    "a rule raises an error that nobody foresaw": (
        lambda: patch.object(rules, "number", _raise_a_value_error),
        "an answer with INTERNAL",
    ),
    "identifiers may be anything": (
        lambda: patch.object(rules, "identifier", lambda value, *_: value),
        "called",
    ),
    "the uid of a frame is not compared with the token's": (
        lambda: patch.object(websocket, "check_header", lambda *_: None),
        "called|answered with OK",
    ),
    "a token that has expired goes on": (
        lambda: patch.object(websocket, "check_token", lambda *_: None),
        "called",
    ),
    "the frame is printed": (lambda: _log(lambda frame, _: print(frame)), "logged"),
    "errors are answered with the frame": (lambda: _log(_answer_with_the_frame), "a frame over the limit"),
    "a refusal has no text": (_answer_nothing, "no frame"),
}
