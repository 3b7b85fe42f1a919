"""The real handlers on one moto, and what must hold of every frame that they are given."""

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from catchup.settings import MAX_FRAME_BYTES, MAX_HTTP_ANSWER_BYTES
from catchup.wire import catchup_pb2 as pb
from tests.fuzz.cases import Case
from tests.fuzz.logs import Captured, captured, leak
from tests.support.engines import fresh_tables, moto_engine
from tests.support.http import STATUSES, Answer, refusal_of
from tests.support.requests import CALLER, FRIEND, GROUP
from tests.support.world import Context, World, from_pb

REACHED = "well formed after all"
CODES = frozenset(pb.Code.keys())
# What a refusal may say. Others speak of the store, which was not asked, or of nothing that was foreseen.
REFUSALS = frozenset({"INVALID_ARGUMENT", "PERMISSION_DENIED", "UNIMPLEMENTED", "UNAUTHENTICATED"})


class Violation(AssertionError):
    """A frame was not treated as it must be."""


class Reached(BaseException):
    """A frame that may be well formed wants to call AWS. No Exception: nothing in the service may handle it."""


class OneByOne:
    """No threads: a call that is under way while the next frame is looked at would be taken for that frame's."""

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """The results, in task order."""
        return [task() for task in tasks]


class Stage:
    """One deployment with two people and a group, whose store is closed to frames that may be well formed."""

    def __init__(self, client: Any, logs: Captured) -> None:
        self.world = World(client, fresh_tables(client), concurrency=OneByOne())
        self.world.fans_out_at_once = False
        logs.listen_to(self.world.parts.telemetry.logger)
        self.logs = logs
        self.longest_seconds = 0.0
        self.calls: list[str] = []
        self.closed = False
        client.meta.events.register("before-call.dynamodb", self._called)
        phone, friend = self.world.online(CALLER), self.world.online(FRIEND)
        phone.change("create", GROUP, uids=[FRIEND])
        phone.chat(FRIEND)
        friend.chat(CALLER)
        self.world.fan_out()
        self.told_others()
        self.logs.take()

    def check(self, case: Case) -> str:
        """What came of a frame: the code of its refusal, "OK", or REACHED. Raises Violation."""
        self.closed = not case.must_break
        try:
            code = self._outcome(case)
        except Reached:
            return REACHED
        finally:
            self.closed = False
        if self.calls:
            raise Violation(f"called {self.calls}")
        if case.must_break and code not in REFUSALS:
            raise Violation(f"answered with {code}")
        return code

    def check_on_the_store(self, case: Case) -> str:
        """The code of a frame that is well formed after all. What it changes is for other tests to say."""
        return self._outcome(case)

    def told_others(self) -> Counter[str]:
        """How many frames were pushed, and jobs queued, since the last time."""
        gateway, queues = self.world.gateway, self.world.queues
        told = Counter(pushes=sum(map(len, gateway.posted.values())), closes=len(gateway.closed))
        told["jobs"] = len(queues.ready) + len(queues.later)
        gateway.posted.clear()
        gateway.closed.clear()
        queues.ready.clear()
        queues.later.clear()
        return told

    def _outcome(self, case: Case) -> str:
        self.calls.clear()
        began = time.thread_time()
        try:
            with self.logs.printed():
                result = self.world.handlers[case.function](case.event, Context())
        except Exception as error:
            raise Violation(f"raised {type(error).__name__}") from error
        finally:
            logged = self.logs.take()
            self.longest_seconds = max(self.longest_seconds, time.thread_time() - began)
        leaked = leak(logged, case.text)
        if leaked:
            raise Violation(f"logged {leaked!r}")
        return self.code_of(result)

    @staticmethod
    def code_of(result: Any) -> str:
        """The code of an answer. Raises Violation unless it is one, as the protocol says."""
        return _code_of(result)

    def _called(self, event_name: str, **_: Any) -> None:
        if self.closed:
            raise Reached
        self.calls.append(event_name.rpartition(".")[2])


class HttpStage(Stage):
    """The same, for requests over HTTP."""

    @staticmethod
    def code_of(result: Any) -> str:
        """The code of an answer. Raises Violation unless it is one, as the protocol says."""
        if result.keys() != {"statusCode", "headers", "body", "isBase64Encoded"}:
            raise Violation(f"no answer: {result}")
        sent = base64.b64decode(result["body"]) if result["isBase64Encoded"] else result["body"].encode()
        answer = Answer(result["statusCode"], result["headers"], sent)
        if len(answer.content) > MAX_HTTP_ANSWER_BYTES:
            raise Violation("an answer over the limit")
        if answer.status == 200:
            return "OK"
        said = refusal_of(answer)
        code, refusal = str(said["code"]), said["error"]
        if answer.status not in (STATUSES[code], 406, 413, 415) or answer.status >= 500:
            raise Violation(f"{answer.status} with {code}")
        if not (refusal.get("rule") and refusal.get("fix")):
            raise Violation(f"{code} without what to change")
        return code


@contextmanager
def stages(kind: type[Stage] = Stage) -> Iterator[Any]:
    """Makes stages on one empty moto, as long as the `with` lasts."""
    with moto_engine() as client, captured() as logs:
        yield lambda: kind(client, logs)


def _code_of(result: Any) -> str:
    """The code of an answer. Raises Violation unless it is one, as the protocol says."""
    if result.get("statusCode") != 200 or not isinstance(result.get("body"), str):
        raise Violation(f"no answer: {result}")
    if len(result["body"].encode()) > MAX_FRAME_BYTES:
        raise Violation("a frame over the limit")
    try:
        answer = json.loads(result["body"])
    except ValueError as error:
        raise Violation("no frame") from error
    if "pb" in answer:
        answer = from_pb(answer["pb"])
    code: str = answer.get("code", "")
    if not answer.get("cmd") or code not in CODES or code == "INTERNAL":
        raise Violation(f"an answer with {code or 'no code'}")
    refusal = answer.get("error", {})
    if code != "OK" and not (refusal.get("rule") and refusal.get("fix")):
        raise Violation(f"{code} without what to change")
    return code
