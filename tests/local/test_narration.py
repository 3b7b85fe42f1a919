"""What `make run` prints while it runs: a line a request, for people."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from catchup_client import Client, RequestRefused
from local.frames import Frame, read_frame
from local.function_lines import HumanLines
from local.gateway.connection import Connection, Handshake
from local.narration import Narrator
from local.options import LogStyle, Options
from local.stack import LocalStack
from tests.libraries.device import Library


@pytest_asyncio.fixture(loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    """The service."""
    async with LocalStack(Options(port=0)) as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
async def test_a_conversation_is_told_a_line_a_request(
    library: Library, stack: LocalStack, caplog: pytest.LogCaptureFixture
) -> None:
    """In each encoding that the library has; pushes are told with their message, those of a group after it."""
    caplog.set_level(logging.INFO, "local.requests")
    async with library.device(stack.url, stack.token("alice"), encoding=library.encodings[-1]) as alice:
        await alice.send("bob", {"message": "you are away"})
        async with library.device(stack.url, stack.token("bob")) as bob:
            await bob.logged_in()
            await alice.send("bob", {"message": "you are here"})
            await alice.send("bob", {"message": "live"}, ack=False)
            await alice.create_group("Book club", ["bob"], group="books")
            await bob.send("g:books", {"message": "hello all"})
            await bob.catch_up("p:alice:bob")
            with pytest.raises(RequestRefused):
                await bob.join("nowhere")
            async with asyncio.timeout(30):  # the first fan-out starts a process
                while "g:books #2 pushed to 1 device" not in caplog.messages:
                    await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    lines = [record.getMessage() for record in caplog.records if record.name == "local.requests"]
    for line in (
        "alice connected (phone)",
        "alice login: 0 unread in 0 sessions",
        "alice → bob #1 stored",
        "bob login: 1 unread in 1 session",
        "alice → bob #2 stored, pushed",
        "alice → bob #3 pushed",
        "alice create g:books #1",
        "bob → g:books #2 stored",
        "g:books #2 pushed to 1 device",
        "alice disconnected (phone, 1000)",
    ):
        assert lines.count(line) == 1, lines
    assert any(line.startswith("bob pull p:alice:bob: ") and "the end: CAUGHT_UP" in line for line in lines)
    assert any(line.startswith("bob join g:nowhere: PERMISSION_DENIED: body.groupId ") for line in lines)
    assert all(len(line) < 200 for line in lines)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_handshake_that_is_refused_is_told(stack: LocalStack, caplog: pytest.LogCaptureFixture) -> None:
    """A wrong path, by the gateway; a token, by the authorizer, which knows why."""
    caplog.set_level(logging.INFO, "local.requests")
    import websockets

    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(stack.url + "/nowhere", proxy=None)
    assert caplog.messages == ["a handshake was refused: 403 ForbiddenException"]


def of_uid(uid: str) -> Connection:
    return Connection(Handshake((), (), ""), authorizer={"uid": uid, "deviceId": "phone"})


@pytest.mark.parametrize(
    ("request_frame", "answer", "failure", "line"),
    [
        ({"cmd": "ping"}, {"cmd": "pong", "code": "OK", "body": {}}, "", "ann ping"),
        ({"cmd": "shout"}, {"cmd": "error", "code": "UNIMPLEMENTED", "error": {}}, "", "ann shout: UNIMPLEMENTED"),
        ("no JSON", "", "Forbidden", "ann ?: Forbidden"),
        ("[1]", "", "Forbidden", "ann ?: Forbidden"),
        ({"cmd": "chat", "pb": "%%%"}, "", "Internal server error", "ann ?: Internal server error"),
        ({"cmd": "a\x1b[2J"}, "", "Forbidden", "ann a\\x1b[2J: Forbidden"),
        (
            {"cmd": "chat", "body": {"to": "bob", "chatType": 1}},
            {"cmd": "chatAck", "code": "HELD", "error": {"field": "body.msg", "rule": "kept for review"}},
            "",
            "ann → bob: HELD: body.msg kept for review",
        ),
        (
            {"cmd": "chat", "body": {"to": "bob", "ackFlg": 1}},
            {"cmd": "chatAck", "code": "OK", "body": {"sessionId": "p:ann:bob", "seq": 3, "msg": {"message": "***"}}},
            "",
            "ann → bob #3 stored, masked",
        ),
        (
            {"cmd": "clear", "body": {"sessions": {"p:ann:bob": 3}}},
            {"cmd": "clear", "code": "OK", "body": {"sessions": {}}},
            "",
            "ann clear p:ann:bob up to 3",
        ),
        (
            {"cmd": "ack", "body": {"sessions": {f"p:ann:{n}": {"seqs": [1]} for n in range(5)}}},
            {"cmd": "ack", "code": "OK", "body": {}},
            "",
            "ann ack p:ann:0, p:ann:1, p:ann:2, and 2 more",
        ),
        (
            {"cmd": "pull", "body": {"sessionId": "p:ann:bob", "ack": [1, 2]}},
            {"cmd": "pull", "code": "OK", "body": {"sessionId": "p:ann:bob", "messages": [{}], "end": False}},
            "",
            "ann pull p:ann:bob: 1 message, 2 acked, more follow",
        ),
        (
            {"cmd": "members", "body": {"groupId": "books"}},
            {"cmd": "members", "code": "OK", "body": {"members": [{}, {}]}},
            "",
            "ann members g:books: 2 members",
        ),
        ({"cmd": "block", "body": {"uid": "bob"}}, {"cmd": "block", "code": "OK"}, "", "ann block bob"),
        (
            {"cmd": "login", "body": 7},
            {"cmd": "login", "code": "OK", "body": {"counters": 7}},
            "",
            "ann login: 0 unread in 0 sessions",
        ),
    ],
)
def test_each_kind_of_request_has_its_words(
    request_frame: Any, answer: Any, failure: str, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    """And what is no frame stops nobody."""
    caplog.set_level(logging.INFO, "local.requests")
    asked, said = (each if isinstance(each, str) else json.dumps(each) for each in (request_frame, answer))
    Narrator().answered(of_uid("ann"), asked, said, failure)
    assert caplog.messages == [line]


def test_members_of_the_wrong_type_are_left_out() -> None:
    """A frame is only looked at."""
    frame = read_frame('{"cmd": 7, "body": {"a": 1, "b": "x", "c": [], "d": {}}}')
    assert (frame.text("a"), frame.number("b"), frame.items("d"), frame.objects("c")) == ("", 0, [], {})
    assert read_frame("[" * 100_000) == Frame()


def shown(line: str) -> str | None:
    """What becomes of a function's line; None: nothing."""
    record = logging.LogRecord("local.function", logging.INFO, "", 0, "%s | %s", ("ChatFunction", line), None)
    return record.getMessage() if HumanLines().filter(record) else None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"_aws": {"Timestamp": 1}, "Stored": 1}', None),
        ('{"level": "INFO", "message": "refused", "code": "PERMISSION_DENIED", "error": "NotAMember"}', None),
        ("", None),
        ('{"level": "ERROR", "message": "the invocation failed", "trace": []}', None),
        ("a print", "ChatFunction | a print"),
        ("{broken", "ChatFunction | {broken"),
        ('{"some": "json"}', 'ChatFunction | {"some": "json"}'),
        (
            '{"level": "INFO", "message": "handshake refused", "reason": "ExpiredSignatureError", "cold_start": true}',
            "handshake refused: ExpiredSignatureError",
        ),
        ('{"level": "INFO", "message": "request refused", "reason": "DecodeError"}', "request refused: DecodeError"),
        (
            '{"level": "WARNING", "message": "moderated", "action": "MASK", "sender": "ann", "cold_start": true}',
            "ChatFunction | WARNING moderated action=MASK sender=ann",
        ),
        (
            '{"level": "ERROR", "message": "unforeseen error", "trace": ["a", "builtins.KeyError"], "cmd": "chat"}',
            "ChatFunction | ERROR unforeseen error cmd=chat (builtins.KeyError; LOG=json shows where)",
        ),
    ],
)
def test_what_functions_print_is_put_into_words(line: str, words: str | None) -> None:
    """Metrics are for machines."""
    assert shown(line) == words


def test_of_what_a_handler_raised_the_text_is_told_and_not_the_trace() -> None:
    """And nothing of the exception that API Gateway makes a 401 of."""
    lines = HumanLines()

    def told(line: str) -> bool:
        return lines.filter(logging.LogRecord("local.function", logging.INFO, "", 0, "%s | %s", ("F", line), None))

    printed = [
        "  a print",
        "[ERROR] KeyError: 'x'",
        "Traceback (most recent call last):",
        "  File …",
        "    raise",
        "a print",
    ]
    assert [told(line) for line in printed] == [True, True, False, False, False, True]
    printed = ["[ERROR] Unauthorized: Unauthorized", "Traceback (most recent call last):", "  File …", "  a print"]
    assert [told(line) for line in printed] == [False] * 4


async def test_with_log_json_nothing_is_told_in_words(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """LOG=json: the functions' own lines are all that there is."""
    caplog.set_level(logging.INFO)
    async with (
        LocalStack(Options(port=0, log=LogStyle.JSON)) as stack,
        Client(stack.url, stack.token("ann"), tmp_path / "ann") as ann,
    ):
        await ann.send("bob", {"message": "hello"})
        await asyncio.sleep(0.3)
    assert not [record for record in caplog.records if record.name == "local.requests"]
    printed = [record.getMessage() for record in caplog.records if record.name == "local.function"]
    assert any('"_aws"' in line and '"Stored"' in line for line in printed)
