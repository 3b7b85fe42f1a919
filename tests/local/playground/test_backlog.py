"""The backlog of the page: the rows that sends would have written, and a client that comes back to them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from catchup.clock import system_clock
from catchup.wire import catchup_pb2 as pb
from catchup_client import Client, Settings
from local.aws import client
from local.options import Options
from local.playground.rows import FRIENDS
from local.stack import LocalStack

Rows = Mapping[str, list[dict[str, Any]]]
DAY = 24 * 3600
KEPT_DAYS = {"SentTable": 7, "MessageTable": 90, "InboxTable": 30}
QUICK = Settings(page_limit=3, backoff_base=0.05, backoff_cap=0.2)
# Anna, Ben and Chen write three messages, the seven others two.
MESSAGES = 23


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


async def receive(stack: LocalStack, to: str, count: int) -> None:
    """What the page's button asks for."""
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{stack.http_url}/playground/backlog", json={"to": to, "count": count})
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["messages"] == count


async def send_again(stack: LocalStack, sender: str, message: pb.Message) -> dict[str, Any]:
    """Sends what a stored message says, in a request as any other."""
    body = {
        "msgId": message.msg_id,
        "chatType": message.chat_type,
        "ackFlg": message.ack_flg,
        "to": message.to,
        "time": message.time,
        "msg": dict(message.msg.items()),
    }
    headers = {"Authorization": f"Bearer {stack.token(sender)}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        answer = await http.post(f"{stack.http_url}/v1/messages", json=body)
        assert answer.status == 200, await answer.text()
        answered: dict[str, Any] = await answer.json()
        return answered


def dynamodb_of(stack: LocalStack) -> Any:
    return client("dynamodb", stack.engine.dynamodb, stack.options.region)


def rows_of(stack: LocalStack) -> Rows:
    """All rows of all tables, by the tables' logical names, in the order of their keys."""
    found = {}
    for name, table in stack.tables.items():
        pages = dynamodb_of(stack).get_paginator("scan").paginate(TableName=table)
        rows = [row for page in pages for row in page["Items"]]
        found[name] = sorted(
            rows, key=lambda row: [str(row.get(key)) for key in ("uid", "sessionId", "seq", "msgId", "key")]
        )
    return found


def delete_all(stack: LocalStack) -> None:
    dynamodb = dynamodb_of(stack)
    for name, rows in rows_of(stack).items():
        table = stack.tables[name]
        keys = [each["AttributeName"] for each in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
        for row in rows:
            dynamodb.delete_item(TableName=table, Key={key: row[key] for key in keys})


def without_times(rows: Rows, now_ms: int) -> Rows:
    """The rows without the server's times, each of which is near `now_ms` and in the form of the table."""

    def checked(table: str, row: dict[str, Any]) -> dict[str, Any]:
        row = dict(row)
        if table in KEPT_DAYS:
            assert int(row.pop("ttl")["N"]) / DAY == pytest.approx(now_ms / 1_000 / DAY + KEPT_DAYS[table], abs=0.01)
        if table == "CounterTable":
            assert int(row.pop("timestamp")["N"]) == pytest.approx(now_ms, abs=900_000)
        if "payload" in row:
            message = pb.Message.FromString(row["payload"]["B"])
            assert message.server_time == pytest.approx(now_ms, abs=900_000)
            message.server_time = 0
            row["payload"] = {"B": message.SerializeToString(deterministic=True)}
        return row

    return {table: [checked(table, row) for row in found] for table, found in rows.items()}


async def check_that_sends_write_the_same(stack: LocalStack) -> None:
    await receive(stack, "bob", MESSAGES)
    seeded = rows_of(stack)
    delete_all(stack)
    for row in seeded["MessageTable"]:
        message = pb.Message.FromString(row["payload"]["B"])
        await send_again(stack, row["sender"]["S"], message)
    sent, now_ms = rows_of(stack), system_clock()
    assert {table: len(found) for table, found in seeded.items() if found} == {
        **dict.fromkeys(["SentTable", "MessageTable", "InboxTable"], MESSAGES),
        "CounterTable": 20,
    }
    assert without_times(seeded, now_ms) == without_times(sent, now_ms)


async def test_a_backlog_is_the_rows_of_real_sends_attribute_by_attribute(stack: LocalStack) -> None:
    await check_that_sends_write_the_same(stack)


@pytest.mark.dynamodb_local
async def test_a_backlog_on_dynamodb_local_is_the_rows_of_real_sends() -> None:
    async with LocalStack(Options(port=0, log_level="ERROR", engine="dynamodb-local")) as stack:
        await check_that_sends_write_the_same(stack)


async def test_a_seeded_message_that_is_sent_again_is_known_and_the_next_one_follows(stack: LocalStack) -> None:
    await receive(stack, "bob", 20)
    before = rows_of(stack)
    row = next(row for row in before["MessageTable"] if (row["sender"], row["seq"]) == ({"S": "Hana"}, {"N": "2"}))
    message = pb.Message.FromString(row["payload"]["B"])
    assert (await send_again(stack, "Hana", message))["seq"] == 2
    assert rows_of(stack) == before
    message.msg_id = "the-next-one"
    answer = await send_again(stack, "Hana", message)
    assert (answer["seq"], answer["number"]) == (3, 3)


async def test_a_client_comes_back_to_a_backlog_counts_it_pages_it_and_goes_on(
    stack: LocalStack, tmp_path: Path
) -> None:
    await receive(stack, "bob", 100)
    async with Client(stack.url, stack.token("bob"), tmp_path / "bob.sqlite", settings=QUICK) as bob:
        assert (await bob.logged_in()).unread == 100
        assert {session.session_id: session.unread for session in bob.sessions()} == {
            f"p:{name}:bob": 10 for name in FRIENDS
        }
        await bob.catch_up()
        for session in bob.sessions():
            assert [message.seq for message in bob.messages(session.session_id)] == list(range(10, 0, -1))
        assert rows_of(stack)["InboxTable"] == [], "all is acked"
        async with Client(stack.url, stack.token("Anna"), tmp_path / "anna.sqlite", settings=QUICK) as anna:
            assert (await anna.send("bob", {"message": "and another one"})).seq == 11
        async with asyncio.timeout(20):
            while not (newest := bob.messages("p:Anna:bob", limit=1)) or newest[0].seq != 11:
                await asyncio.sleep(0.02)
        assert newest[0].number == 11
        assert [session.unread for session in bob.sessions() if session.session_id == "p:Anna:bob"] == [11]


async def test_pulls_end_with_the_flag_once_everything_is_acked(stack: LocalStack) -> None:
    await receive(stack, "bob", 50)
    headers, session = {"Authorization": f"Bearer {stack.token('bob')}"}, "p:Anna:bob"
    async with aiohttp.ClientSession(stack.http_url, headers=headers) as http:
        pages: list[dict[str, Any]] = []
        seqs: list[int] = []
        while not pages or not pages[-1]["end"]:
            answer = await http.post(f"/v1/sessions/{session}/pull", json={"limit": 2, "ack": seqs})
            pages.append(await answer.json())
            seqs = [message["seq"] for message in pages[-1]["messages"]]
        assert [[message["seq"] for message in page["messages"]] for page in pages] == [[5, 4], [3, 2], [1]]
        assert [page["endReason"] for page in pages] == ["NOT_END", "NOT_END", "CAUGHT_UP"]
        history = await (await http.get(f"/v1/sessions/{session}/messages", params={"limit": 3})).json()
        assert [message["number"] for message in history["messages"]] == [5, 4, 3]


async def test_another_backlog_comes_from_people_without_a_session(stack: LocalStack, tmp_path: Path) -> None:
    """A third time too, and whoever has written before keeps their messages."""
    async with Client(stack.url, stack.token("Anna-2"), tmp_path / "anna.sqlite", settings=QUICK) as anna:
        await anna.send("bob", {"message": "I was first"})
    for _ in range(2):
        await receive(stack, "bob", 10)
    async with Client(stack.url, stack.token("bob"), tmp_path / "bob.sqlite", settings=QUICK) as bob:
        assert (await bob.logged_in()).unread == 21
        await bob.catch_up()
        assert [message.content for message in bob.messages("p:Anna-2:bob")] == [{"message": "I was first"}]
        assert len(bob.messages("p:Anna-3:bob")) == 1


async def test_a_friend_of_the_page_gets_a_backlog_too(stack: LocalStack, tmp_path: Path) -> None:
    """Anna gets none from herself, which would be notes."""
    await receive(stack, "Anna", 10)
    async with Client(stack.url, stack.token("Anna"), tmp_path / "anna.sqlite", settings=QUICK) as anna:
        assert (await anna.logged_in()).unread == 10
        assert "p:Anna:Anna" not in {session.session_id for session in anna.sessions()}


async def test_what_is_sent_while_a_backlog_is_written_is_not_lost(stack: LocalStack, tmp_path: Path) -> None:
    """Two backlogs and a live conversation at once."""
    async with (
        Client(stack.url, stack.token("alice"), tmp_path / "alice.sqlite", settings=QUICK) as alice,
        Client(stack.url, stack.token("bob"), tmp_path / "bob.sqlite", settings=QUICK) as bob,
    ):
        await alice.send("bob", {"number": 0})  # so that the functions run
        writing, sent = asyncio.gather(receive(stack, "bob", 2_000), receive(stack, "carol", 2_000)), 1
        while not writing.done():
            await alice.send("bob", {"number": sent})
            sent += 1
        await writing
        await bob.catch_up("p:alice:bob")
        held = [message.content["number"] for message in bob.messages("p:alice:bob", limit=sent + 1)]
        assert held == list(range(sent - 1, -1, -1))
        assert sent > 2, "it went on meanwhile"
    counters = {(row["uid"]["S"], row["sessionId"]["S"]): row for row in rows_of(stack)["CounterTable"]}
    received = [int(row["received"]["N"]) for (uid, _), row in counters.items() if uid in ("bob", "carol")]
    assert sum(received) == sent + 4_000
    assert len(rows_of(stack)["MessageTable"]) == sent + 4_000
