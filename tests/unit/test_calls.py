"""No call of AWS takes longer than its invocation has left, whichever client makes it."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from catchup import calls
from catchup.bootstrap.clients import AwsClients
from catchup.clock import Deadline, deadline, must_end_by
from catchup.concurrency import Threads
from catchup.errors import OutOfTime, Unavailable
from catchup.push.queues import Queues
from catchup.storage.dynamo import Dynamo
from tests.support.http_server import Answer, Served, serving
from tests.support.world import Context

THROTTLED = Answer(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow"}')
KEY = {"uid": {"S": "bob"}}

# Makes the client, and returns the call: making one takes time of its own.
Call = Callable[[AwsClients], Callable[[], Any]]
CALLS: dict[str, Call] = {
    "get": lambda aws: partial(Dynamo(aws.dynamodb).get, "T", KEY),
    "delete": lambda aws: partial(Dynamo(aws.dynamodb).delete, "T", KEY),
    "queue": lambda aws: partial(aws.sqs().send_message, QueueUrl="http://127.0.0.1/1/q", MessageBody="x"),
    "secret": lambda aws: partial(aws.secrets().get_secret_value, SecretId="arn"),
    "lists": lambda aws: partial(aws.s3().get_object, Bucket="b", Key="k"),
    "post": lambda aws: partial(
        aws.management(f"{aws.dynamodb.meta.endpoint_url}/v1").post_to_connection, ConnectionId="c", Data=b"x"
    ),
}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with serving() as served:
        monkeypatch.setenv("AWS_ENDPOINT_URL", served.address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield served


class RunningOut(Context):
    """Real time, of which there is little."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._ends = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._ends - time.monotonic()) * 1_000)


def test_a_call_that_nothing_bounds_may_take_as_long_as_the_settings_say() -> None:
    assert calls.read_timeout_seconds() == 2.0
    assert deadline().allows(10**9)


@pytest.mark.parametrize(
    ("remaining_ms", "seconds"), [(15_000, 2.0), (2_300, 2.0), (1_500, 1.2), (900, 0.6), (301, 0.1)]
)
def test_it_may_wait_as_long_as_is_left(remaining_ms: int, seconds: float) -> None:
    with must_end_by(Deadline(lambda: remaining_ms)):
        assert calls.read_timeout_seconds() == pytest.approx(seconds)
    assert calls.read_timeout_seconds() == 2.0


def test_none_begins_when_nothing_is_left() -> None:
    with must_end_by(Deadline(lambda: 300)), pytest.raises(OutOfTime):
        calls.read_timeout_seconds()


def test_it_holds_in_every_thread_that_works_for_the_invocation_and_in_no_other() -> None:
    threads = Threads()
    end, outside = Deadline(lambda: 2_500), deadline()
    with must_end_by(end):
        assert threads.run(*[deadline] * 40) == [end] * 40
    assert threads.run(*[deadline] * 40) == [outside] * 40


@pytest.mark.parametrize("call", CALLS)
def test_a_silent_service_is_not_waited_for_beyond_the_deadline(
    served: Served, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = CALLS[call](AwsClients())
    served.usual = Answer(silent=True)
    # Were it not for the deadline, the test would take a minute.
    monkeypatch.setattr(calls, "READ_TIMEOUT_SECONDS", 60)
    context = RunningOut(1.4)
    with must_end_by(Deadline(context.get_remaining_time_in_millis)), pytest.raises(Exception) as raised:  # noqa: PT011
        make()
    assert not isinstance(raised.value, AttributeError)
    assert context.get_remaining_time_in_millis() > 0
    assert len(served.asked) == 1


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_comes_too_late_is_not_made(served: Served, call: str) -> None:
    make = CALLS[call](AwsClients())
    with must_end_by(Deadline(lambda: 300)), pytest.raises(OutOfTime):
        make()
    assert served.asked == []


def test_a_pause_that_would_end_too_late_is_not_made(served: Served) -> None:
    get = CALLS["get"](AwsClients())
    served.usual = THROTTLED
    with must_end_by(Deadline(lambda: 1_900)), pytest.raises(Unavailable):
        get()
    assert len(served.asked) == 1
    served.usual = THROTTLED._replace(headers=(("x-amz-retry-after", "4000"),))
    with must_end_by(Deadline(lambda: 5_000)), pytest.raises(Unavailable):
        get()
    assert len(served.asked) == 2


def test_with_time_enough_the_sdk_tries_again_as_ever(served: Served) -> None:
    get = CALLS["get"](AwsClients())
    served.answers = [Answer(500), Answer(500)]
    with must_end_by(Deadline(lambda: 15_000)):
        assert get() is None
    assert len(served.asked) == 3


def test_a_queue_that_is_asked_too_late_says_so(served: Served) -> None:
    queues = Queues(AwsClients().sqs, jobs_url="j", hints_url="h", request_id=lambda: "")
    with must_end_by(Deadline(lambda: 300)), pytest.raises(OutOfTime):
        queues.put_hint("g:room", 1)  # type: ignore[arg-type]
    assert served.asked == []


def test_a_refusal_is_no_outage(served: Served) -> None:
    get = CALLS["get"](AwsClients())
    served.usual = Answer(400, b'{"__type": "x#AccessDeniedException"}')
    with must_end_by(Deadline(lambda: 15_000)), pytest.raises(ClientError):
        get()
