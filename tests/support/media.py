"""Media that tests send: pictures, and how they come into the bucket."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from catchup.domain import media
from catchup.domain.ids import MsgId, Uid
from local.options import ROOT
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


def key_of(uid: str, msg_id: str = "m-1", body: bytes = PNG, mime: str = "image/png", kind: str = "image") -> str:
    """The key of what this person uploads for this message."""
    upload = media.Upload(media.MediaType(kind), mime, len(body), digest(body))
    return media.key_of(Uid(uid), MsgId(msg_id), upload)


def picture(key: str, body: bytes = PNG, **fields: Any) -> dict[str, Any]:
    """The content of a message with a picture."""
    said = {"mime": "image/png", "bytes": len(body), "sha256": digest(body), "width": 1, "height": 1}
    return {"type": "image", "key": key, **said, **fields}


def uploaded(bucket: Bucket, uid: str, msg_id: str, body: bytes = PNG, kind: str = "image", **head: Any) -> str:
    """Puts a picture of this person into the bucket, for this message. Returns its key."""
    said = {"ContentType": "image/png", "ChecksumSHA256": digest(body), **head}
    key = key_of(uid, msg_id, body, said["ContentType"], kind)
    bucket.put(f"media/{key}", body, **said)
    return key


SAMPLES = ROOT / "tests" / "support" / "samples"


def sample(name: str) -> bytes:
    """A small file as a phone, a browser or a camera makes it."""
    return (SAMPLES / name).read_bytes()


def box(kind: bytes, *inside: bytes) -> bytes:
    """A box of an MP4."""
    content = b"".join(inside)
    return (8 + len(content)).to_bytes(4, "big") + kind + content
