"""The bucket of media in memory, as boto3 shows it. tests/contract holds it and moto's S3 to the same promises."""

import io
import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

import botocore.session
from botocore.config import Config
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
        # Uploads in parts that are under way, by id: what CreateMultipartUpload said, and the parts so far.
        self.under_way: dict[str, tuple[dict[str, Any], dict[int, bytes]]] = {}
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

    def get_object_tagging(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        found = self._found("GetObjectTagging", Bucket, Key, 404)
        return {"TagSet": [{"Key": name, "Value": value} for name, value in found.tags.items()]}

    def create_multipart_upload(self, Bucket: str, Key: str, **said: Any) -> dict[str, Any]:  # noqa: N803
        self._called("CreateMultipartUpload", Bucket)
        upload_id = f"upload-{len(self.under_way) + 1}"
        self.under_way[upload_id] = ({"Key": Key, **said}, {})
        return {"UploadId": upload_id}

    def put_part(self, upload_id: str, number: int, body: bytes) -> None:
        """As a client does, by the address of this part."""
        self.under_way[upload_id][1][number] = body

    def list_parts(self, Bucket: str, Key: str, UploadId: str) -> dict[str, Any]:  # noqa: N803
        _, parts = self._upload("ListParts", Bucket, Key, UploadId)
        return {
            "Parts": [
                {"PartNumber": number, "Size": len(body), "ChecksumSHA256": _digest(body), "ETag": f'"{number}"'}
                for number, body in sorted(parts.items())
            ]
        }

    def complete_multipart_upload(self, **said: Any) -> dict[str, Any]:
        key, upload_id = said["Key"], said["UploadId"]
        begun, parts = self._upload("CompleteMultipartUpload", said["Bucket"], key, upload_id)
        if said["IfNoneMatch"] == "*" and key in self.objects:
            raise _error("CompleteMultipartUpload", "PreconditionFailed", 412)
        bodies = [parts[part["PartNumber"]] for part in said["MultipartUpload"]["Parts"]]
        digests = b"".join(sha256(body).digest() for body in bodies)
        checksum = f"{b64encode(sha256(digests).digest()).decode()}-{len(bodies)}"
        self.put(key, b"".join(bodies), ContentType=begun["ContentType"], ChecksumSHA256=checksum)
        del self.under_way[upload_id]
        return {}

    def generate_presigned_post(self, **said: Any) -> Any:
        return _signer().generate_presigned_post(**said)

    def generate_presigned_url(self, **said: Any) -> str:
        return str(_signer().generate_presigned_url(**said))

    def _upload(self, operation: str, bucket: str, key: str, upload_id: str) -> tuple[dict[str, Any], dict[int, bytes]]:
        self._called(operation, bucket)
        said, parts = self.under_way.get(upload_id, ({}, {}))
        if said.get("Key") != key:
            raise _error(operation, "NoSuchUpload", 404)
        return said, parts

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


def _digest(body: bytes) -> str:
    return b64encode(sha256(body).digest()).decode()


@cache
def _signer() -> Any:
    """A client that only signs: that is no call."""
    session = botocore.session.get_session()
    session.set_credentials("AKIDEXAMPLE", "secret")
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return session.create_client("s3", region_name="eu-central-1", config=config)


def _error(operation: str, code: str, status: int) -> ClientError:
    said: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, operation)
