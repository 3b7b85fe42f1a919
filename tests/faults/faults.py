"""What can become of a call to AWS."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from catchup.settings import READ_TIMEOUT_SECONDS
from tests.faults.aws import Attempt, Call, answer
from tests.people.line import NoAnswer

THROTTLED = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
BATCHES: Mapping[str, str] = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}
READS = ("BatchGetItem", "Query")
# Less than an answer needs (catchup.clock.Deadline.RESERVE_MS).
TOO_LITTLE_MS = 900


@dataclass(frozen=True)
class Injected:
    """A fault. `strikes`: which calls. `again`: worth meeting at the first retry too. `silences`: a push may be given
    up. `kills`: the function. `heals`: the SDK's own repetition makes it good."""

    name: str
    act: Callable[[Attempt], AWSResponse]
    strikes: Callable[[Call], bool] = lambda _call: True
    lasting: bool = False
    again: bool = False
    silences: bool = False
    kills: bool = False
    heals: bool = False

    def __call__(self, attempt: Attempt) -> AWSResponse:
        return self.act(attempt)


def _is_post(call: Call) -> bool:
    return call.operation.endswith("Connection")


def _is_of_objects(call: Call) -> bool:
    return "Object" in call.operation


def _is_no_post(call: Call) -> bool:
    return not _is_post(call)


def _is_throttled_by_type(call: Call) -> bool:
    """S3 has a status for it."""
    return not (_is_post(call) or _is_of_objects(call))


def _is_batch(call: Call) -> bool:
    return call.operation in BATCHES


def _answering(status: int, kind: str = "", times: int | None = None) -> Callable[[Attempt], AWSResponse]:
    def act(attempt: Attempt) -> AWSResponse:
        if times is not None and attempt.number > times:
            return attempt.perform(None)
        return answer(status, {"__type": kind, "message": "injected"} if kind else {})

    return act


def _is_transaction(call: Call) -> bool:
    return call.operation == "TransactWriteItems"


def _conflicting(_attempt: Attempt) -> AWSResponse:
    """Another transaction, or a write, was at one of the rows."""
    reasons = [{"Code": "TransactionConflict", "Message": "injected"}, {"Code": "None"}]
    kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
    return answer(400, {"__type": kind, "message": "injected", "CancellationReasons": reasons})


def _refused(_attempt: Attempt) -> AWSResponse:
    raise EndpointConnectionError(endpoint_url="injected")


def _lost(times: int | None) -> Callable[[Attempt], AWSResponse]:
    """It has its effect, but the response does not arrive."""

    def act(attempt: Attempt) -> AWSResponse:
        response = attempt.perform(None)
        if times is not None and attempt.number > times:
            return response
        attempt.time.sleep(READ_TIMEOUT_SECONDS)
        raise ReadTimeoutError(endpoint_url="injected")

    return act


def _died_before(attempt: Attempt) -> AWSResponse:
    attempt.time.leave(0)
    raise NoAnswer


def _died_after(attempt: Attempt) -> AWSResponse:
    attempt.perform(None)
    attempt.time.leave(0)
    raise NoAnswer


def _slow(attempt: Attempt) -> AWSResponse:
    response = attempt.perform(None)
    attempt.time.leave(TOO_LITTLE_MS)
    return response


def _gone(attempt: Attempt) -> AWSResponse:
    attempt.hang_up()
    return attempt.perform(None)


def _unprocessed(attempt: Attempt) -> AWSResponse:
    return answer(200, {"Responses": {}, BATCHES[attempt.call.operation]: attempt.body["RequestItems"]})


def _partly_unprocessed(attempt: Attempt) -> AWSResponse:
    """The first half has its effect, the rest comes back."""
    requests = [
        (table, entry)
        for table, entries in attempt.body["RequestItems"].items()
        for entry in (entries["Keys"] if isinstance(entries, dict) else entries)
    ]
    half = len(requests) // 2
    done, left = (_only(attempt.body, part) for part in (requests[:half], requests[half:]))
    found: dict[str, Any] = {}
    if done["RequestItems"]:
        response = attempt.perform(done)
        found = json.loads(response.content)
    return answer(200, {"Responses": {}, **found, BATCHES[attempt.call.operation]: left["RequestItems"]})


def _only(body: Mapping[str, Any], requests: list[tuple[str, Any]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for table, entries in body["RequestItems"].items():
        own = [entry for its, entry in requests if its == table]
        if own:
            kept[table] = {**entries, "Keys": own} if isinstance(entries, dict) else own
    return {**body, "RequestItems": kept}


def _stale(attempt: Attempt) -> AWSResponse:
    """What is read without asking for consistency was written a moment ago, and is not there yet. An index is not a
    moment old: how it lags behind is explored by the races."""
    if attempt.call.operation == "Query":
        if attempt.body.get("ConsistentRead") or "IndexName" in attempt.body:
            return attempt.perform(None)
        return answer(200, {"Items": [], "Count": 0, "ScannedCount": 0})
    response = attempt.perform(None)
    found = json.loads(response.content)
    for table, entry in attempt.body["RequestItems"].items():
        if not entry.get("ConsistentRead"):
            found["Responses"][table] = []
    return answer(200, found)


FAULTS = (
    Injected("server error", _answering(500, "InternalServerError"), _is_no_post, again=True),
    Injected("connection refused", _refused, _is_no_post),
    Injected("throttled once", _answering(400, THROTTLED, times=1), _is_throttled_by_type, heals=True),
    Injected("throttled for good", _answering(400, THROTTLED), _is_throttled_by_type, lasting=True),
    Injected("bucket: 503 once", _answering(503, times=1), _is_of_objects, heals=True),
    Injected("bucket: 503 for good", _answering(503), _is_of_objects, lasting=True),
    Injected("response lost once", _lost(1)),
    Injected("responses lost", _lost(None)),
    Injected("unprocessed once", _unprocessed, _is_batch),
    Injected("partly unprocessed", _partly_unprocessed, _is_batch),
    Injected("unprocessed for good", _unprocessed, _is_batch, lasting=True),
    Injected("stale read", _stale, lambda call: call.operation in READS),
    Injected("died before", _died_before, kills=True, again=True),
    Injected("died after", _died_after, kills=True, again=True),
    Injected("out of time after", _slow, silences=True),
    Injected("post: 410", _gone, _is_post),
    Injected("post: 429 once", _answering(429, times=1), _is_post, heals=True),
    Injected("post: 429 until the SDK gives up", _answering(429), _is_post),
    Injected("post: 429 for good", _answering(429), _is_post, lasting=True, silences=True),
    Injected("post: 403", _answering(403), _is_post, silences=True),
    Injected("post: 500", _answering(500), _is_post, silences=True),
    Injected("post: connection refused", _refused, _is_post, silences=True),
)
# Of transactions, and of what they meet.
TRANSACTION_FAULTS = (
    Injected("transaction: conflict", _conflicting, _is_transaction),
    Injected("transaction: still in progress", _answering(400, "TransactionInProgressException"), _is_transaction),
    Injected(
        "conflict with a transaction",
        _answering(400, "TransactionConflictException"),
        lambda call: call == Call("UpdateItem", "Session"),
    ),
)


def of_transactions(fault: Injected) -> Injected:
    """The same fault, of transactions alone."""
    return replace(fault, strikes=_is_transaction)


DIED_BEFORE, DIED_AFTER = (fault for fault in FAULTS if fault.kills)
