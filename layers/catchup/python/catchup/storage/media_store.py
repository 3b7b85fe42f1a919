"""The bucket of media: S3MediaStore.

`media/<key>` is an object, with the tag `keep`: for how many days the bucket's rules keep it. `shared/<key>` is empty:
another message has the object too. `types/<key>`: what its bytes are (`storage.media_types`).
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from catchup.errors import NoSuchMedia
from catchup.storage.dynamo import aws_errors
from catchup.usecases.media.ports import StoredObject

OBJECTS, SHARED, TYPES = "media/", "shared/", "types/"
# Without the right to list the bucket, what is not there is forbidden (S3 API reference, HeadObject).
MISSING = (403, 404)


class InBucket:
    """What is in the bucket. `client`: makes the client of S3, at the first call."""

    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._make, self._bucket = client, bucket

    @cached_property
    def _s3(self) -> Any:
        return self._make()

    def _head(self, key: str, **more: str) -> dict[str, Any] | None:
        with aws_errors():
            try:
                answer: dict[str, Any] = self._s3.head_object(Bucket=self._bucket, Key=key, **more)
            except ClientError as error:
                if status_of(error) in MISSING:
                    return None
                raise
        return answer


class S3MediaStore(InBucket):
    """The objects, with their marks."""

    def look(self, key: str) -> StoredObject | None:
        """One HeadObject."""
        found = self._head(OBJECTS + key, ChecksumMode="ENABLED")
        if found is None:
            return None
        return StoredObject(
            mime=found.get("ContentType", ""),
            bytes=found["ContentLength"],
            sha256=found.get("ChecksumSHA256", ""),
            created_at_ms=int(found["LastModified"].timestamp() * 1_000),
        )

    def keep(self, key: str, days: int) -> None:
        """One PutObjectTagging. Raises NoSuchMedia if the object is gone."""
        tags = {"TagSet": [{"Key": "keep", "Value": str(days)}]}
        with aws_errors():
            try:
                self._s3.put_object_tagging(Bucket=self._bucket, Key=OBJECTS + key, Tagging=tags)
            except ClientError as error:
                if status_of(error) in MISSING:
                    raise NoSuchMedia from error
                raise

    def is_kept(self, key: str) -> bool:
        """One GetObjectTagging."""
        with aws_errors():
            try:
                tags = self._s3.get_object_tagging(Bucket=self._bucket, Key=OBJECTS + key)["TagSet"]
            except ClientError as error:
                if status_of(error) in MISSING:
                    raise NoSuchMedia from error
                raise
        return all(tag["Value"] != "1" for tag in tags if tag["Key"] == "keep")

    def share(self, key: str) -> None:
        """One PutObject of nothing."""
        with aws_errors():
            self._s3.put_object(Bucket=self._bucket, Key=SHARED + key, Body=b"")

    def is_shared(self, key: str) -> bool:
        """One HeadObject."""
        return self._head(SHARED + key) is not None

    def remove(self, key: str) -> None:
        """Two DeleteObject: of the object, and of what was found out about it."""
        with aws_errors():
            for prefix in (OBJECTS, TYPES):
                self._s3.delete_object(Bucket=self._bucket, Key=prefix + key)


def status_of(error: ClientError) -> int:
    """The status of the answer; 0 if there is none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
