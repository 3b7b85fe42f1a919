"""Media that tests send: pictures, and how they come into the bucket."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from catchup.domain.ids import Uid
from catchup.domain.media import new_key, owner_tag
from tests.support.bucket import Bucket

# The smallest PNG: 1 × 1 pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000a49444154789c6300010000050001"
    "0d0a2db40000000049454e44ae426082"
)


def digest(body: bytes) -> str:
    """SHA-256 in base64, as S3 writes it."""
    return b64encode(sha256(body).digest()).decode()


def key_of(uid: str, number: int = 0) -> str:
    """A key of this person."""
    return new_key(Uid(uid), number.to_bytes(16, "big"))


def picture(key: str, body: bytes = PNG, **fields: Any) -> dict[str, Any]:
    """The content of a message with a picture."""
    said = {"mime": "image/png", "bytes": len(body), "sha256": digest(body), "width": 1, "height": 1}
    return {"type": "image", "key": key, **said, **fields}


def uploaded(bucket: Bucket, uid: str, msg_id: str, number: int = 0, body: bytes = PNG, **head: Any) -> str:
    """Puts a picture of this person into the bucket, for this message. Returns its key."""
    key = key_of(uid, number)
    metadata = {"owner": owner_tag(Uid(uid)), "msg-id": msg_id}
    said = {"ContentType": "image/png", "ChecksumSHA256": digest(body), "Metadata": metadata, **head}
    bucket.put(f"media/{key}", body, **said)
    return key
