"""Measures the cost of sessions without unread messages at login."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.backlog import peer
from bench.builder import Builder
from bench.rows import Row
from bench.stage import Stage
from catchup.clock import system_clock
from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, Uid, private_session
from catchup.domain.reading import Position

# With so many sessions, rounding a query up to 4 KB is at most a thousandth of a read unit per session.
SESSIONS = 1_000


@dataclass(frozen=True, slots=True)
class Idle:
    """Idle sessions of one person. `received` messages in each, and as many own ones."""

    operation: str
    owner: Uid
    peers: Sequence[Uid]
    received: int

    def counters(self) -> Iterator[Counter]:
        """The counters of these sessions, with nothing unread."""
        for other in self.peers:
            yield Counter(
                private_session(self.owner, other),
                last_seq=Seq(2 * self.received),
                received=self.received,
                sent=self.received,
                cleared=self.received,
                read=Position(self.received, Seq(2 * self.received)),
                timestamp_ms=system_clock(),
            )


def _long_uid(length: int, number: int) -> Uid:
    return Uid(f"{number:0{length}}")


CASES = [
    Idle("login, each idle session", Uid("69212697"), [peer(number) for number in range(SESSIONS)], 1_234),
    Idle(
        "… uids of 36 characters",
        _long_uid(36, SESSIONS),
        [_long_uid(36, number) for number in range(SESSIONS)],
        1_234,
    ),
    Idle(
        "… uids of 64, 1,234,567 messages",
        _long_uid(64, SESSIONS),
        [_long_uid(64, number) for number in range(SESSIONS)],
        1_234_567,
    ),
]


def idle_rows(stage: Stage, builder: Builder, backlog: int) -> Iterator[Row]:
    """The cost per session: a login with 1,000 idle sessions, minus one with none."""
    for case in CASES:
        phone = stage.phone(case.owner)
        without = stage.ask(phone, "login").cost
        builder.write_counters(case.owner, case.counters())
        having = stage.ask(phone, "login").cost
        yield Row(
            operation=case.operation,
            backlog=backlog,
            wu=(having.write_units - without.write_units) / SESSIONS,
            ru=(having.read_units - without.read_units) / SESSIONS,
            calls=(having.sequential - without.sequential) / SESSIONS,
            total_calls=(len(having.calls) - len(without.calls)) / SESSIONS,
        )
