"""The Python library sends and fetches files through the real template, whose store refuses as S3 does."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from catchup_client import Client, Encoding, RequestRefused
from catchup_client.settings import UPLOAD_PART_BYTES
from catchup_client.transports import TransportName
from local.options import Options
from local.stack import LocalStack
from tests.support.media import sample
from tests.support.world import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHAT = "p:alice:bob"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


def device(
    stack: LocalStack,
    folder: Path,
    uid: str,
    transport: TransportName = "websocket",
    encoding: Encoding = Encoding.JSON,
) -> Client:
    url = stack.url if transport == "websocket" else stack.http_url
    store = folder / f"{uid}.sqlite"
    return Client(url, stack.token(uid), store, transport=transport, encoding=encoding)


@pytest.mark.parametrize(
    ("transport", "encoding"), [("websocket", Encoding.PROTOBUF), ("http", Encoding.JSON)], ids=["websocket", "http"]
)
async def test_a_picture_goes_to_somebody_who_is_away(
    stack: LocalStack, tmp_path: Path, transport: TransportName, encoding: Encoding
) -> None:
    photo, picture = tmp_path / "photo.jpg", sample("picture.jpg")
    photo.write_bytes(picture[:2] + b"\xff\xfe\x00\x05GPS" + picture[2:])
    async with asyncio.timeout(60):
        async with device(stack, tmp_path, "alice", transport, encoding) as alice:
            sent = await alice.send_file("bob", photo, caption="look")
        async with device(stack, tmp_path, "bob", transport, encoding) as bob:
            await bob.catch_up()
            (message,) = bob.messages(CHAT, before=sent.seq + 1, limit=1)
            on = await bob.forward("bob", CHAT, sent.seq, caption="mine now")
            assert (await bob.media("p:bob:bob", on.seq)).bytes == message.content["bytes"]
            found = await bob.download(CHAT, sent.seq, tmp_path / "copy.jpg")
    assert (message.content["width"], message.content["height"], message.content["caption"]) == (32, 24, "look")
    assert found.mime == "image/jpeg"
    copy = (tmp_path / "copy.jpg").read_bytes()
    assert len(copy) == message.content["bytes"]
    assert b"GPS" not in copy


SENDER = """
import asyncio, sys
from catchup_client import Client, Uploading

async def main():
    url, token, store, path = sys.argv[1:]
    async with Client(url, token, store) as client:
        events = client.events()
        await client.post_file("bob", path, name="film.mp4", msg_id=path.rpartition("/")[2])
        async for event in events:
            if isinstance(event, Uploading) and event.sent > 16_777_216:
                print("a part", flush=True)

asyncio.run(main())
"""


async def test_an_upload_of_a_program_that_was_killed_goes_on(stack: LocalStack, tmp_path: Path) -> None:
    film, data = tmp_path / "film-1", bytes(UPLOAD_PART_BYTES) + b"x" * UPLOAD_PART_BYTES + b"the end"
    film.write_bytes(data)
    async with asyncio.timeout(120):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SENDER, stack.url, stack.token("alice"), str(tmp_path / "alice.sqlite"), str(film)),
            env={"PYTHONPATH": str(ROOT / "clients/python")},
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"a part\n"
        process.kill()
        await process.wait()
        async with device(stack, tmp_path, "alice") as alice:
            await alice.logged_in()
            while alice.outbox():
                assert not alice.outbox()[0].refused
                await asyncio.sleep(0.05)
            message = alice.messages(CHAT)[0]
            await alice.download(CHAT, message.seq, tmp_path / "copy")
    assert (message.msg_id, message.content["name"]) == ("film-1", "film.mp4")
    assert (tmp_path / "copy").read_bytes() == data


async def test_a_page_that_is_called_a_picture_is_not_fetched(stack: LocalStack, tmp_path: Path) -> None:
    page = tmp_path / "page.png"
    page.write_text("<!DOCTYPE html><script>alert(1)</script>")
    async with asyncio.timeout(60), device(stack, tmp_path, "alice") as alice:
        sent = await alice.send_file("bob", page, type="image", width=1, height=1)
        with pytest.raises(RequestRefused, match="seq"):
            await alice.download(CHAT, sent.seq, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
