"""Uploads into the bucket of media: S3Uploads.

What a form or an address allows is all in its signature. botocore signs a form's policy, but adds no condition for its
fields (boto3, `generate_presigned_post`): S3 refuses fields that the policy does not name, so each is named here.
"""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from catchup.domain.media import Upload
from catchup.storage.dynamo import aws_errors
from catchup.storage.media_store import OBJECTS, S3MediaStore
from catchup.usecases.media.ports import Form, PartThere

_FIRST_DAY = "<Tagging><TagSet><Tag><Key>keep</Key><Value>1</Value></Tag></TagSet></Tagging>"
_GONE = ("NoSuchUpload", "PreconditionFailed")


class S3Uploads(S3MediaStore):
    """Uploads, and the objects that they become."""

    def form(self, key: str, upload: Upload, seconds: int) -> Form:
        """Signs a policy."""
        fields = {
            "Content-Type": upload.mime,
            "success_action_status": "204",
            "tagging": _FIRST_DAY,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": upload.sha256,
        }
        conditions: list[Any] = [{name: value} for name, value in fields.items()]
        signed = self._s3.generate_presigned_post(
            Bucket=self._bucket,
            Key=OBJECTS + key,
            Fields=fields,
            Conditions=[*conditions, ["content-length-range", upload.bytes, upload.bytes]],
            ExpiresIn=seconds,
        )
        return Form(signed["url"], signed["fields"])

    def begin(self, key: str, upload: Upload) -> str:
        """One CreateMultipartUpload."""
        with aws_errors():
            begun = self._s3.create_multipart_upload(
                Bucket=self._bucket,
                Key=OBJECTS + key,
                ContentType=upload.mime,
                Tagging="keep=1",
                ChecksumAlgorithm="SHA256",
                ChecksumType="COMPOSITE",
            )
        return str(begun["UploadId"])

    def parts(self, key: str, upload_id: str) -> Sequence[PartThere] | None:
        """One ListParts: it tells a thousand."""
        with aws_errors():
            try:
                listed = self._s3.list_parts(Bucket=self._bucket, Key=OBJECTS + key, UploadId=upload_id)
            except ClientError as error:
                if error.response["Error"]["Code"] in _GONE:
                    return None
                raise
        return [
            PartThere(part["PartNumber"], part["Size"], part.get("ChecksumSHA256", ""), part["ETag"])
            for part in listed.get("Parts", ())
        ]

    def address_of_part(self, key: str, upload_id: str, part: PartThere, seconds: int) -> str:
        """Signs an address; the size and the checksum are signed headers."""
        return str(
            self._s3.generate_presigned_url(
                ClientMethod="upload_part",
                Params={
                    "Bucket": self._bucket,
                    "Key": OBJECTS + key,
                    "UploadId": upload_id,
                    "PartNumber": part.number,
                    "ContentLength": part.bytes,
                    "ChecksumSHA256": part.sha256,
                },
                ExpiresIn=seconds,
            )
        )

    def complete(self, key: str, upload_id: str, parts: Sequence[PartThere]) -> bool:
        """One CompleteMultipartUpload, on condition that there is no object: another one would be kept for a day."""
        named = [{"PartNumber": part.number, "ETag": part.etag, "ChecksumSHA256": part.sha256} for part in parts]
        with aws_errors():
            try:
                self._s3.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=OBJECTS + key,
                    UploadId=upload_id,
                    MultipartUpload={"Parts": named},
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if error.response["Error"]["Code"] in _GONE:
                    return False
                raise
        return True
