"""The commands about files, against real sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.fake_bucket import FakeBucket, open_bucket
from tests.client.fake_server import FakeServer, token
from tests.client.socket_server import listening
from tests.client.test_cli import environment, run
from tests.support.media import sample


@pytest.fixture
def bucket() -> Iterator[FakeBucket]:
    with open_bucket() as bucket:
        yield bucket


@pytest.fixture
def fake(bucket: FakeBucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeServer:
    monkeypatch.chdir(tmp_path)
    fake = FakeServer()
    fake.state.media.bucket = bucket
    return fake


async def test_a_picture_is_sent_shown_and_saved(tmp_path: Path, fake: FakeServer) -> None:
    picture = tmp_path / "photo.png"
    picture.write_bytes(sample("picture.png"))
    size = picture.stat().st_size
    async with listening(fake) as url:
        alice, bob = (environment(tmp_path, url, token(uid)) for uid in ("alice", "bob"))
        ran = await run(alice, "send-file", "--to", "bob", "--caption", "look", "--name", "..gem", str(picture))
        assert (ran.code, ran.out, ran.err) == (0, "sent: p:alice:bob #1\n", "")
        shown = await run(bob, "show", "alice")
        assert f"alice: [image ..gem, {size:,} bytes] look" in shown.out
        saved = await run(bob, "download", "alice", "1")
        assert (saved.code, saved.out) == (0, f"saved: gem, {size:,} bytes, image/png\n"), saved.err
        assert (tmp_path / "gem").read_bytes() == picture.read_bytes()
        again = await run(bob, "download", "alice", "1")
        assert (again.code, again.err) == (
            1,
            "error: the file gem is there already: name another one with --to, or give --force\n",
        )
        on = await run(bob, "forward", "alice", "1", "--to", "carol", "--caption", "see")
        assert (on.code, on.out) == (0, "sent: p:bob:carol #1\n"), on.err
        assert fake.state.talks["p:bob:carol"].messages[0]["msg"]["caption"] == "see"
        forced = await run(bob, "download", "alice", "1", "--to", "gem", "--force")
        assert forced.code == 0


async def test_a_file_without_a_name_gets_one_by_its_type(tmp_path: Path, fake: FakeServer) -> None:
    (tmp_path / "photo").write_bytes(sample("picture.jpg"))
    (tmp_path / "into").mkdir()
    async with listening(fake) as url:
        alice, bob = (environment(tmp_path, url, token(uid)) for uid in ("alice", "bob"))
        assert (await run(alice, "send-file", "--to", "bob", "photo")).code == 0
        saved = await run(bob, "download", "alice", "1", "--to", "into")
    assert saved.out.startswith("saved: into/file-1.jpeg, "), saved.err


async def test_a_voice_is_sent_with_its_length(tmp_path: Path, fake: FakeServer) -> None:
    (tmp_path / "voice.m4a").write_bytes(sample("voice.m4a"))
    async with listening(fake) as url:
        alice = environment(tmp_path, url, token("alice"))
        ran = await run(alice, "send-file", "--to", "bob", "--type", "voice", "--duration", "2.5", "voice.m4a")
        assert ran.code == 0, ran.err
        content = fake.state.talks["p:alice:bob"].messages[0]["msg"]
        assert (content["type"], content["mime"], content["durationMs"]) == ("voice", "audio/mp4", 2_500)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("send-file", "--to", "bob", "gone"), 2, "does not exist"),
        (("send-file", "--to", " ", "empty"), 2, "--to is empty"),
        (("send-file", "--to", "bob", "empty"), 1, "is empty"),
        (("send-file", "--to", "bob", "--type", "voice", "notes"), 1, "duration_ms is needed"),
        (("download", "alice", "1"), 1, "has no media"),
        (("download", "alice", "2"), 1, "no such message"),
    ],
)
async def test_what_can_not_be_done_is_told_in_one_line(
    tmp_path: Path, fake: FakeServer, arguments: tuple[str, ...], code: int, says: str
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "notes").write_text("hello")
    fake.say("alice", "bob", "hello")
    async with listening(fake) as url:
        ran = await run(environment(tmp_path, url, token("bob")), *arguments)
    assert ran.code == code
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert not ran.out


async def test_an_upload_that_takes_too_long_goes_on_with_the_next_command(
    tmp_path: Path, fake: FakeServer, bucket: FakeBucket
) -> None:
    (tmp_path / "notes").write_text("hello")
    bucket.faults = [(500, "InternalError")] * 1_000
    async with listening(fake) as url:
        alice = environment(tmp_path, url, token("alice"))
        late = await run(alice, "send-file", "--to", "bob", "--timeout", "0.2", "notes")
        assert (late.code, "the next command sends it" in late.err) == (1, True)
        bucket.faults = []
        assert (await run(alice, "chat", "--to", "bob", "hi")).code == 0
        ran = await run(alice, "listen", "--for", "0.5")
        kinds = {message["msg"].get("type") for message in fake.state.talks["p:alice:bob"].messages}
    assert kinds == {None, "file"}, ran.err
