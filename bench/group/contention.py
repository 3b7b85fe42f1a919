"""Measures the cost of collisions: several people write into one group at the same moment."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

from bench.backlog import SENT_AT_MS, TEXT, peer
from bench.group.figures import Figures
from bench.group.timing import spread_ms, timed_ms
from bench.metering import Meter
from bench.stage import DEVICE, expect
from catchup.observability import FunctionTelemetry
from tests.support.engines import dynamodb_client, fresh_tables
from tests.support.world import Phone, World

SENDERS = (1, 2, 4, 8, 16)
MESSAGES = 192
GROUP = "5ab2fe83-59ec-44f0-8adc-abf26c1e1029"
# A thread that hangs fails the benchmark.
PATIENCE_SECONDS = 60
# Before each number of senders: the first requests of a service instance are slow.
WARM_UP = 2


def contention(endpoint: str) -> Iterator[Figures]:
    """A row for each number of senders."""
    for senders in SENDERS:
        yield _contention(endpoint, senders)


def _contention(endpoint: str, senders: int) -> Figures:
    client = dynamodb_client(endpoint, parameter_validation=False)
    tables = fresh_tables(client)
    meter, worlds = Meter(client, tables), [World(client, tables) for _ in range(senders)]
    for world in worlds:
        world.fans_out_at_once = False
    phones = [world.phone(peer(number), DEVICE) for number, world in enumerate(worlds)]
    phones[0].change("create", GROUP, uids=[phone.uid for phone in phones[1:]])
    for phone in phones:
        _send(phone, WARM_UP, "warm")
    with _counted() as metrics, meter.measuring() as cost:
        outcomes: list[tuple[list[float], int]] = []
        seconds = timed_ms(lambda: outcomes.extend(_together(phones))) / 1_000
    times = [time for taken, _ in outcomes for time in taken]
    expect(len(worlds[0].rows("Message")) == 1 + WARM_UP * senders + MESSAGES, "each message is there once")
    return {
        "senders": senders,
        "messages": MESSAGES,
        "messages_per_second": round(MESSAGES / seconds, 1),
        "collisions_per_message": round(metrics["SeqCollisions"] / MESSAGES, 3),
        "wu_per_message": round(cost.write_units / MESSAGES, 3),
        **spread_ms(times),
        "sent_again": sum(again for _, again in outcomes),
    }


def _together(phones: list[Phone]) -> list[tuple[list[float], int]]:
    """Starts all senders at the same moment."""
    start = threading.Barrier(len(phones))

    def write(phone: Phone) -> tuple[list[float], int]:
        start.wait(PATIENCE_SECONDS)
        return _send(phone, MESSAGES // len(phones), "m")

    with ThreadPoolExecutor(len(phones)) as pool:
        futures = [pool.submit(write, phone) for phone in phones]
        return [future.result(PATIENCE_SECONDS) for future in futures]


def _send(phone: Phone, messages: int, name: str) -> tuple[list[float], int]:
    """Returns the milliseconds until each message was acked, and the number of retries."""
    again = 0

    def until_acked(msg_id: str) -> None:
        nonlocal again
        content = {"msg": {"message": TEXT}, "time": SENT_AT_MS}
        while (code := phone.ask("chat", None, msgId=msg_id, chatType=2, to=GROUP, **content)["code"]) != "OK":
            expect(code == "ABORTED", "too many senders at once are the only reason to send again")
            again += 1

    times = [timed_ms(partial(until_acked, f"{name}-{phone.uid}-{number}")) for number in range(messages)]
    return times, again


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Replaces Powertools' metrics, which allow one invocation at a time, as in a Lambda process."""
    counted, lock = Counter[str](), threading.Lock()

    def count(_: FunctionTelemetry, name: str, value: int = 1) -> None:
        with lock:
            counted[name] += value

    with patch.object(FunctionTelemetry, "count", count), patch.object(FunctionTelemetry, "flush", lambda _: None):
        yield counted
