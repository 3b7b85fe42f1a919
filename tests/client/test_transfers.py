"""Bytes to and from the store of files, against a small HTTP server that answers as S3 does."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from catchup_client.errors import FileUnusable, TransferFailed
from catchup_client.files import InMemory, OnDisk, examine, open_content
from catchup_client.protocol.digests import digests_of
from catchup_client.protocol.media import UploadForm, UploadPart
from catchup_client.transfers import CHUNK_BYTES, Transfers
from tests.client.fake_bucket import FakeBucket, open_bucket
from tests.support.media import sample

DATA = bytes(range(256)) * 3_000


@pytest.fixture
def bucket() -> Iterator[FakeBucket]:
    with open_bucket() as bucket:
        yield bucket


@pytest.fixture
def transfers() -> Iterator[Transfers]:
    transfers = Transfers()
    yield transfers
    transfers.close()


def form(bucket: FakeBucket, data: bytes = DATA) -> UploadForm:
    return UploadForm(f"{bucket.url}/", {"key": "media/a", "x-amz-checksum-sha256": digests_of([data]).sha256})


async def test_a_form_carries_its_fields_and_the_file(bucket: FakeBucket, transfers: Transfers) -> None:
    heard: list[int] = []
    await transfers.post(form(bucket), InMemory(DATA), heard.append)
    await asyncio.sleep(0)
    assert bucket.objects == {"media/a": DATA}
    assert heard == [CHUNK_BYTES, 2 * CHUNK_BYTES, len(DATA)]


async def test_a_part_is_what_lies_there_in_the_file(bucket: FakeBucket, transfers: Transfers, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(DATA)
    content = OnDisk(str(tmp_path / "file"), len(DATA))
    part = UploadPart(2, f"{bucket.url}/p2", {"x-amz-checksum-sha256": digests_of([DATA[1_000:]]).sha256})
    await transfers.put(part, content, 1_000, len(DATA) - 1_000, lambda _: None)
    assert bucket.objects == {"p2": DATA[1_000:]}


async def test_a_refusal_says_why(bucket: FakeBucket, transfers: Transfers) -> None:
    with pytest.raises(TransferFailed, match="answered 400 BadDigest") as failed:
        await transfers.post(form(bucket), InMemory(DATA[1:]), lambda _: None)
    assert failed.value.status == 400


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://s3/", "http://"])
async def test_a_store_that_can_not_be_reached_is_an_error_with_a_reason(transfers: Transfers, url: str) -> None:
    with pytest.raises(TransferFailed) as failed:
        await transfers.post(UploadForm(url, {}), InMemory(b"x"), lambda _: None)
    assert failed.value.status == 0


async def test_a_connection_that_breaks_is_an_error(bucket: FakeBucket, transfers: Transfers) -> None:
    bucket.faults = [(0, "")]
    with pytest.raises(TransferFailed):
        await transfers.post(form(bucket), InMemory(DATA), lambda _: None)


async def test_a_file_that_becomes_shorter_meanwhile_is_not_sent(
    bucket: FakeBucket, transfers: Transfers, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(DATA)
    content = OnDisk(str(tmp_path / "file"), len(DATA) + 1)
    with pytest.raises(FileUnusable, match="shorter"):
        await transfers.post(form(bucket), content, lambda _: None)
    assert not bucket.objects


async def test_a_download_goes_on_where_it_broke_off(bucket: FakeBucket, transfers: Transfers, tmp_path: Path) -> None:
    bucket.objects["a"] = DATA
    bucket.faults = [(206, "")]
    with (tmp_path / "file").open("wb") as into:
        with pytest.raises(TransferFailed, match="ended early"):
            await transfers.get(f"{bucket.url}/a?sig=1", into, lambda _: None)
        await transfers.get(f"{bucket.url}/a?sig=2", into, lambda _: None)
    assert (tmp_path / "file").read_bytes() == DATA
    assert bucket.requests == ["GET /a?sig=1", f"GET /a?sig=2 bytes={len(DATA) // 2}-"]


async def test_a_transfer_that_is_cancelled_ends_at_once(bucket: FakeBucket, transfers: Transfers) -> None:
    asked, go_on = threading.Event(), threading.Event()
    bucket.on_request = lambda: (asked.set(), go_on.wait(20))
    task = asyncio.ensure_future(transfers.post(form(bucket), InMemory(DATA), lambda _: None))
    await asyncio.to_thread(asked.wait, 20)
    task.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await task
    go_on.set()


def test_a_jpeg_goes_up_without_what_its_camera_notes_unless_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    picture = sample("picture.jpg")
    noted = picture[:2] + b"\xff\xfe\x00\x05GPS" + picture[2:]
    path.write_bytes(noted)
    plain, whole = (open_content(str(path), keep_metadata=keep) for keep in (False, True))
    assert b"GPS" not in plain.read(0, plain.size)
    assert whole.read(0, whole.size) == noted
    facts = examine(str(path), keep_metadata=False)
    assert (facts.mime, facts.pixels, facts.digests.bytes) == ("image/jpeg", (32, 24), plain.size)


def test_a_file_that_can_not_be_sent_is_told_before(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "broken.jpg").write_bytes(sample("picture.jpg")[:100])
    for name, why in {
        "gone": "No such file",
        "empty": "is empty",
        "broken.jpg": "broken JPEG",
        ".": "is no file",
    }.items():
        with pytest.raises(FileUnusable, match=why):
            examine(str(tmp_path / name), keep_metadata=False)
