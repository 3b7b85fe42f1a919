"""The bucket of media in memory, as boto3 shows it. tests/contract holds it and moto's S3 to the same promises."""

import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

MEDIA_BUCKET = "catchup-mediabucket"


@dataclass
class Stored:
    """An object: its bytes, and what HeadObject says of it."""

    body: bytes
    head: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)


class Bucket:
    """`objects`: by key. `calls`: the operations so far. Like S3 without the right to list, it forbids what is not
    there. `down`: it answers nothing else than 503."""

    def __init__(self) -> None:
        self.objects: dict[str, Stored] = {}
        self.calls: list[str] = []
        self.down = False

    def put(self, key: str, body: bytes, **head: Any) -> None:
        """Puts an object, as an upload does. `head`: as HeadObject names it."""
        said = {"LastModified": datetime.now(UTC), "ContentLength": len(body), "Metadata": {}, **head}
        self.objects[key] = Stored(body, said, {"keep": "1"})

    def head_object(self, Bucket: str, Key: str, ChecksumMode: str = "") -> dict[str, Any]:  # noqa: N803 - boto3's names
        found = self._found("HeadObject", Bucket, Key, 403)
        return {name: value for name, value in found.head.items() if ChecksumMode or name != "ChecksumSHA256"}

    def get_object(self, Bucket: str, Key: str, Range: str) -> dict[str, Any]:  # noqa: N803
        found = self._found("GetObject", Bucket, Key, 403)
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", Range)
        assert asked is not None
        start, size = int(asked[1]), len(found.body)
        if start >= size:
            raise _error("GetObject", "InvalidRange", 416)
        part = found.body[start : int(asked[2]) + 1]
        said = {"ContentLength": len(part), "ContentRange": f"bytes {start}-{start + len(part) - 1}/{size}"}
        return {**found.head, **said, "Body": io.BytesIO(part)}

    def put_object_tagging(self, Bucket: str, Key: str, Tagging: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        found = self._found("PutObjectTagging", Bucket, Key, 404)
        found.tags = {tag["Key"]: tag["Value"] for tag in Tagging["TagSet"]}
        return {}

    def put_object(self, Bucket: str, Key: str, Body: bytes, **head: Any) -> dict[str, Any]:  # noqa: N803
        self._called("PutObject", Bucket)
        self.put(Key, Body, **head)
        return {}

    def delete_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._called("DeleteObject", Bucket)
        self.objects.pop(Key, None)
        return {}

    def _found(self, operation: str, bucket: str, key: str, missing: int) -> Stored:
        self._called(operation, bucket)
        if key not in self.objects:
            raise _error(operation, "NoSuchKey", missing)
        return self.objects[key]

    def _called(self, operation: str, bucket: str) -> None:
        assert bucket == MEDIA_BUCKET
        self.calls.append(operation)
        if self.down:
            raise _error(operation, "ServiceUnavailable", 503)


def _error(operation: str, code: str, status: int) -> ClientError:
    said: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, operation)
