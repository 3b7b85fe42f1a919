"""`make bench-fanout`: how many posts one vCPU makes per second, and whether each post is within its CPU budget.

The real handler of the fan-out runs on DynamoDB Local, with its real client of @connections; these are in another
process. The result is the CPU time of this process per post, over TLS, as on AWS, and without. For comparison it also
measures the handler with botocore's client, without TLS. Prints a table and writes results/fanout.json. Exit status: 0
if each job is within the budget, 1 if not; 2 if the engine can't be started.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NamedTuple

import botocore.session

from bench.engine import engine, progress
from bench.group.builder import BuiltGroup, GroupBuilder
from bench.table import show_lines, write_result
from catchup.bootstrap.clients import CLIENT_CONFIG, AwsClients, Parts
from catchup.bootstrap.fanout import build_fanout
from catchup.clock import system_clock
from catchup.domain.group import POSTS_PER_SECOND
from catchup.domain.ids import ConnectionId, DeviceId, Seq
from catchup.domain.message import Message
from catchup.domain.presence import Connection, Encoding, Endpoint
from catchup.settings import CONNECTION_LIFETIME_MS, Settings
from catchup.usecases.groups.ports import Job
from catchup.wire.jobs import encode_hint, encode_job
from commands.start import run
from tests.support.certificates import make_certificate
from tests.support.cold_start import load_with
from tests.support.engines import REGION, dynamodb_client, fresh_tables
from tests.support.queues import Queues
from tests.support.world import Context, World

DEVICES = 1_000
ROUNDS = 7
# What the pages of a fan-out are derived from.
BUDGET_MS = 1_000 / POSTS_PER_SECOND
# As long as a session token on Lambda; it is a header of each post.
SESSION_TOKEN = "t" * 900

Handler = Callable[[Any, Any], dict[str, Any]]


class Endpoints(NamedTuple):
    """The same stage without TLS and with it."""

    plain: str
    secure: str


def main() -> int:
    """Measures, prints the table, writes the file, and returns the exit status."""
    with engine() as dynamodb, _connections() as endpoints:
        rows = _measured(dynamodb, endpoints)
    ours = [row for row in rows if row["client"] == "catchup"]
    ok = all(row["cpu_ms_a_post"] <= BUDGET_MS for row in ours)
    report = {
        "devices": DEVICES,
        "rounds": ROUNDS,
        "budget_cpu_ms_a_post": BUDGET_MS,
        "reckoned_posts_per_second": POSTS_PER_SECOND,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "rows": rows,
    }
    write_result("fanout", report)
    _show(rows)
    return 0 if ok else 1


@contextmanager
def _connections() -> Iterator[Endpoints]:
    """The endpoints of a stage with @connections in a separate process."""
    with TemporaryDirectory() as directory:
        certificate = make_certificate(Path(directory))
        os.environ.update(
            AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
            AWS_SECRET_ACCESS_KEY="nothing checks it",
            AWS_SESSION_TOKEN=SESSION_TOKEN,
            AWS_DEFAULT_REGION=REGION,
            AWS_CA_BUNDLE=str(certificate.path),
            NO_PROXY="127.0.0.1",
        )
        command = [sys.executable, "-m", "bench.connections", *map(str, certificate)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                plain, secure = server.stdout.readline().split()
                yield Endpoints(f"http://127.0.0.1:{plain}/v1", f"https://127.0.0.1:{secure}/v1")
            finally:
                server.terminate()


def _measured(dynamodb: str, endpoints: Endpoints) -> Sequence[dict[str, Any]]:
    client = dynamodb_client(dynamodb, parameter_validation=False)
    world = World(client, fresh_tables(client))
    group = BuiltGroup(1, DEVICES, head=2, roster_since_ms=system_clock() - 2 * CONNECTION_LIFETIME_MS, at_ms=1)
    builder = GroupBuilder(client, world.settings, system_clock)
    builder.write_group(group)
    builder.enter_roster(group, [_endpoint(uid, number) for number, uid in enumerate(group.uids())])
    draft, _ = group.draft(2)
    message = Message(draft, group.session, Seq(2), group.at_ms)
    jobs = {
        "message": encode_job(Job(group.session, Seq(2), message.number, message, from_roster=True)),
        "hint": encode_hint(group.session),
    }
    handlers = {
        ("catchup", True): _handler(world, endpoints.secure, AwsClients().management),
        ("catchup", False): _handler(world, endpoints.plain, AwsClients().management),
        ("botocore", False): _handler(world, endpoints.plain, _botocores_client),
    }
    rows = []
    for name, job in jobs.items():
        for (client_name, tls), handler in handlers.items():
            # The first run opens the connections. The fastest of the others counts; the rest is noise of the machine.
            rounds = [_cpu_ms_a_post(world, group, handler, job) for _ in range(ROUNDS + 1)][1:]
            cpu_ms = min(rounds)
            rows.append(
                {
                    "job": name,
                    "client": client_name,
                    "tls": tls,
                    "cpu_ms_a_post": round(cpu_ms, 3),
                    "median_ms": round(statistics.median(rounds), 3),
                    "posts_per_vcpu_second": round(1_000 / cpu_ms),
                }
            )
            progress(f"{name}, {client_name}, {'TLS' if tls else 'no TLS'}: measured")
    return rows


def _endpoint(uid: Any, number: int) -> Endpoint:
    """A device's endpoint. A third of the devices speak protobuf."""
    encoding = Encoding.JSON if number % 3 else Encoding.PB
    since = system_clock() - 60_000
    return Endpoint(uid, DeviceId("phone"), Connection(ConnectionId(f"Xb3kz{number:05}HcCF1g="), encoding, since))


def _handler(world: World, endpoint: str, management: Callable[[str], Any]) -> Handler:
    settings = Settings(**{**vars(world.settings), "management_endpoint": endpoint})
    # The queue is for follow-up jobs; there are none here.
    clients: Any = SimpleNamespace(dynamodb=world.dynamodb, management=management, sqs=Queues)
    handler: Handler = load_with("fanout", lambda: build_fanout(settings, Parts(clients=clients))).handler
    return handler


def _botocores_client(endpoint: str) -> Any:
    session = botocore.session.get_session()
    return session.create_client("apigatewaymanagementapi", endpoint_url=endpoint, config=CLIENT_CONFIG)


def _cpu_ms_a_post(world: World, group: BuiltGroup, handler: Handler, job: str) -> float:
    # A hint that everybody has already received is not pushed.
    world.dynamodb.update_item(
        TableName=world.tables["SessionTable"],
        Key={"sessionId": {"S": group.session}},
        UpdateExpression="REMOVE hintedSeq",
    )
    event = {"Records": [{"messageId": "job", "body": job}]}
    started = time.process_time()
    answer = handler(event, Context(remaining_ms=25_000))
    used = time.process_time() - started
    if answer["batchItemFailures"]:
        raise RuntimeError("the job has failed")
    return used * 1_000 / DEVICES


def _show(rows: Sequence[dict[str, Any]]) -> None:
    def outcome(row: dict[str, Any]) -> str:
        if row["client"] != "catchup":
            return ""
        return "ok" if row["cpu_ms_a_post"] <= BUDGET_MS else f"BROKEN: over {BUDGET_MS} ms"

    lines = [
        (
            row["job"],
            row["client"],
            "yes" if row["tls"] else "no",
            f"{row['cpu_ms_a_post']:.3f}",
            f"{row['posts_per_vcpu_second']:,}",
            outcome(row),
        )
        for row in rows
    ]
    show_lines(("job", "client of @connections", "TLS", "CPU ms a post", "posts a vCPU-second", ""), lines, {"job", ""})


if __name__ == "__main__":
    run(main)
