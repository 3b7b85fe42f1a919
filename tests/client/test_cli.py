"""The command line against real sockets: what it prints, and how it exits.

Where signals, pipes and terminals are the point it is a process of its own; starting one takes longer than most of
these tests.
"""

import asyncio
import contextlib
import io
import os
import pty
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from catchup_client import Client
from catchup_client.cli import main
from catchup_client.cli.words import message_line, message_words, printable
from catchup_client.protocol.model import Message
from tests.client import fake_signals
from tests.client.fake_receipts import read
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
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, variables, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = await asyncio.wait_for(asyncio.to_thread(main, arguments), 20)
    return Ran(code, out.getvalue(), err.getvalue())


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
    login, progress, *messages, session, pages, summary = first.out.splitlines()
    assert login.startswith("login: 1 frame, ")
    assert login.endswith(" 1 session, 30 new")
    assert progress == "20 of 27 messages, 20 pages"
    assert messages == [f"p:alice:bob #{seq} alice: {seq - 1}" for seq in range(11, 31)]
    assert first.err.splitlines() == [
        "p:alice:bob: older ones: show p:alice:bob --before 11",
        "p:alice:bob: 30 unread: `read p:alice:bob` marks all as read",
    ]
    assert session == "p:alice:bob: CAUGHT_UP, 27 pulled, 0 from history, 0 duplicates, 27 pages"
    assert pages.startswith("27 pages: p50 ")
    assert summary.startswith(
        "caught up: 30 messages saved (3 came with the counters, 27 pulled), 0 duplicates dropped, "
    )
    assert summary.endswith(" s; 30 unread")
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
    assert "caught up: 30 messages saved" in shown


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
    assert unread == "p:alice:bob: 1 unread: `read p:alice:bob` marks all as read"
    assert offline.startswith("offline: ")


async def test_listen_says_who_types_beside_what_they_say(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("alice", "bob", "earlier")
    async with listening(fake) as url:
        process = await start(environment(tmp_path, url, token("bob")), "listen")
        assert process.stdout is not None
        assert process.stderr is not None
        await asyncio.wait_for(process.stdout.readline(), 10)
        for _ in range(2):
            await asyncio.wait_for(process.stderr.readline(), 10)
        fake_signals.push(fake, "alice", {"chatType": 1, "to": "bob", "kind": "typing", "data": ""})
        assert await asyncio.wait_for(process.stderr.readline(), 10) == b"p:alice:bob: alice is typing\n"
        fake.say("alice", "bob", "hello")
        assert await asyncio.wait_for(process.stdout.readline(), 10) == b"p:alice:bob #2 alice: hello\n"
        process.send_signal(signal.SIGINT)
        ran = await finish(process)
    assert (ran.code, ran.out, ran.err) == (0, "", "")


async def test_who_is_online_is_a_line_per_person(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("alice", "bob", "earlier")
    async with listening(fake) as url:
        ran = await run(environment(tmp_path, url, token("alice")), "online", "bob", "alice", "erin")
    bob, alice, erin = ran.out.splitlines()
    assert bob.startswith("bob: offline, last seen 20")
    assert (alice, erin) == ("alice: offline", "erin: offline")


async def test_what_is_hidden_is_shown_nowhere(tmp_path: Path) -> None:
    fake = FakeServer()
    for text in ("one", "two", "three"):
        fake.say("alice", "bob", text)
    async with listening(fake) as url:
        bob, tablet = (environment(tmp_path, url, token("bob", device)) for device in ("phone", "tablet"))
        await run(tablet, "catch-up")
        hidden = await run(bob, "hide", "alice", "3", "1")
        shown, listed = await run(tablet, "show", "alice"), await run(tablet, "sessions")
    assert (hidden.code, hidden.out) == (0, "hidden: p:alice:bob #3, #1\n")
    (line,) = shown.out.splitlines()
    assert line.endswith("alice: two")
    assert listed.out.rstrip().endswith("alice: two")


async def test_receipts_are_shown_and_turned_off(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("bob", "alice", "one")
    fake.state.receipts.readers["g:room", 2] = ["alice", "carol"]
    async with listening(fake) as url:
        bob, tablet = (environment(tmp_path, url, token("bob", device)) for device in ("phone", "tablet"))
        read(fake, "alice", "bob", 1, 1)
        shown, before = await run(bob, "show", "alice"), await run(bob, "receipts")
        turned, after = await run(bob, "receipts", "off"), await run(tablet, "receipts")
        hidden = await run(bob, "show", "alice")
        fake.state.receipts.offered = False
        none = await run(bob, "receipts")
    assert "read by the other person up to #1" in shown.err
    assert (before.out, turned.out, after.out) == ("receipts: on\n", "receipts: off\n", "receipts: off\n")
    assert "read by" not in hidden.err
    assert none.out == "receipts: the service has none\n"


async def test_listen_for_a_while_ends_by_itself(tmp_path: Path) -> None:
    async with listening(FakeServer()) as url:
        ran = await run(environment(tmp_path, url, token("bob")), "listen", "--for", "0.2")
    assert (ran.code, ran.out) == (0, "")


async def test_an_address_where_nobody_listens_is_one_line_and_a_failure(tmp_path: Path) -> None:
    ran = await run(environment(tmp_path, "ws://127.0.0.1:9", token("bob")), "catch-up")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ws://127.0.0.1:9 can't be reached: ")
    assert ran.err.endswith("; check the address, and that the server runs\n")
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
        (
            [],
            "error: Missing command. There are: block, blocked, catch-up, chat, download, edit, forward, group, hide, "
            "listen, online, read, readers, recall, receipts, send-file, sessions, set, show",
        ),
        (["chatt"], "error: No such command 'chatt'. Did you mean 'chat'? There are: block, "),
        (["set", "alice", *GOOD], "error: nothing to choose: give --mute, --pin, --hide, --unread, or their opposites"),
        (["set", "alice", "--mute", "1h", "--unmute", *GOOD], "error: --mute and --unmute: give one of them"),
        (
            ["set", "alice", "--mute", "soon", *GOOD],
            "error: Invalid value: 'soon' is no time: write 30m, 8h, 7d, or ever",
        ),
        (["chat", "--to", "bob", "hi"], "error: no address: give --url, or set CATCHUP_URL"),
        (["listen", "--url", "http://x"], "error: --url 'http://x' is not a WebSocket address: it must start with ws"),
        (
            ["read", "alice", "--url", "http://x"],
            "error: --url 'http://x' is not a WebSocket address: it must start with ws:// or wss://, and name a host; "
            "for an HTTP address add --transport http\n",
        ),
        (["read", "alice", "--url", "ws://x", "--transport", "http"], "error: --url 'ws://x' is not an HTTP address: "),
        (
            ["listen", "--url", "http://x", "--transport", "http", *GOOD[2:]],
            "error: listen needs a WebSocket: ",
        ),
        (["listen", "--url", "ws://"], "error: --url 'ws://' is not a WebSocket address: "),
        (["listen", "--url", "ws://[::1"], "error: --url 'ws://[::1' is not an address: "),
        (["listen", "--url", "ws://x:99999"], "error: --url 'ws://x:99999' is not an address: Port out of range"),
        (["listen", "--url", "ws://x"], "error: no token: give --token, or set CATCHUP_TOKEN"),
        (["listen", "--url", "ws://x", "--token", "abc"], "error: --token can't be used: it is not a JWT"),
        (["listen", "--url", "ws://x", "--token", "a.é.c"], "error: --token can't be used: it is not a JWT"),
        (
            ["listen", "--url", "ws://x", "--token", "x.bm8.c"],
            "error: --token can't be used: it is not a JWT: its payload",
        ),
        (
            ["listen", *GOOD[:2], "--token", token("bob", exp=float("inf"))],
            "error: --token can't be used: its claim exp",
        ),
        (
            ["listen", *GOOD, "--session", "p:bob"],
            "error: Invalid value for '--session': 'p:bob' is no session: it must",
        ),
        (["listen", *GOOD, "--sesion", "p:bob"], "error: No such option '--sesion'. Did you mean '--session'?"),
        (["listen", *GOOD, "--for", "nan"], "error: Invalid value for '--for': must be more than 0, not nan"),
        (["listen", *GOOD, "--for", "inf"], "error: Invalid value for '--for': must be more than 0, not inf"),
        (["listen", *GOOD, "--for", "soon"], "error: Invalid value for '--for': 'soon' is not a number"),
        (
            ["catch-up", *GOOD, "--page", "1000"],
            "error: Invalid value for '--page': 1000 is not in the range 1<=x<=100.",
        ),
        (["show", *GOOD, "bob", "--before", "-1"], "error: Invalid value for '--before': -1 is not in the range x>=1."),
        (["show", *GOOD], "error: Missing argument 'SESSION'."),
        (["chat", *GOOD, "--to", "bob", "--json", "[1]"], "error: --json: the message must be a JSON object"),
        (["chat", *GOOD, "--to", "bob", "--json", "{"], "error: --json: the message is not JSON"),
        (["chat", *GOOD, "--to", "bob", "--json", "{}"], "error: --json: the message is empty: nothing was sent"),
        (["chat", *GOOD, "--to", "bob", "--json", "[" * 100_000], "error: --json: the message is not JSON"),
        (["chat", *GOOD, "--to", "bob", ""], "error: the text is empty: nothing was sent"),
        (["chat", *GOOD, "--to", "bob", " \n\u3000\u200b"], "error: the text is empty: nothing was sent"),
        (["chat", *GOOD, "--to", " ", "hi"], "error: --to is empty: name a uid, or g:GROUP"),
        (["chat", *GOOD, "--to", "bob", "-x"], "error: No such option '-x'. (put -- before a text that begins with -)"),
        (["chat", *GOOD, "--to", "bob"], "error: Missing argument 'TEXT...'."),
        (["chat", *GOOD, "hi"], "error: Missing option '--to'."),
        (["chat", *GOOD, "--to", "b\udcff", "hi"], "error: b\\udcff is not text in UTF-8"),
        (["chat", *GOOD, "--encoding", "xml", "hi"], "error: Invalid value for '--encoding': 'xml' is not one of"),
        (
            ["--encoding", "xml", "sessions"],
            "error: Invalid value for '--encoding': 'xml' is not one of 'json', 'pb'.\n",
        ),
        (
            ["group"],
            "error: Missing command. There are: about, add, approve, ask, create, describe, dissolve, join, "
            "leave, members, mute, refuse, remove, requests, role, withdraw.",
        ),
        (["group", "create", *GOOD, " "], "error: the group's name is empty"),
        (["group", "add", *GOOD, "room"], "error: Missing argument 'UID...'."),
        (["group", "role", *GOOD, "room", "bob", "king"], "error: Invalid value for '{member|admin|owner}': 'king'"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exits_with_2(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CATCHUP_URL", raising=False)
    monkeypatch.delenv("CATCHUP_TOKEN", raising=False)
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith(line)
    assert err.count("\n") == 1


async def test_options_stand_anywhere(tmp_path: Path) -> None:
    fake = FakeServer()
    async with listening(fake) as url:
        bare, alice = environment(tmp_path), token("alice")
        place = ("--url", url, "--token", alice)
        ran = [
            await run(bare, *place, "group", "create", "Book club", "--id", "books", "alice2", "bob"),
            await run(bare, "group", *place, "add", "books", "--encoding", "pb", "dave", "--timeout", "9", "erin"),
            await run(bare, "chat", "hello", *place, "--to", "g:books", "to", "--at", "bob", "all"),
            await run(bare, "chat", *place, "--to", "g:books", "--", "-1"),
        ]
    assert [(one.code, one.err) for one in ran] == [(0, "")] * 4
    made, added, said, minus = fake.state.talks["g:books"].messages
    assert (made["msg"]["uids"], added["msg"]["uids"]) == (["alice2", "bob"], ["dave", "erin"])
    assert (said["msg"], said["at"], minus["msg"]) == ({"message": "hello to all"}, ["bob"], {"message": "-1"})


async def test_settings_of_a_session_are_chosen_and_listed(tmp_path: Path) -> None:
    fake = FakeServer()
    for name in ("alice", "carol", "dan"):
        fake.say(name, "bob", "hello")
    async with listening(fake) as url:
        bob, tablet = (environment(tmp_path, url, token("bob", device)) for device in ("phone", "tablet"))
        ran = [
            await run(bob, "set", "alice", "--mute", "ever", "--pin"),
            await run(bob, "set", "alice", "--unread"),
            await run(bob, "set", "p:bob:carol", "--hide"),
        ]
        listed, everything = await run(tablet, "sessions"), await run(tablet, "sessions", "--all")
        undone = await run(tablet, "set", "alice", "--unmute", "--unpin", "--no-unread")
        muted = await run(bob, "set", "dan", "--mute", "8h")
    assert [one.code for one in (*ran, listed, everything, undone, muted)] == [0] * 7
    assert [one.out for one in ran] == [
        "p:alice:bob: pinned, muted\n",
        "p:alice:bob: pinned, muted, marked as unread\n",
        "p:bob:carol: hidden\n",
    ]
    assert [line.split()[0] for line in listed.out.splitlines()] == ["p:alice:bob", "p:bob:dan"]
    assert "  (pinned, muted, marked as unread)" in listed.out
    assert listed.err == "1 hidden session: sessions --all\n"
    assert [line.split()[0] for line in everything.out.splitlines()] == ["p:alice:bob", "p:bob:dan", "p:bob:carol"]
    assert undone.out == "p:alice:bob: shown as any other session\n"
    assert muted.out.startswith("p:bob:dan: muted until 2019-04-1")


async def test_sessions_are_listed_shown_page_by_page_and_read(tmp_path: Path) -> None:
    fake = FakeServer()
    for number in range(1, 31):
        fake.say("alice", "bob", f"message {number}")
    async with listening(fake) as url:
        alice, bob = (environment(tmp_path, url, token(uid)) for uid in ("alice", "bob"))
        await run(alice, "group", "create", "Book club", "--id", "books", "bob")
        listed = await run(bob, "sessions")
        newest = await run(bob, "show", "alice", "--limit", "2")
        older = await run(bob, "show", "p:alice:bob", "--before", "3")
        group = await run(bob, "show", "book CLUB")
        read = await run(bob, "read", "alice")
        after = await run(bob, "sessions")
        again = await run(bob, "show", "alice", "--limit", "1")
    assert [ran.code for ran in (listed, newest, older, group, read, after, again)] == [0] * 7
    lines = {line.split()[0]: line for line in listed.out.splitlines()}
    assert " 30 unread " in lines["p:alice:bob"]
    assert lines["p:alice:bob"].endswith("alice: message 30")
    assert "[Book club, 2 members]" in lines["g:books"]
    assert [line.split(None, 3)[0::3] for line in newest.out.splitlines()] == [
        ["#29", "alice: message 29"],
        ["#30", "alice: message 30"],
    ]
    assert newest.err.splitlines() == [
        "older: show p:alice:bob --before 29",
        "30 unread: `read p:alice:bob` marks all as read",
    ]
    assert [line.split()[0] for line in older.out.splitlines()] == ["#1", "#2"]
    assert "older" not in older.err
    assert group.out.rstrip().endswith('alice made the group "Book club" with bob')
    assert read.out == "read: p:alice:bob, 30 were unread\n"
    told = [request["body"]["sessions"] for request in fake.requests if request["cmd"] == "read"]
    assert [position["p:alice:bob"]["received"] for position in told] == [30]
    assert " 0 unread " in next(line for line in after.out.splitlines() if line.startswith("p:alice:bob"))
    assert "unread" not in again.err


async def test_a_name_that_nobody_has_is_told_with_what_may_be_meant(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("alice", "bob", "hello")
    async with listening(fake) as url:
        alice, bob = (environment(tmp_path, url, token(uid)) for uid in ("alice", "bob"))
        await run(alice, "group", "create", "Book club", "--id", "books", "bob")
        shown, read = await run(bob, "show", "alcie"), await run(bob, "read", "zoe")
        to_group, by_name = [await run(bob, "chat", "--to", to, "hi") for to in ("Books", "book club")]
        near = await run(bob, "chat", "--to", "alicia", "hi")
        on_purpose = await run(bob, "chat", "--to", "p:bob:books", "hi")
        others = await run(bob, "chat", "--to", "p:alice:carol", "hi")
    assert shown.err == "error: alcie: you have no such session; did you mean alice? `sessions` lists yours\n"
    assert read.err == "error: zoe: you have no such session; `sessions` lists yours\n"
    for refused in (to_group, by_name):
        assert refused.code == 1
        assert "is a group of yours: use --to g:books; for a person of that name, --to p:" in refused.err
    assert (near.code, near.out) == (0, "sent: p:alicia:bob #1\n")
    assert near.err == "alicia: your first message to this name; did you mean alice?\n"
    assert on_purpose.out == "sent: p:bob:books #1\n"
    assert others.err == "error: --to must be a session of bob, who sends\n"
    assert set(fake.state.talks) == {"p:alice:bob", "g:books", "p:alicia:bob", "p:bob:books"}


async def test_on_a_terminal_a_name_like_another_is_asked_about(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("alice", "bob", "hello")
    terminal, ours = pty.openpty()
    async with listening(fake) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "catchup_client", "chat", "--to", "alcie", "hi"),
            env={**environment(tmp_path, url, token("bob")), "TERM": "xterm"},
            stdin=ours,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        os.close(ours)
        os.write(terminal, b"n\n")
        ran = await finish(process)
        os.close(terminal)
    assert (ran.code, ran.out) == (1, "")
    assert "Did you mean alice? Send it to alcie?" in ran.err
    assert ran.err.endswith("error: alcie: nothing was sent\n")
    assert set(fake.state.talks) == {"p:alice:bob"}


async def test_listening_to_a_session_begins_with_what_is_stored_of_it(tmp_path: Path) -> None:
    fake = FakeServer()
    for number in range(1, 31):
        fake.say("alice", "bob", str(number))
    async with listening(fake) as url:
        variables = environment(tmp_path, url, token("bob"))
        await run(variables, "read", "alice")
        listened = await run(variables, "listen", "--session", "alice", "--for", "0.3", "--limit", "25")
        nothing = await run(variables, "listen", "--for", "0.3")
    assert listened.out.splitlines() == [f"p:alice:bob #{seq} alice: {seq}" for seq in range(6, 31)]
    assert nothing.out == ""


async def test_what_an_earlier_command_left_in_the_outbox_is_told_when_it_is_sent(tmp_path: Path) -> None:
    fake = FakeServer()
    store = tmp_path / "alice.sqlite"
    async with Client("ws://127.0.0.1:9", token("alice"), store) as alice:
        alice.post("bob", {"message": "hello"})
    async with listening(fake) as url:
        ran = await run(environment(tmp_path, url, token("alice")), "listen", "--for", "0.5", "--store", str(store))
    assert "sent now, from an earlier command: p:alice:bob #1" in ran.err.splitlines()


async def test_a_wrong_path_is_told_as_a_wrong_path(tmp_path: Path) -> None:
    async with listening(FakeServer()) as url:
        ran = await run(environment(tmp_path, f"{url}/nowhere", token("bob")), "sessions")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(
        f"error: {url}/nowhere is not a Catchup address (403 ForbiddenException): check the host and the path"
    )


@pytest.mark.parametrize("path", ["/dev/null/x/store", "/proc/x/store", "."])
def test_a_store_that_cannot_be_is_one_line_and_a_failure(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", *GOOD, "--store", path]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"error: the store {path} can't be used: ")
    assert err.count("\n") == 1


async def test_a_terminal_that_knows_few_characters_gets_all_messages(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("alice", "bob", "你好")
    async with listening(fake) as url:
        variables = {**environment(tmp_path, url, token("bob")), "PYTHONIOENCODING": "ascii"}
        ran = await finish(await start(variables, "show", "alice"))
    assert (ran.code, ran.out.split()[-1]) == (0, "\\u4f60\\u597d")


async def test_a_full_disk_under_the_output_is_one_line(tmp_path: Path) -> None:
    fake = FakeServer()
    fake.say("alice", "bob", "hello")
    async with listening(fake) as url:
        with Path("/dev/full").open("wb") as full:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "catchup_client", "sessions"),
                env=environment(tmp_path, url, token("bob")),
                stdout=full,
                stderr=asyncio.subprocess.PIPE,
            )
        _, err = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, err.decode()) == (1, "error: the output: No space left on device\n")


@pytest.mark.parametrize("command", ["sessions", "catch-up", "listen"])
async def test_ctrl_c_ends_any_command_without_a_trace(tmp_path: Path, command: str) -> None:
    came = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        process = await start(environment(tmp_path, url, token("bob")), command)
        await asyncio.wait_for(came.wait(), 10)
        process.send_signal(signal.SIGINT)
        ran = await finish(process)
    assert (ran.code, ran.out, ran.err) == (0 if command == "listen" else 130, "", "")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"event": "create", "name": "", "uids": []}, "ann made the group"),
        ({"event": "create", "name": "Book club", "uids": ["bob"]}, 'ann made the group "Book club" with bob'),
        ({"event": "join"}, "ann joined"),
        ({"event": "leave"}, "ann left"),
        ({"event": "add", "uids": ["bob", "eve", "dan"]}, "ann added bob, eve and dan"),
        ({"event": "remove", "uids": ["bob", "eve"]}, "ann removed bob and eve"),
        ({"event": "role", "uid": "bob", "role": "OWNER"}, "ann handed the group over to bob"),
        ({"event": "role", "uid": "bob", "role": "ADMIN"}, "ann made bob an admin"),
        ({"event": "role", "uid": "bob", "role": "MEMBER"}, "ann made bob an ordinary member"),
        ({"event": "role", "uid": "bob", "role": "JUDGE"}, "ann gave bob the role JUDGE"),
        ({"event": "paint", "colour": "\x1b"}, 'ann: {"event": "paint", "colour": "\\u001b"}'),
    ],
)
def test_what_happens_to_a_group_is_told_in_words(event: dict[str, object], words: str) -> None:
    assert message_words(Message("g:books", 1, "m", "ann", "books", event, kind="system")) == words


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
