"""What objects of the bucket are: S3MediaTypes.

`types/<key>` is empty; its metadata say what the bytes of `media/<key>` are, and whether the sender's type is a lie. A
rule of the bucket deletes it after 30 days. It is made anew when it is needed.
"""

from typing import Any

from botocore.exceptions import ClientError

from catchup.domain.content_bytes import FIRST_BYTES
from catchup.domain.sniffed import TYPES as KNOWN
from catchup.domain.sniffed import UNKNOWN, Sniffed
from catchup.errors import NoSuchMedia
from catchup.storage.dynamo import aws_errors
from catchup.storage.media_store import MISSING, OBJECTS, TYPES, InBucket, status_of
from catchup.usecases.media.ports import Beginning

# The metadata of a note.
TYPE, VERDICT = "type", "verdict"
_VERDICTS = {"ok": False, "lies": True}
# An object without bytes has no range.
_NO_RANGE = 416


class S3MediaTypes(InBucket):
    """The notes, and the bytes."""

    def noted(self, key: str) -> Sniffed | None:
        """One HeadObject. A note that says nothing is none."""
        metadata = (self._head(TYPES + key) or {}).get("Metadata", {})
        mime, verdict = metadata.get(TYPE), metadata.get(VERDICT)
        return Sniffed(mime, _VERDICTS[verdict]) if mime in KNOWN and verdict in _VERDICTS else None

    def note(self, key: str, found: Sniffed) -> None:
        """One PutObject of nothing."""
        verdict = next(name for name, lies in _VERDICTS.items() if lies == found.lies)
        metadata = {TYPE: found.mime, VERDICT: verdict}
        with aws_errors():
            self._s3.put_object(Bucket=self._bucket, Key=TYPES + key, Body=b"", Metadata=metadata)

    def begin(self, key: str) -> Beginning | None:
        """One GetObject."""
        try:
            answer, first = self._get(key, 0, FIRST_BYTES)
        except NoSuchMedia:
            return None
        # `bytes 0-8191/123456`; without it the answer is all of the object.
        size = answer.get("ContentRange", "").rpartition("/")[2] or len(first)
        return Beginning(first, int(size), answer.get("ContentType", UNKNOWN))

    def read(self, key: str, offset: int, length: int) -> bytes:
        """One GetObject."""
        return self._get(key, offset, length)[1]

    def _get(self, key: str, offset: int, length: int) -> tuple[dict[str, Any], bytes]:
        wanted = f"bytes={offset}-{offset + length - 1}"
        with aws_errors():
            try:
                answer: dict[str, Any] = self._s3.get_object(Bucket=self._bucket, Key=OBJECTS + key, Range=wanted)
            except ClientError as error:
                if status_of(error) in MISSING:
                    raise NoSuchMedia from error
                if status_of(error) == _NO_RANGE:
                    return {}, b""
                raise
            return answer, answer["Body"].read()
