"""The bucket of media: moto's S3 and the tests' own bucket keep the same promises."""

from collections.abc import Iterator
from typing import Any

import pytest

from catchup.errors import NoSuchMedia
from catchup.storage.media_store import S3MediaStore
from catchup.usecases.media.ports import StoredObject
from tests.support.bucket import MEDIA_BUCKET, Bucket
from tests.support.engines import REGION, moto_services, session
from tests.support.media import PNG, digest, key_of

KEY = key_of("alice")


@pytest.fixture(params=["moto", "ours"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A client of an empty bucket."""
    if request.param == "ours":
        yield Bucket()
        return
    with moto_services():
        client: Any = session().create_client("s3", region_name=REGION)
        client.create_bucket(Bucket=MEDIA_BUCKET)
        yield client


@pytest.fixture
def store(client: Any) -> S3MediaStore:
    return S3MediaStore(lambda: client, MEDIA_BUCKET)


def upload(client: Any) -> None:
    """As a client's form does."""
    if isinstance(client, Bucket):
        head = {"ContentType": "image/png", "ChecksumSHA256": digest(PNG)}
        client.put(f"media/{KEY}", PNG, **head)
        return
    client.put_object(
        Bucket=MEDIA_BUCKET,
        Key=f"media/{KEY}",
        Body=PNG,
        ContentType="image/png",
        ChecksumAlgorithm="SHA256",
        ChecksumSHA256=digest(PNG),
        Tagging="keep=1",
    )


def test_an_object_tells_what_was_uploaded(client: Any, store: S3MediaStore) -> None:
    upload(client)
    found = store.look(KEY)
    assert found is not None
    assert found.created_at_ms > 0
    expected = StoredObject("image/png", len(PNG), digest(PNG), found.created_at_ms)
    assert found == expected


def test_what_is_not_there_is_nothing(store: S3MediaStore) -> None:
    assert store.look(KEY) is None
    assert not store.is_shared(KEY)
    with pytest.raises(NoSuchMedia):
        store.keep(KEY, 92)
    store.remove(KEY)


def test_each_step_may_be_repeated(client: Any, store: S3MediaStore) -> None:
    upload(client)
    for _ in range(2):
        store.keep(KEY, 92)
        store.share(KEY)
    assert store.is_shared(KEY)
    assert store.look(KEY) is not None
    for _ in range(2):
        store.remove(KEY)
        assert store.look(KEY) is None
    assert store.is_shared(KEY)


def test_keeping_an_object_changes_its_tag_and_nothing_else(client: Any, store: S3MediaStore) -> None:
    upload(client)
    before = store.look(KEY)
    store.keep(KEY, 92)
    assert store.look(KEY) == before
    if not isinstance(client, Bucket):
        tags = client.get_object_tagging(Bucket=MEDIA_BUCKET, Key=f"media/{KEY}")["TagSet"]
        assert tags == [{"Key": "keep", "Value": "92"}]
