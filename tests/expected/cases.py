"""The files under events/, what comes before each, and what each must get.

What is expected of events/<function>/<case>.json is in the file of the same name here:
{"before": [{"uid", "frame"}, …], "expected": what the handler returns, its body decoded}; "<any>" matches anything, and
{"raises": text} is the text of an exception. Frames before go to the function of their route; `objects`, if any, are in
the bucket of media before them: {key: {"mime", "base64"}}. Without such a file, a frame must get OK. Events of the HTTP
API have names that begin with "http-".
"""

import json
import time
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from catchup.commands import COMMANDS
from tests.support.events import websocket_event
from tests.support.world import ROOT, from_pb

SECRET_OF_THE_EVENTS = "the-secret-of-the-events-not-of-any-deployment"
EXPECTED = Path(__file__).parent


class Invoke(Protocol):
    """Invokes functions/<function>; {"raises": text} if its handler raised."""

    def __call__(self, function: str, event: dict[str, Any]) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Case:
    """One event. `before` are functions and events that make what it meets."""

    name: str
    function: str
    event: dict[str, Any]
    before: tuple[tuple[str, dict[str, Any]], ...]
    expected: Any
    # What is in the bucket of media: key, media type and bytes.
    objects: tuple[tuple[str, str, bytes], ...] = ()

    def run(self, invoke: Invoke) -> dict[str, Any]:
        """The result, its frame decoded. Raises AssertionError if something before it fails."""
        for function, event in self.before:
            answer = invoke(function, event)
            assert answer.get("statusCode") == 200, f"before {self.name}: {answer}"
        return decoded(invoke(self.function, self.event))

    def expects(self, result: dict[str, Any]) -> bool:
        """Whether it is right."""
        return matches(self.expected, result)


def all_cases() -> list[Case]:
    """Every file under events/."""
    return [_case(path) for path in sorted((ROOT / "events").glob("**/*.json"))]


def matches(expected: Any, actual: Any) -> bool:
    """Equality, but for "<any>"."""
    if expected == "<any>":
        return True
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(matches(expected[key], actual[key]) for key in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(matches, expected, actual))
    return bool(expected == actual)


def decoded(result: dict[str, Any]) -> dict[str, Any]:
    """A handler's result with its frame, or its body over HTTP, in the JSON form. Binary bodies stay as they are."""
    if "body" not in result or result.get("isBase64Encoded"):
        return result
    frame = json.loads(result["body"])
    return {**result, "body": from_pb(frame["pb"]) if "pb" in frame else frame}


def _case(path: Path) -> Case:
    name = path.relative_to(ROOT / "events")
    event = json.loads(path.read_text())
    if not (EXPECTED / name).exists():
        return Case(str(name.with_suffix("")), name.parts[0], event, (), _ok(event))
    file = json.loads((EXPECTED / name).read_text())
    before = tuple(_sent(step["uid"], step["frame"]) for step in file["before"])
    objects = tuple((key, said["mime"], b64decode(said["base64"])) for key, said in file.get("objects", {}).items())
    return Case(str(name.with_suffix("")), name.parts[0], event, before, file["expected"], objects)


def _ok(event: dict[str, Any]) -> Any:
    """What a frame without an expectation of its own must get: some body, and OK."""
    cmd = COMMANDS[json.loads(event["body"])["cmd"]].answer_cmd
    return {"statusCode": 200, "body": {"cmd": cmd, "time": "<any>", "code": "OK", "body": "<any>"}}


def _sent(uid: str, frame: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    event = websocket_event(
        "MESSAGE",
        frame["cmd"],
        uid=uid,
        device="phone",
        connection=f"{uid}-phone",
        connected_at=int(time.time() * 1000) - 60_000,
        body=json.dumps(frame),
    )
    return COMMANDS[frame["cmd"]].function, event
