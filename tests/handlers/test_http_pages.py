"""Pages over HTTP: up to a thousand messages and a megabyte, at no more request units than over the socket."""

import time
from dataclasses import dataclass
from typing import Any

import pytest

from bench.backlog import Correspondence
from bench.builder import Builder
from catchup.domain.ids import Uid
from catchup.settings import MAX_HTTP_ANSWER_BYTES, MAX_MESSAGE_BYTES
from catchup.wire import catchup_pb2 as pb
from tests.conftest import on_dynamodb_local_alone
from tests.support.http import PROTOBUF, HttpClient
from tests.support.outages import Outages
from tests.support.world import World

HISTORY = "GET /v1/sessions/{sessionId}/messages"
SESSION: dict[str, Any] = {"sessionId": "p:alice:bob"}


@dataclass(frozen=True, slots=True)
class Texts(Correspondence):
    """Messages that are all alike."""

    words: str = ""

    def msg_id(self, seq: int) -> str:
        return f"m{seq}"

    def text(self, seq: int) -> str:
        return self.words


def filled(world: World, count: int, text: str) -> HttpClient:
    """Alice, to whom Bob has written this often."""
    now = int(time.time() * 1_000) - 60_000
    texts = Texts(Uid("alice"), Uid("bob"), past=0, waiting=count, began_ms=now, words=text)
    Builder(world.dynamodb, world.settings).write([texts])
    return HttpClient(world, "alice")


@pytest.mark.parametrize(
    ("text", "more", "size"),
    [
        # {"message":"…"} has 200 bytes, and the message is sent as the guide's curl line sends it.
        pytest.param("x" * 186, {}, 5_200, id="content of 200 bytes"),
        # Time and flag are 9 bytes a message, and the content is 14 longer.
        pytest.param("x" * 200, {"time": 1554964793813, "ackFlg": 1}, 5_600, id="text of 200 bytes, time and ackFlg"),
    ],
)
def test_a_page_of_20_texts_is_small_in_protobuf(world: World, text: str, more: dict[str, Any], size: int) -> None:
    bob, alice = HttpClient(world, "bob"), HttpClient(world, "alice")
    for number in range(20):
        bob.ok("chat", msgId=f"m{number}", chatType=1, to="alice", msg={"message": text}, **more)
    page = alice.send(HISTORY, path=SESSION, query="limit=20", headers={"accept": PROTOBUF}).sent
    assert [message.msg["message"] for message in pb.PageReply.FromString(page).messages] == [text] * 20
    assert size - 200 < len(page) <= size, len(page)


def test_over_http_a_page_has_more_messages_than_a_frame_and_is_acked_at_once(world: World) -> None:
    alice, phone = filled(world, 130, "x" * 400), world.phone("alice")
    assert len(phone.ok("pull", **SESSION, limit=100)["messages"]) < 60
    page = alice.ok("pull", **SESSION, limit=1_000)
    seqs = [message["seq"] for message in page["messages"]]
    assert (seqs, page["end"]) == ([*range(130, 0, -1)], True)
    assert len(alice.ok("history", **SESSION, limit=1_000)["messages"]) == 130
    acked = alice.ok("pull", **SESSION, ack=[*seqs, *range(2_000, 2_870)])
    assert (acked["messages"], acked["end"], acked["remaining"]) == ([], True, [])
    assert alice.ok("ack", sessions={SESSION["sessionId"]: {"seqs": [*range(1, 1_001)]}})


@pytest.mark.parametrize("body", [{"ack": [*range(1, 1_002)]}, {"limit": 1_001}], ids=["ack", "limit"])
def test_a_page_and_its_ack_have_a_thousand_at_most(world: World, body: dict[str, Any]) -> None:
    assert HttpClient(world, "alice").ask("pull", **SESSION, **body)["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("body", [{"ack": [*range(1, 102)]}, {"limit": 101}], ids=["ack", "limit"])
def test_in_a_frame_they_have_a_hundred_as_before(world: World, body: dict[str, Any]) -> None:
    assert world.phone("alice").ask("pull", **SESSION, **body)["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_page_of_the_largest_messages_is_one_that_lambda_can_answer(world: World, encoding: str) -> None:
    """And the pages together have each message once."""
    alice = filled(world, 80, "é" * ((MAX_MESSAGE_BYTES - 300) // 2))
    headers = {"accept": PROTOBUF if encoding == "pb" else "application/json"}
    first = alice.send(HISTORY, path=SESSION, query="limit=1000", headers=headers)
    # In base64 a third more, and still below Lambda's 6 MB.
    assert MAX_HTTP_ANSWER_BYTES // 2 < len(first.sent) <= MAX_HTTP_ANSWER_BYTES < 3_000_000
    alice.encoding, end = encoding, False
    seen: list[int] = []
    while not end:
        page = alice.ok("history", **SESSION, limit=1_000, **({"before": seen[-1]} if seen else {}))
        seen += [message["seq"] for message in page["messages"]]
        end = page["end"]
    assert seen == [*range(80, 0, -1)]


@on_dynamodb_local_alone
@pytest.mark.parametrize("cmd", ["pull", "history"])
def test_what_a_query_of_one_megabyte_has_is_a_page_and_no_second_query_is_paid_for(world: World, cmd: str) -> None:
    """DynamoDB ends a query at 1 MB, and says that there is more."""
    alice = filled(world, 130, "x" * (MAX_MESSAGE_BYTES - 300))
    with Outages(world.dynamodb) as calls:
        page = alice.ok(cmd, **SESSION, limit=1_000)
    assert len([call for call in calls.sent if "Query" in str(call)]) == 1
    assert 50 < len(page["messages"]) < 70
    assert not page["end"]
