"""The command line, as a process against real sockets: what it prints, and how it exits."""

import asyncio
import contextlib
import os
import pty
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from catchup_client.cli import main
from catchup_client.cli.output import message_line, printable
from catchup_client.protocol.model import Message
from tests.client.fake_server import FakeServer, token
from tests.client.socket_server import listening

ROOT = Path(__file__).parents[2]


@dataclass
class Ran:
    code: int
    out: str
    err: str


def environment(tmp_path: Path, url: str = "", jwt: str = "") -> dict[str, str]:
    variables = {"PATH": os.environ["PATH"], "XDG_DATA_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "clients/python")}
    return {**variables, **({"CATCHUP_URL": url} if url else {}), **({"CATCHUP_TOKEN": jwt} if jwt else {})}


async def start(variables: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "catchup_client",
        *arguments,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Whoever runs the tests in the background ignores Ctrl-C on their behalf.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


async def finish(process: asyncio.subprocess.Process) -> Ran:
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())


async def run(variables: dict[str, str], *arguments: str) -> Ran:
    return await finish(await start(variables, *arguments))


async def test_chat_prints_where_the_message_is(tmp_path: Path) -> None:
    fake = FakeServer()
    async with listening(fake) as url:
        ran = await run(environment(tmp_path, url, token("alice")), "chat", "--to", "bob", "hello")
    assert (ran.code, ran.out, ran.err) == (0, "sent: p:alice:bob #1\n", "")
    assert fake.state.talks["p:alice:bob"].messages[0]["msg"] == {"message": "hello"}


async def test_a_group_is_made_changed_listed_and_written_to(tmp_path: Path) -> None:
    fake = FakeServer()
    async with listening(fake) as url:
        alice, bob = (environment(tmp_path, url, token(uid)) for uid in ("alice", "bob"))
        ran = [
            await run(alice, "group", "create", "--id", "room", "--open", "The room", "carol"),
            await run(alice, "group", "add", "room", "dave", "erin"),
            await run(bob, "group", "join", "g:room", "--encoding", "pb"),
            await run(alice, "group", "role", "room", "bob", "admin"),
            await run(bob, "group", "remove", "room", "carol"),
            await run(alice, "chat", "--to", "g:room", "--at", "bob", "--at", "erin", "--at-all", "hello"),
            await run(bob, "group", "leave", "room"),
            await run(alice, "group", "members", "room"),
        ]
        listened = await run(alice, "catch-up", "--session", "g:room")
        refused = await run(bob, "group", "members", "room")
    assert [(one.code, one.err) for one in ran] == [(0, "")] * len(ran)
    places = ["create: g:room #1", "add: g:room #2", "join: g:room #3", "role: g:room #4", "remove: g:room #5"]
    assert [one.out.strip() for one in ran[:-1]] == [*places, "sent: g:room #6", "leave: g:room #7"]
    assert ran[-1].out.splitlines() == ["alice: OWNER since #1", "dave: MEMBER since #2", "erin: MEMBER since #2"]
    message = fake.state.talks["g:room"].messages[5]
    assert (message["msg"], message["at"], message["atAll"]) == ({"message": "hello"}, ["bob", "erin"], True)
    assert "g:room: CAUGHT_UP, " in listened.out
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("error: members was answered PERMISSION_DENIED: ")


async def test_somebody_is_blocked_listed_and_unblocked(tmp_path: Path) -> None:
    fake = FakeServer()
    async with listening(fake) as url:
        bob, alice = (environment(tmp_path, url, token(uid)) for uid in ("bob", "alice"))
        ran = [
            await run(bob, "block", "alice"),
            await run(bob, "blocked", "--encoding", "pb"),
            await run(alice, "chat", "--to", "bob", "hello"),
            await run(bob, "unblock", "alice"),
            await run(bob, "blocked"),
        ]
    assert [one.code for one in ran] == [0, 0, 1, 0, 0]
    assert [one.out for one in ran] == ["blocked: alice\n", "alice\n", "", "unblocked: alice\n", ""]
    assert ran[2].err.startswith("error: chat was answered PERMISSION_DENIED: body.to ")


async def test_chat_says_what_was_masked(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.state.rules.words = {"damn": "MASK"}
    async with listening(fake) as url:
        ran = await run(environment(tmp_path, url, token("alice")), "chat", "--to", "bob", "well, damn")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == ["sent: p:alice:bob #1", "masked: p:alice:bob #1 alice: well, ****"]


async def test_catch_up_prints_a_line_per_session_and_what_it_took(tmp_path: Path) -> None:
    fake = FakeServer()
    for number in range(30):
        fake.say("alice", "bob", str(number))
    async with listening(fake) as url:
        variables = environment(tmp_path, url, token("bob"))
        first = await run(variables, "catch-up", "--page", "1", "--encoding", "pb")
        again = await run(variables, "catch-up", "--session", "p:alice:bob")
    assert first.code == again.code == 0
    login, progress, session, pages, summary = first.out.splitlines()
    assert login.startswith("login: 1 frame, ")
    assert login.endswith(" 1 session, 30 new")
    assert progress == "20 of 27 messages, 20 pages"
    assert session == "p:alice:bob: CAUGHT_UP, 27 pulled, 0 from history, 0 duplicates, 27 pages"
    assert pages.startswith("27 pages: p50 ")
    assert summary.startswith("caught up: 27 messages saved, 0 duplicates dropped, ")
    assert "p:alice:bob: CAUGHT_UP, 0 pulled" in again.out
    assert (tmp_path / "catchup").exists(), "the default store is where XDG says"


def read_to_end(terminal: int) -> str:
    shown = b""
    with contextlib.suppress(OSError), open(terminal, "rb", buffering=0) as screen:  # the end is an error on Linux
        while chunk := screen.read(4096):
            shown += chunk
    return shown.decode()


async def test_catch_up_shows_a_bar_on_a_terminal(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.latency = lambda: 0.0
    for number in range(30):
        fake.say("alice", "bob", str(number))
    terminal, ours = pty.openpty()
    async with listening(fake) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "catchup_client", "catch-up", "--page", "1"),
            env={**environment(tmp_path, url, token("bob")), "TERM": "xterm", "COLUMNS": "100"},
            stdout=ours,
        )
        os.close(ours)
        shown = await asyncio.wait_for(asyncio.to_thread(read_to_end, terminal), 20)
        assert await process.wait() == 0
    assert "━" in shown
    assert "/27" in shown
    assert "caught up: 27 messages saved" in shown


async def test_listen_prints_messages_as_they_come_and_stops_in_peace(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("alice", "bob", "waited")
    async with listening(fake) as url:
        process = await start(environment(tmp_path, url, token("bob")), "listen")
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 10) == b"p:alice:bob #1 alice: waited\n"
        fake.say("alice", "bob", "live\x1b[2J")
        assert await asyncio.wait_for(process.stdout.readline(), 10) == b"p:alice:bob #2 alice: live\\x1b[2J\n"
        fake.close_all()
        fake.say("alice", "bob", "while the connection was away")
        line = await asyncio.wait_for(process.stdout.readline(), 10)
        assert line == b"p:alice:bob #3 alice: while the connection was away\n"
        process.send_signal(signal.SIGINT)
        ran = await finish(process)
    assert ran.code == 0
    login, unread, offline = ran.err.splitlines()
    assert login.startswith("login: 1 frame")
    assert unread == "p:alice:bob: 1 unread"
    assert offline.startswith("offline: ")


async def test_listen_for_a_while_ends_by_itself(tmp_path: Path) -> None:
    async with listening(FakeServer()) as url:
        ran = await run(environment(tmp_path, url, token("bob")), "listen", "--for", "0.2")
    assert (ran.code, ran.out) == (0, "")


async def test_an_address_where_nobody_listens_is_one_line_and_a_failure(tmp_path: Path) -> None:
    ran = await run(environment(tmp_path, "ws://127.0.0.1:9", token("bob")), "catch-up")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ws://127.0.0.1:9 can't be reached: ")
    assert ran.err.endswith("; check --url\n")
    assert ran.err.count("\n") == 1


async def test_a_refused_token_is_one_line_and_a_failure(tmp_path: Path) -> None:
    async with listening(FakeServer()) as url:
        ran = await run(environment(tmp_path, url, token("banned")), "catch-up")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: the server forbids this token (403)")
    assert ran.err.count("\n") == 1


async def test_a_reader_that_has_enough_is_no_failure(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("alice", "bob", "hello")
    async with listening(fake) as url:
        process = await start(environment(tmp_path, url, token("bob")), "listen", "--for", "5")
        assert process.stdout is not None
        await process.stdout.readline()
        process.stdout._transport.close()  # type: ignore[attr-defined]
        fake.say("alice", "bob", "more")
        assert await asyncio.wait_for(process.wait(), 10) == 0


GOOD = ["--url", "ws://localhost", "--token", token("bob")]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "error: the following arguments are required: chat|listen|catch-up|group"),
        (["chat", "--to", "bob", "hi"], "error: no address: give --url, or set CATCHUP_URL"),
        (["listen", "--url", "http://x"], "error: --url 'http://x' is not a WebSocket address: it must start with ws"),
        (["listen", "--url", "ws://x"], "error: no token: give --token, or set CATCHUP_TOKEN"),
        (["listen", "--url", "ws://x", "--token", "abc"], "error: --token can't be used: it is not a JWT"),
        (["listen", *GOOD, "--session", "bob"], "error: --session 'bob' is no session: it must be p:<uid>:<uid> or"),
        (["catch-up", *GOOD, "--page", "1000"], "error: argument --page: must be 1 to 100, not 1000"),
        (["chat", *GOOD, "--to", "bob", "--json", "[1]"], "error: --json: the message must be a JSON object"),
        (["chat", *GOOD, "--to", "bob", "--json", "{"], "error: --json: the message is not JSON"),
        (["group"], "error: the following arguments are required: create|join|leave|add|remove|role|members"),
        (["group", "add", *GOOD, "room"], "error: the following arguments are required: UID"),
        (["group", "role", *GOOD, "room", "bob", "king"], "error: argument role: invalid choice: 'king'"),
        (["chat", *GOOD, "hi"], "error: the following arguments are required: --to"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exits_with_2(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CATCHUP_URL", raising=False)
    monkeypatch.delenv("CATCHUP_TOKEN", raising=False)
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith(line)
    assert err.count("\n") == 1


def test_a_file_that_is_no_store_is_one_line_and_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("no database" * 100)
    assert main(["catch-up", *GOOD, "--store", str(notes)]) == 1
    assert capsys.readouterr().err == f"error: {notes} is not a store of catchup_client: name another file\n"


def test_a_note_to_oneself_is_sent(tmp_path: Path) -> None:
    async def chat() -> Ran:
        async with listening(FakeServer()) as url:
            return await run(environment(tmp_path, url, token("bob")), "chat", "--to", "bob", "hi")

    ran = asyncio.run(chat())
    assert (ran.code, ran.out, ran.err) == (0, "sent: p:bob:bob #1\n", "")


def test_what_is_no_plain_text_is_printed_as_json() -> None:
    message = Message("p:a:b", 1, "m", "a", "b", {"voice": "…", "seconds": 3})
    assert message_line(message) == 'p:a:b #1 a: {"voice": "…", "seconds": 3}'
    assert printable("\u202eevil\r\n 👩\u200d🚀") == "\\u202eevil\\r\\n 👩\u200d🚀"
