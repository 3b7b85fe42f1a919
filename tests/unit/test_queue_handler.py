"""A batch of jobs: what failed comes again, and nothing else does."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from catchup.clock import Deadline
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.entrypoint.queue import Handler, queue_handler
from catchup.errors import OutOfTime, Unavailable
from catchup.observability import FunctionTelemetry
from catchup.usecases.groups.fan_out import FanOut
from catchup.usecases.groups.ports import Job
from catchup.usecases.people.notify import Notify
from catchup.usecases.people.ports import Notice
from catchup.usecases.receipts.tell import TellReceipts
from catchup.wire.jobs import encode_hint, encode_job, encode_notice
from tests.support.telemetry import metrics
from tests.support.world import Context

ROOM, HALL = SessionId("g:room"), SessionId("g:hall")


@dataclass
class Worker:
    """Keeps what it worked on; `failing` says with what it fails, and for which seq or group."""

    failing: dict[Any, Exception] = field(default_factory=dict)
    worked: list[Any] = field(default_factory=list)
    tries: int = 0
    takes_ms: int = 0
    postponed: list[Any] = field(default_factory=list)
    queue_fails: bool = False
    context: Context = field(default_factory=Context)

    def __call__(self, job: Job) -> None:
        self._work(job.seq)

    def notify(self, notice: Notice) -> None:
        self._work(notice.to)

    def tell(self, reader: Uid, sessions: Sequence[SessionId]) -> None:
        self._work((reader, *sessions))

    def hint(self, session: SessionId) -> None:
        self._work(session)

    def hint_again(self, session: SessionId) -> None:
        if self.queue_fails:
            raise Unavailable
        self.postponed.append(session)

    def _work(self, what: Any) -> None:
        self.tries += 1
        self.context.remaining_ms -= self.takes_ms
        if what in self.failing:
            raise self.failing[what]
        self.worked.append(what)


def handler_of(worker: Worker) -> Handler:
    notify, tell = cast(Notify, worker.notify), cast(TellReceipts, worker.tell)
    return queue_handler(cast(FanOut, worker), notify, tell, FunctionTelemetry())


def failed_of(worker: Worker, *bodies: str) -> list[int]:
    """Which of the records, numbered from 1, are reported as failed."""
    records = [{"messageId": f"id-{number}", "body": body} for number, body in enumerate(bodies, 1)]
    handler = handler_of(worker)
    answer = handler({"Records": records}, worker.context)
    assert set(answer) == {"batchItemFailures"}
    return [int(failure["itemIdentifier"].removeprefix("id-")) for failure in answer["batchItemFailures"]]


def jobs(*seqs: int) -> list[str]:
    return [encode_job(Job(ROOM, Seq(seq), seq)) for seq in seqs]


def test_a_batch_that_was_done_leaves_nothing() -> None:
    worker = Worker()
    assert failed_of(worker, *jobs(1, 2, 3)) == []
    assert worker.worked == [1, 2, 3]


def test_exactly_those_that_failed_come_again() -> None:
    worker = Worker({2: Unavailable(), 4: OutOfTime(), 5: KeyError("a bug")})
    assert failed_of(worker, *jobs(1, 2, 3, 4, 5, 6)) == [2, 4, 5]
    assert worker.worked == [1, 3, 6]


def test_what_is_no_job_or_newer_codes_stays_in_the_queue_and_holds_up_nobody() -> None:
    newer = json.dumps({**json.loads(jobs(1)[0]), "layout": 2})
    worker = Worker()
    assert failed_of(worker, "garbage", newer, *jobs(7), "[" * 100_000) == [1, 2, 4]
    assert worker.worked == [7]


def test_several_hints_of_a_group_in_a_batch_are_one() -> None:
    worker = Worker()
    assert failed_of(worker, *map(encode_hint, (ROOM, HALL, ROOM, ROOM)), *jobs(3)) == []
    assert worker.worked == [ROOM, HALL, 3]


@pytest.mark.parametrize("error", [Unavailable(), OutOfTime()])
def test_a_hint_that_the_store_did_not_answer_is_put_anew_and_holds_up_nobody(error: Exception) -> None:
    """In a FIFO queue a record that failed keeps back its group until its visibility ends."""
    worker = Worker({ROOM: error})
    assert failed_of(worker, *map(encode_hint, (ROOM, HALL, ROOM))) == []
    assert worker.tries == 3
    assert worker.postponed == [ROOM, ROOM]


def test_a_hint_that_meets_a_defect_is_left_to_the_next_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    worker = Worker({ROOM: KeyError("a bug")})
    assert failed_of(worker, *map(encode_hint, (ROOM, HALL))) == []
    assert (worker.worked, worker.postponed) == ([HALL], [])
    assert metrics(capsys.readouterr().out) == {"FailedJobs": 1}


def test_a_hint_for_which_there_is_no_time_is_put_anew() -> None:
    worker = Worker(takes_ms=600, context=Context(remaining_ms=Deadline.RESERVE_MS + 500))
    assert failed_of(worker, encode_hint(HALL), encode_hint(ROOM)) == []
    assert (worker.worked, worker.postponed) == ([HALL], [ROOM])


def test_a_hint_that_cannot_be_put_anew_comes_again_by_itself() -> None:
    assert failed_of(Worker({ROOM: Unavailable()}, queue_fails=True), encode_hint(ROOM)) == [1]


def test_hints_of_another_batch_are_worked_on_again() -> None:
    worker = Worker()
    handler = handler_of(worker)
    for _ in range(2):
        handler({"Records": [{"messageId": "id", "body": encode_hint(ROOM)}]}, worker.context)
    assert worker.worked == [ROOM, ROOM]


def test_what_there_is_no_time_for_is_not_begun() -> None:
    worker = Worker(takes_ms=600, context=Context(remaining_ms=Deadline.RESERVE_MS + 1_000))
    assert failed_of(worker, *jobs(1, 2, 3, 4)) == [3, 4]
    assert worker.tries == 2


@pytest.mark.parametrize(("error", "expected"), [(Unavailable(), {}), (ValueError("x"), {"FailedJobs": 1})])
def test_only_what_will_not_pass_by_itself_is_counted(
    error: Exception, expected: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    failed_of(Worker({1: error}), *jobs(1, 2))
    assert metrics(capsys.readouterr().out) == expected


NOTICE = encode_notice(Notice((Uid("bob"),), b""))
READ = encode_notice(Notice((Uid("bob"),), b"", read=(SessionId("p:alice:bob"),)))


def test_a_notice_is_worked_on_beside_jobs() -> None:
    worker = Worker()
    assert failed_of(worker, NOTICE, *jobs(1)) == []
    assert worker.worked == [("bob",), 1]


def test_a_notice_that_fails_comes_again() -> None:
    worker = Worker(failing={("bob",): Unavailable()})
    assert failed_of(worker, NOTICE, *jobs(1)) == [1]


def test_a_notice_of_what_was_read_tells_the_others_too() -> None:
    worker = Worker()
    assert failed_of(worker, READ) == []
    assert worker.worked == [("bob",), ("bob", "p:alice:bob")]


def test_a_notice_of_what_was_read_comes_again_if_the_others_could_not_be_found() -> None:
    worker = Worker(failing={("bob", "p:alice:bob"): Unavailable()})
    assert failed_of(worker, READ, NOTICE) == [1]
