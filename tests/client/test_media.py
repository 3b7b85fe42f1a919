"""Files beside messages on a device: sent, gone on with after a crash, and fetched.

Real time and a real HTTP server: files are read and carried by threads, for which a virtual clock does not wait.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catchup_client import (
    Client,
    Code,
    Encoding,
    FileUnusable,
    InvalidInput,
    MessageRefused,
    MessageSent,
    RequestRefused,
    Settings,
    TransferFailed,
    Uploading,
)
from catchup_client.settings import UPLOAD_PART_BYTES
from tests.client.fake_bucket import FakeBucket, open_bucket
from tests.client.fake_server import FakeServer
from tests.client.faults import Faults, OnRequest, Scripted
from tests.client.support import both_transports, phone, texts
from tests.support.media import sample

CHAT = "p:alice:bob"
QUICK = Settings(backoff_base=0.001, backoff_cap=0.01)
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


@pytest.fixture
def bucket() -> Iterator[FakeBucket]:
    with open_bucket() as bucket:
        yield bucket


def server_with(bucket: FakeBucket, faults: Faults | None = None) -> FakeServer:
    server = FakeServer(faults)
    server.latency = lambda: 0.0
    server.state.media.bucket = bucket
    return server


def alice(server: FakeServer, path: Path, **options: Any) -> Any:
    return phone(server, path, "alice", settings=QUICK, **options)


def bob(server: FakeServer, path: Path, **options: Any) -> Any:
    return phone(server, path, "bob", settings=QUICK, **options)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture with a note of its camera."""
    path, picture = tmp_path / "photo.jpg", sample("picture.jpg")
    path.write_bytes(picture[:2] + b"\xff\xfe\x00\x05GPS" + picture[2:])
    return path


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of three parts, which takes no place on the disk."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    with path.open("wb") as file:
        file.truncate(2 * UPLOAD_PART_BYTES)
        file.seek(2 * UPLOAD_PART_BYTES)
        file.write(b"the end")
    return path


async def when(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.002)


def asked(server: FakeServer, cmd: str) -> list[dict[str, Any]]:
    return [request["body"] for request in server.requests if request["cmd"] == cmd]


@both_transports
@both_encodings
async def test_a_picture_goes_up_and_comes_down(
    tmp_path: Path, bucket: FakeBucket, photo: Path, encoding: Encoding
) -> None:
    server, heard = server_with(bucket), list[tuple[int, int]]()
    async with alice(server, tmp_path, encoding=encoding) as sender:
        sent = await sender.send_file(
            "bob", photo, caption="Berlin", on_progress=lambda *progress: heard.append(progress)
        )
        assert (sent.session_id, sent.seq) == (CHAT, 1)
        (shown,) = sender.messages(CHAT)
        assert not sender.outbox()
    async with bob(server, tmp_path, encoding=encoding) as receiver:
        await receiver.catch_up()
        (message,) = receiver.messages(CHAT)
        assert message.content == shown.content
        found = await receiver.media(CHAT, 1)
        assert (found.mime, found.bytes) == ("image/jpeg", message.content["bytes"])
        await receiver.download(CHAT, 1, tmp_path / "copy.jpg")
    data = (tmp_path / "copy.jpg").read_bytes()
    assert (
        hashlib.sha256(data).hexdigest() == hashlib.sha256(bucket.objects[f"media/{shown.content['key']}"]).hexdigest()
    )
    assert b"GPS" not in data
    said = {name: shown.content[name] for name in ("type", "mime", "width", "height", "caption", "bytes")}
    assert said == {
        "type": "image", "mime": "image/jpeg", "width": 32, "height": 24, "caption": "Berlin", "bytes": len(data)
    }  # fmt: skip
    assert heard[-1] == (len(data), len(data))
    assert not list(tmp_path.glob("*.part"))


async def test_other_files_have_a_name_and_what_is_said_of_them_counts(tmp_path: Path, bucket: FakeBucket) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "song").write_bytes(b"sound")
    server = server_with(bucket)
    async with alice(server, tmp_path) as sender:
        await sender.send_file("bob", tmp_path / "notes.txt", preview="aGVsbG8=")
        await sender.send_file("bob", tmp_path / "song", type="voice", mime="audio/webm;codecs=opus", duration_ms=900)
        voice, file = (message.content for message in sender.messages(CHAT))
    assert (file["type"], file["mime"], file["name"], file["preview"]) == (
        "file",
        "text/plain",
        "notes.txt",
        "aGVsbG8=",
    )
    assert (voice["type"], voice["mime"], voice["durationMs"]) == ("voice", "audio/webm", 900)
    assert voice.keys() == {"type", "key", "mime", "bytes", "sha256", "durationMs"}


async def test_a_large_file_goes_up_in_parts_and_no_part_twice(tmp_path: Path, bucket: FakeBucket, film: Path) -> None:
    server, heard = server_with(bucket), list[tuple[int, int]]()
    server.state.media.lists = 2
    bucket.faults = [(503, "SlowDown")]
    async with alice(server, tmp_path) as sender:
        await sender.send_file("bob", film, on_progress=lambda *progress: heard.append(progress))
        (message,) = sender.messages(CHAT)
    assert bucket.objects[f"media/{message.content['key']}"] == film.read_bytes()
    assert message.content["sha256"].endswith("-3")
    assert len(bucket.requests) == 4, "three parts, and one of them twice"
    assert heard[-1] == (film.stat().st_size, film.stat().st_size)


async def test_an_upload_goes_on_after_a_crash_with_the_parts_that_are_missing(
    tmp_path: Path, bucket: FakeBucket, film: Path
) -> None:
    server = server_with(bucket)
    server.state.media.lists = 1
    async with alice(server, tmp_path) as sender:
        posted = await sender.post_file("bob", film)
        await when(lambda: len(bucket.objects) >= 1)
        (queued,) = sender.outbox()
        assert queued.message.msg_id == posted
        assert "key" not in queued.message.content
    had = {path for path in bucket.objects if not path.startswith("media/")}
    before = len(asked(server, "upload"))
    async with alice(server, tmp_path) as sender:
        await when(lambda: not sender.outbox())
        assert sender.messages(CHAT)[0].msg_id == posted
    assert len(server.state.media.begun) == 1
    assert all(body["uploadId"] == "upload-0" for body in asked(server, "upload")[before:])
    put = [request.removeprefix("PUT /") for request in bucket.requests]
    assert all(put.count(path) == 1 for path in had), "what was there is not sent again"


async def test_a_picture_whose_upload_was_not_heard_of_is_sent_all_the_same(
    tmp_path: Path, bucket: FakeBucket, photo: Path
) -> None:
    server = server_with(bucket, Scripted({"upload": [OnRequest.LOSE_ANSWER, OnRequest.CLOSE_AFTER]}))
    bucket.faults = [(299, "")]
    async with phone(
        server, tmp_path, "alice", settings=Settings(answer_timeout=0.2, backoff_base=0.001, backoff_cap=0.01)
    ) as sender:
        assert (await sender.send_file("bob", photo)).seq == 1
    assert len(bucket.objects) == 1


@pytest.mark.parametrize("status", [403, 404, 409])
async def test_addresses_that_have_expired_are_replaced(
    tmp_path: Path, bucket: FakeBucket, photo: Path, status: int
) -> None:
    server = server_with(bucket)
    bucket.faults = [(status, "AccessDenied")]
    async with alice(server, tmp_path) as sender:
        assert (await sender.send_file("bob", photo)).seq == 1
    assert len(asked(server, "upload")) == 2


async def test_a_form_is_used_again_while_it_is_good_because_each_new_one_counts(
    tmp_path: Path, bucket: FakeBucket, photo: Path
) -> None:
    server = server_with(bucket)
    bucket.faults = [(500, "InternalError"), (0, ""), (400, "RequestTimeout")]
    async with alice(server, tmp_path) as sender:
        assert (await sender.send_file("bob", photo)).seq == 1
    assert (len(asked(server, "upload")), len(bucket.requests)) == (1, 4)


async def test_an_upload_that_the_server_has_forgotten_begins_again(
    tmp_path: Path, bucket: FakeBucket, film: Path
) -> None:
    server = server_with(bucket)
    server.state.media.lists = 1
    async with alice(server, tmp_path) as sender:
        await sender.post_file("bob", film)
        await when(lambda: len(bucket.objects) >= 1)
    bucket.objects.clear()
    server.state.media.begun.clear()
    server.state.media.begun["upload-other"] = {}
    async with alice(server, tmp_path) as sender:
        await when(lambda: not sender.outbox())
        assert len(sender.messages(CHAT)) == 1


async def test_messages_do_not_wait_for_a_file(tmp_path: Path, bucket: FakeBucket, photo: Path) -> None:
    server = server_with(bucket)
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()
    bucket.on_request = lambda: asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(20)
    async with alice(server, tmp_path) as sender:
        await sender.post_file("bob", photo)
        await sender.send("bob", {"message": "a picture follows"})
        go_on.set()
        await when(lambda: not sender.outbox())
        assert [message.content.get("type") for message in sender.messages(CHAT)] == ["image", None]


async def test_a_file_that_has_changed_is_not_sent(tmp_path: Path, bucket: FakeBucket, film: Path) -> None:
    path, server = tmp_path / "notes.txt", server_with(bucket)
    path.write_text("hello")
    async with alice(server, tmp_path) as sender:
        heard = sender.events()
        for changed, error in (("longer than before", FileUnusable), ("hallo", TransferFailed)):
            path.write_text("hello")
            posted = await sender.post_file("bob", path)
            path.write_text(changed)
            with pytest.raises(error):
                await sender._engine.or_stop(sender._engine.outbox.outcome(posted))
        assert [queued.refused for queued in sender.outbox()] == [Code.FAILED_PRECONDITION] * 2
        assert len([event for event in heard.pending() if isinstance(event, MessageRefused)]) == 2
        path.write_text("hello")
        assert (await sender.send_file("bob", path)).seq == 1
    async with alice(server, tmp_path) as sender:
        await sender.logged_in()
        assert len(sender.outbox()) == 2, "what is refused stays, and is not tried again"
    assert not sender._engine.uploads._running


async def test_a_store_that_refuses_whatever_it_is_sent_ends_the_upload(
    tmp_path: Path, bucket: FakeBucket, photo: Path
) -> None:
    server = server_with(bucket)
    bucket.faults = [(403, "AccessDenied")] * 20
    async with alice(server, tmp_path) as sender:
        with pytest.raises(TransferFailed, match="403 AccessDenied"):
            await sender.send_file("bob", photo)


async def test_what_the_server_refuses_is_told_and_not_tried_again(
    tmp_path: Path, bucket: FakeBucket, photo: Path
) -> None:
    server = server_with(bucket)
    async with alice(server, tmp_path) as sender:
        with pytest.raises(RequestRefused, match=r"body\.mime"):
            await sender.send_file("bob", photo, type="voice", duration_ms=1)
        (queued,) = sender.outbox()
        assert queued.refused is Code.INVALID_ARGUMENT
    assert not bucket.requests


async def test_a_quota_that_is_used_up_is_told_at_once(
    tmp_path: Path, bucket: FakeBucket, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.client import fake_media
    from tests.client.fake_wire import Refused

    def used_up(*_: object) -> None:
        raise Refused("RESOURCE_EXHAUSTED", "body.bytes", "as much as a person may in a day")

    monkeypatch.setattr(fake_media, "answer", used_up)
    async with alice(server_with(bucket), tmp_path) as sender:
        with pytest.raises(RequestRefused, match="as much as a person may"):
            await sender.send_file("bob", photo)


async def test_a_message_that_is_discarded_is_not_uploaded_any_more(
    tmp_path: Path, bucket: FakeBucket, photo: Path
) -> None:
    server = server_with(bucket)
    bucket.faults = [(500, "InternalError")] * 1_000
    async with alice(server, tmp_path) as sender:
        posted = await sender.post_file("bob", photo)
        await when(lambda: bool(bucket.requests))
        assert sender.discard(posted)
        await when(lambda: not sender._engine.uploads._running)
        bucket.faults.clear()
        await sender.send("bob", {"message": "hello"})
        assert texts(sender, CHAT) == ["hello"]


async def test_the_outbox_with_its_files_goes_to_another_data_set(
    tmp_path: Path, bucket: FakeBucket, photo: Path
) -> None:
    server = server_with(bucket)
    bucket.faults = [(500, "InternalError")] * 1_000
    async with alice(server, tmp_path) as sender:
        await sender.post_file("bob", photo)
        await when(lambda: bool(bucket.requests))
        server.begin_again()
        server.state.media.bucket = bucket
        bucket.faults.clear()
        await when(lambda: not sender.outbox())
        assert sender.messages(CHAT)[0].content["type"] == "image"


async def test_events_tell_how_far_an_upload_is(tmp_path: Path, bucket: FakeBucket, photo: Path) -> None:
    async with alice(server_with(bucket), tmp_path) as sender:
        heard = sender.events()
        await sender.send_file("bob", photo, msg_id="m-1")
        told = [event for event in heard.pending() if isinstance(event, (Uploading, MessageSent))]
        total = sender.messages(CHAT)[0].content["bytes"]
        assert told[0] == Uploading("m-1", total, total)  # type: ignore[arg-type]
        assert isinstance(told[-1], MessageSent)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"type": "sticker"}, "type"),
        ({"type": "video"}, "duration_ms"),
        ({"type": "voice", "duration_ms": 5, "caption": "x"}, "caption"),
        ({"caption": ""}, "caption"),
        ({"caption": "x" * 4_001}, "caption"),
        ({"name": "../photo"}, "name"),
        ({"width": 0}, "width"),
        ({"preview": "?"}, "preview"),
    ],
)
async def test_what_can_not_be_sent_is_told_before_anything_is_stored(
    tmp_path: Path, bucket: FakeBucket, photo: Path, facts: Any, field: str
) -> None:
    async with alice(server_with(bucket), tmp_path) as sender:
        with pytest.raises(InvalidInput) as told:
            await sender.send_file("bob", photo, **facts)
        assert told.value.field == field
        assert not sender.outbox()


async def one_picture(sender: Client, path: Path) -> str:
    await sender.send_file("bob", path)
    key: str = sender.messages(CHAT)[0].content["key"]
    return f"media/{key}"


async def test_a_download_goes_on_where_it_broke_off(tmp_path: Path, bucket: FakeBucket, photo: Path) -> None:
    async with alice(server_with(bucket), tmp_path) as sender:
        whole = bucket.objects[await one_picture(sender, photo)]
        bucket.faults, bucket.requests = [(206, ""), (403, "AccessDenied"), (503, "SlowDown")], []
        heard: list[tuple[int, int]] = []
        await sender.download(CHAT, 1, tmp_path / "copy", lambda *progress: heard.append(progress))
        assert (tmp_path / "copy").read_bytes() == whole
        assert heard == [(len(whole) // 2, len(whole)), (len(whole), len(whole))]
        assert [request.rpartition(" ")[2] for request in bucket.requests[1:]] == [f"bytes={len(whole) // 2}-"] * 3


async def test_a_download_that_fails_leaves_what_was_there(tmp_path: Path, bucket: FakeBucket, photo: Path) -> None:
    async with alice(server_with(bucket), tmp_path) as sender:
        key = await one_picture(sender, photo)
        (tmp_path / "copy").write_text("mine")
        whole = bucket.objects.pop(key)
        with pytest.raises(TransferFailed, match="404 NoSuchKey"):
            await sender.download(CHAT, 1, tmp_path / "copy")
        bucket.objects[key] = whole + b"more"
        with pytest.raises(TransferFailed, match="gave"):
            await sender.download(CHAT, 1, tmp_path / "copy")
        with pytest.raises(RequestRefused, match="no such message"):
            await sender.download(CHAT, 2, tmp_path / "copy")
        with pytest.raises(FileUnusable, match="is a folder"):
            await sender.download(CHAT, 1, tmp_path)
        with pytest.raises(FileUnusable, match="No such file"):
            await sender.download(CHAT, 1, tmp_path / "none" / "copy")
        with pytest.raises(InvalidInput):
            await sender.media("bob", 1)
    assert (tmp_path / "copy").read_text() == "mine"
    assert not list(tmp_path.glob("*.part"))


async def test_a_file_is_sent_on_without_a_copy(tmp_path: Path, bucket: FakeBucket, photo: Path) -> None:
    server = server_with(bucket)
    async with alice(server, tmp_path) as sender:
        await sender.send_file("bob", photo, caption="Berlin")
    async with bob(server, tmp_path) as receiver:
        await receiver.catch_up()
        (got,) = receiver.messages(CHAT)
        server.faults = Scripted({"chat": [OnRequest.UNAVAILABLE_BEFORE, OnRequest.INTERNAL]})
        for caption in (None, "from Alice", ""):
            sent = await receiver.forward("carol", CHAT, 1, caption=caption)
        shown = [message.content for message in receiver.messages("p:bob:carol")]
        assert sent.session_id == "p:bob:carol"
    assert [content.get("caption") for content in shown] == [None, "from Alice", "Berlin"]
    assert {content["key"] for content in shown} == {got.content["key"]}
    assert [body.get("source") for body in asked(server, "chat")[1:]] == [{"sessionId": CHAT, "seq": 1}] * 5
    assert len(bucket.objects) == 1


async def test_a_forward_waits_in_the_outbox_with_its_source(tmp_path: Path, bucket: FakeBucket, photo: Path) -> None:
    server = server_with(bucket)
    async with alice(server, tmp_path) as sender:
        await sender.send_file("bob", photo)
        server.faults = Scripted({"chat": [OnRequest.LOSE_REQUEST]})
        forwarding = asyncio.ensure_future(sender.forward("carol", CHAT, 1, msg_id="m-1"))
        await when(lambda: len(asked(server, "chat")) == 2)
        forwarding.cancel()
    async with alice(server, tmp_path) as sender:
        await when(lambda: not sender.outbox())
    first, again = asked(server, "chat")[1:]
    assert first == again
    assert first["source"] == {"sessionId": CHAT, "seq": 1}


async def test_a_text_is_sent_on_and_what_is_not_there_is_told(tmp_path: Path, bucket: FakeBucket) -> None:
    server = server_with(bucket)
    server.say("alice", "bob", "hello")
    async with bob(server, tmp_path) as receiver:
        await receiver.catch_up()
        await receiver.forward("carol", CHAT, 1)
        assert texts(receiver, "p:bob:carol") == ["hello"]
        for seq, caption in ((2, None), (1, "x")):
            with pytest.raises(InvalidInput):
                await receiver.forward("carol", CHAT, seq, caption=caption)
    (body,) = asked(server, "chat")
    assert not body.get("source")
