"""What objects are, beside them in the bucket: moto's S3 and the tests' own bucket keep the same promises."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from catchup.domain.content_bytes import FIRST_BYTES
from catchup.domain.sniffed import Sniffed
from catchup.errors import NoSuchMedia, Unavailable
from catchup.storage.media_types import S3MediaTypes
from catchup.storage.signatures import signature
from catchup.usecases.media.ports import Beginning
from catchup.usecases.media.sniffing import Sniff
from tests.contract.test_media_store import KEY, client
from tests.support.bucket import MEDIA_BUCKET, Bucket
from tests.support.media import box, sample

__all__ = ["client"]


@pytest.fixture
def types(client: Any) -> S3MediaTypes:
    return S3MediaTypes(lambda: client, MEDIA_BUCKET)


def put(client: Any, body: bytes, mime: str, key: str = f"media/{KEY}", **metadata: str) -> None:
    if isinstance(client, Bucket):
        client.put(key, body, ContentType=mime, Metadata=metadata)
    else:
        client.put_object(Bucket=MEDIA_BUCKET, Key=key, Body=body, ContentType=mime, Metadata=metadata)


@pytest.mark.parametrize("found", [Sniffed("image/png", lies=False), Sniffed("text/html", lies=True)])
def test_what_is_noted_is_found_again(types: S3MediaTypes, found: Sniffed) -> None:
    assert types.noted(KEY) is None
    for _ in range(2):
        types.note(KEY, found)
        assert types.noted(KEY) == found


@pytest.mark.parametrize(
    "metadata", [{}, {"type": "image/png"}, {"type": "a/b", "verdict": "ok"}, {"type": "image/png", "verdict": "?"}]
)
def test_a_note_that_says_nothing_is_none(client: Any, types: S3MediaTypes, metadata: dict[str, str]) -> None:
    put(client, b"", "binary/octet-stream", f"types/{KEY}", **metadata)
    assert types.noted(KEY) is None


def test_an_object_is_read_where_one_looks(client: Any, types: S3MediaTypes) -> None:
    body = bytes(range(256)) * 100
    put(client, body, "image/png")
    assert types.begin(KEY) == Beginning(body[:FIRST_BYTES], len(body), "image/png")
    assert types.read(KEY, 10_000, 4_096) == body[10_000:14_096]
    assert types.read(KEY, len(body) - 5, 4_096) == body[-5:]


def test_a_small_object_is_read_at_once(client: Any, types: S3MediaTypes) -> None:
    put(client, b"tiny", "text/plain")
    assert types.begin(KEY) == Beginning(b"tiny", 4, "text/plain")


def test_an_object_of_nothing_begins_with_nothing(client: Any, types: S3MediaTypes) -> None:
    put(client, b"", "image/png")
    begun = types.begin(KEY)
    assert begun is not None
    assert (begun.first, begun.bytes) == (b"", 0)


def test_bytes_that_stop_on_their_way_are_unavailable(client: Any, types: S3MediaTypes) -> None:
    put(client, b"tiny", "text/plain")

    class Stopping:
        """The answer has begun; its bytes don't come."""

        def get_object(self, **_: Any) -> dict[str, Any]:
            return {"ContentRange": "bytes 0-3/4", "Body": self}

        def read(self) -> bytes:
            raise ReadTimeoutError(endpoint_url="bucket")

    with pytest.raises(Unavailable):
        S3MediaTypes(Stopping, MEDIA_BUCKET).begin(KEY)


def test_what_is_not_there_has_no_bytes(types: S3MediaTypes) -> None:
    assert types.begin(KEY) is None
    with pytest.raises(NoSuchMedia):
        types.read(KEY, 8_192, 4_096)


# ---------------------------------------------------------------- finding out


def test_an_object_is_looked_at_once_and_then_noted(client: Any, types: S3MediaTypes) -> None:
    put(client, sample("voice.m4a"), "audio/mp4")
    sniff = Sniff(types, signature)
    for _ in range(2):
        assert sniff(KEY) == types.noted(KEY) == Sniffed("audio/mp4", lies=False)
    if isinstance(client, Bucket):
        # The last two are of the second look, and of this test.
        assert client.calls[:3] == ["HeadObject", "GetObject", "PutObject"]
        assert set(client.calls[3:]) == {"HeadObject"}


@pytest.mark.parametrize(
    ("name", "declared", "found"),
    [
        ("picture.png", "image/jpeg", Sniffed("image/png", lies=False)),
        ("film.mp4", "audio/mp4", Sniffed("video/mp4", lies=True)),
        ("voice.webm", "video/webm", Sniffed("audio/webm", lies=True)),
        ("film.webm", "application/octet-stream", Sniffed("video/webm", lies=False)),
        ("picture.gif", "audio/mpeg", Sniffed("image/gif", lies=True)),
    ],
)
def test_bytes_are_compared_with_what_their_sender_said(
    client: Any, types: S3MediaTypes, name: str, declared: str, found: Sniffed
) -> None:
    put(client, sample(name), declared)
    assert Sniff(types, signature)(KEY) == found


def test_an_index_at_the_end_is_read(client: Any, types: S3MediaTypes) -> None:
    body = sample("voice.m4a")
    first = int.from_bytes(body[:4], "big")
    put(client, body[:first] + box(b"free", bytes(50_000)) + body[first:], "audio/mp4")
    assert Sniff(types, signature)(KEY) == Sniffed("audio/mp4", lies=False)


def test_of_an_object_that_is_gone_nothing_is_noted(client: Any, types: S3MediaTypes) -> None:
    sniff = Sniff(types, signature)
    assert sniff(KEY) is None
    body = box(b"ftyp", b"isom\0\0\2\0") + box(b"free", bytes(50_000)) + box(b"moov")
    put(client, body, "video/mp4")

    class Recalled(S3MediaTypes):
        """The object is deleted between the first look and the next."""

        def read(self, key: str, offset: int, length: int) -> bytes:
            client.delete_object(Bucket=MEDIA_BUCKET, Key=f"media/{key}")
            return super().read(key, offset, length)

    assert Sniff(Recalled(lambda: client, MEDIA_BUCKET), signature)(KEY) is None
    assert types.noted(KEY) is None


@pytest.mark.parametrize("answers", range(3))
def test_a_bucket_that_does_not_answer_is_unavailable_at_each_call_and_the_next_attempt_is_complete(
    answers: int,
) -> None:
    bucket = Bucket()
    put(bucket, sample("picture.png"), "image/png")

    class Failing:
        """Answers so often, and no more."""

        def __getattr__(self, operation: str) -> Any:
            bucket.down = len(bucket.calls) >= answers
            return getattr(bucket, operation)

    sniff = Sniff(S3MediaTypes(Failing, MEDIA_BUCKET), signature)
    with pytest.raises(Unavailable):
        sniff(KEY)
    bucket.down = False
    assert Sniff(S3MediaTypes(lambda: bucket, MEDIA_BUCKET), signature)(KEY) == Sniffed("image/png", lies=False)
