"""The client of @connections behaves as botocore's does, over connections that stay open."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from catchup import calls
from catchup.bootstrap.clients import AwsClients
from catchup.clock import Deadline, must_end_by
from catchup.concurrency import Threads
from catchup.errors import OutOfTime
from catchup.push.management import ManagementClient
from tests.support.certificates import make_certificate
from tests.support.http_server import Answer, Served, serving
from tests.support.world import Context

ID = "Xb3kzcPuPHcCF1g="
REFUSALS = [
    Answer(400, b'{"message": "bad"}', (("x-amzn-ErrorType", "BadRequestException"),)),
    Answer(403, b'{"message": "no"}', (("x-amzn-ErrorType", "ForbiddenException:http://internal.amazon.com/x/"),)),
    Answer(403, b'{"message": "no"}'),
    Answer(410, b"", (("x-amzn-ErrorType", "GoneException"),)),
    Answer(410, b""),
    Answer(413, b"{}", (("x-amzn-ErrorType", "PayloadTooLargeException"),)),
    Answer(429, b"{}", (("x-amzn-ErrorType", "LimitExceededException"),)),
    Answer(500, b"{}", (("x-amzn-ErrorType", "InternalServerError"),)),
    Answer(503, b""),
]


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as served:
        yield served


def client_of(served: Served, ca_bundle: str = "") -> ManagementClient:
    credentials = ReadOnlyCredentials("AKIA", "secret", "token")
    return ManagementClient(f"{served.address}/v1", "us-east-1", lambda: credentials, ca_bundle, sleep=lambda _: None)


def botocores(served: Served) -> Any:
    return botocore.session.get_session().create_client(
        "apigatewaymanagementapi",
        region_name="us-east-1",
        endpoint_url=f"{served.address}/v1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def test_a_post_is_what_botocore_sends(served: Served) -> None:
    for client in (client_of(served), botocores(served)):
        client.post_to_connection(ConnectionId=ID, Data="grüezi".encode())
        client.delete_connection(ConnectionId=ID)
    ours, theirs = served.asked[:2], served.asked[2:]
    assert [asked[:2] for asked in ours] == [
        ("POST", "/v1/@connections/Xb3kzcPuPHcCF1g%3D"),
        ("DELETE", "/v1/@connections/Xb3kzcPuPHcCF1g%3D"),
    ]
    assert [(asked.method, asked.path.replace("%40", "@"), asked.body) for asked in ours] == [
        (asked.method, asked.path.replace("%40", "@"), asked.body) for asked in theirs
    ]
    assert all(asked.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIA/") for asked in ours)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.status}")
@pytest.mark.parametrize("call", ["post_to_connection", "delete_connection"])
def test_a_refusal_is_the_error_that_botocore_makes_of_it(served: Served, call: str, refusal: Answer) -> None:
    served.usual = refusal
    found = []
    for client in (client_of(served), botocores(served)):
        arguments = {"Data": b"x"} if call == "post_to_connection" else {}
        with pytest.raises(ClientError) as raised:
            getattr(client, call)(ConnectionId=ID, **arguments)
        error = raised.value
        found.append((error.operation_name, error.response["ResponseMetadata"]["HTTPStatusCode"], error))
    assert found[0][:2] == found[1][:2]
    if refusal.headers:
        assert found[0][2].response["Error"]["Code"] == found[1][2].response["Error"]["Code"]


@pytest.mark.parametrize(
    ("answers", "attempts"),
    [
        ([Answer(500)], 2),
        ([Answer(503), Answer(closes=True)], 3),
        ([Answer(429)], 1),
        ([Answer(410)], 1),
        ([Answer(403)], 1),
        ([Answer(413)], 1),
    ],
)
def test_only_what_may_pass_is_tried_again(served: Served, answers: list[Answer], attempts: int) -> None:
    served.answers = answers
    client = client_of(served)
    if attempts > 1:
        client.post_to_connection(ConnectionId=ID, Data=b"x")
    else:
        with pytest.raises(ClientError):
            client.post_to_connection(ConnectionId=ID, Data=b"x")
    # A connection that the other side closes is opened again, which is no attempt of its own.
    assert len(served.asked) == attempts + sum(answer.closes for answer in answers)


def test_three_attempts_are_all(served: Served) -> None:
    served.usual = Answer(500)
    with pytest.raises(ClientError):
        client_of(served).post_to_connection(ConnectionId=ID, Data=b"x")
    assert len(served.asked) == 3


def test_a_connection_stays_open_whatever_the_answer_and_each_thread_has_its_own(served: Served) -> None:
    client = client_of(served)
    served.answers = [Answer(204), Answer(410, b"gone"), Answer(429, b"x" * 10_000)]
    for _ in range(6):
        try:
            client.post_to_connection(ConnectionId=ID, Data=b"x")
        except ClientError:
            continue
    assert len({asked.connection for asked in served.asked}) == 1
    barrier = threading.Barrier(3, timeout=10)

    def post() -> None:
        barrier.wait()
        client.post_to_connection(ConnectionId=ID, Data=b"x")

    Threads().run(post, post, post)
    assert len({asked.connection for asked in served.asked}) == 3


def test_a_connection_that_was_closed_while_nobody_needed_it_costs_no_attempt(served: Served) -> None:
    client = client_of(served)
    for _ in range(3):
        served.answers = [Answer(headers=(("Connection", "close"),))]
        client.post_to_connection(ConnectionId=ID, Data=b"x")
    # Without a word: the process was frozen meanwhile.
    client._this_thread.connection.open(timeout=1)
    client._this_thread.connection._http.sock.shutdown(socket.SHUT_RDWR)
    client.post_to_connection(ConnectionId=ID, Data=b"x")
    assert len(served.asked) == 4


def test_nobody_listens() -> None:
    with serving() as served:
        client = client_of(served)
    with pytest.raises(EndpointConnectionError):
        client.post_to_connection(ConnectionId=ID, Data=b"x")


def test_no_answer_is_waited_for_no_longer_than_there_is_time(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SHORTEST_TIMEOUT_SECONDS", 0.01)
    served.usual = Answer(silent=True)
    context = Context(remaining_ms=Deadline.RESERVE_MS + 20)

    def elapse(_: float) -> None:
        raise AssertionError("there is no time for a pause")

    client = client_of(served)
    client._sleep = elapse
    read = calls.read_timeout_seconds

    def once() -> float:
        seconds = read()
        context.remaining_ms = 300
        return seconds

    monkeypatch.setattr("catchup.push.management.read_timeout_seconds", once)
    with must_end_by(Deadline(context.get_remaining_time_in_millis)):
        with pytest.raises(BotoCoreError):
            client.post_to_connection(ConnectionId=ID, Data=b"x")
        with pytest.raises(OutOfTime):
            client.post_to_connection(ConnectionId=ID, Data=b"x")
    assert len(served.asked) == 1


@pytest.mark.parametrize(("remaining_ms", "seconds"), [(15_000, 1.0), (1_300, 1.0), (700, 0.4)])
def test_a_connection_is_waited_for_no_longer_than_there_is_time(
    served: Served, monkeypatch: pytest.MonkeyPatch, remaining_ms: int, seconds: float
) -> None:
    waited = []

    def connect(_: Any, timeout: float, *__: Any) -> socket.socket:
        waited.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    with must_end_by(Deadline(lambda: remaining_ms)), pytest.raises(EndpointConnectionError):
        client_of(served).post_to_connection(ConnectionId=ID, Data=b"x")
    assert waited[0] == pytest.approx(seconds)


def test_over_tls_a_connection_stays_open_too(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with serving(certificate.served()) as served:
        client = client_of(served, str(certificate.path))
        for _ in range(3):
            client.post_to_connection(ConnectionId=ID, Data=b"x")
    assert len({asked.connection for asked in served.asked}) == 1


@pytest.mark.parametrize(("address", "is_trusted"), [("127.0.0.1", False), ("127.0.0.2", True)])
def test_a_server_that_cant_show_who_it_is_gets_no_post(tmp_path: Path, address: str, is_trusted: bool) -> None:
    certificate, another = make_certificate(tmp_path, address), make_certificate(tmp_path, "127.0.0.3")
    with serving(certificate.served()) as served:
        client = client_of(served, str(certificate.path if is_trusted else another.path))
        with pytest.raises(EndpointConnectionError, match="Could not connect"):
            client.post_to_connection(ConnectionId=ID, Data=b"x")
    assert served.asked == []


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    def management(proxy: str) -> Any:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        return AwsClients().management("https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/v1")

    return management


def test_behind_a_proxy_it_is_botocores_own(proxied: Callable[[str], Any]) -> None:
    assert type(proxied("http://127.0.0.1:3128")) is not ManagementClient
    assert type(proxied("")) is ManagementClient
