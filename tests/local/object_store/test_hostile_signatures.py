"""Signatures of a hostile or mistaken client, and what S3 answers: Amazon S3 API reference, "Error responses"."""

import asyncio
import re
from collections.abc import Callable

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from catchup.usecases.media.ports import PartThere
from local.aws import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from tests.local.object_store.support import BODY, BUCKET, KEY, PAGE, PICTURE, REGION, SHA256, Store, address, code_of

READS: dict[str, tuple[Callable[[str], str], dict[str, str], int, str]] = {
    "two signatures": (str, {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}, 400, "InvalidArgument"),
    "signature version 2": (lambda url: url + "&AWSAccessKeyId=x&Signature=y&Expires=1", {}, 400, "InvalidRequest"),
    "another key": (lambda url: url.replace(ACCESS_KEY_ID, "AKIAFOREIGN"), {}, 403, "InvalidAccessKeyId"),
    "another region": (
        lambda url: url.replace(REGION, "us-east-1"),
        {},
        400,
        "AuthorizationQueryParametersError",
    ),
    "a life of years": (
        lambda url: re.sub("Expires=[0-9]+", "Expires=99999999", url),
        {},
        400,
        "AuthorizationQueryParametersError",
    ),
    "a negative life": (
        lambda url: re.sub("Expires=[0-9]+", "Expires=-1", url),
        {},
        400,
        "AuthorizationQueryParametersError",
    ),
    "a date of words": (
        lambda url: re.sub("(X-Amz-Date=[0-9]{8})[^&]*", r"\1", url),
        {},
        400,
        "AuthorizationQueryParametersError",
    ),
    "no host among what is signed": (
        lambda url: url.replace("SignedHeaders=host", "SignedHeaders=range"),
        {},
        403,
        "SignatureDoesNotMatch",
    ),
    "a range that is not there": (str, {"Range": "bytes=9999-"}, 416, "InvalidRange"),
}


@pytest.mark.parametrize("name", READS)
async def test_an_address_that_was_tampered_with_is_refused(store: Store, name: str) -> None:
    change, headers, status, code = READS[name]
    await store.upload()
    assert await store.get(change(address(store)), headers=headers) == (status, code)


def signed_headers(url: str, method: str, region: str = REGION, body: bytes = b"") -> dict[str, str]:
    """The headers that botocore signs, as a function's client does."""
    request = AWSRequest(method, url, data=body)
    request.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), "s3", region).add_auth(request)
    return dict(request.headers.items())


def signed(**changed: str | None) -> Callable[[str], dict[str, str]]:
    def headers(url: str) -> dict[str, str]:
        said = {**signed_headers(url, "PUT"), **{name.replace("_", "-"): value for name, value in changed.items()}}
        return {name: value for name, value in said.items() if value is not None}

    return headers


PUTS: dict[str, tuple[Callable[[str], dict[str, str]], int, str]] = {
    "nobody": (lambda _: {}, 403, "AccessDenied"),
    "no words": (signed(Authorization="Bearer x"), 400, "AuthorizationHeaderMalformed"),
    "signature version 2": (signed(Authorization="AWS a:b"), 400, "InvalidRequest"),
    "another region": (lambda url: signed_headers(url, "PUT", "us-east-1"), 400, "AuthorizationHeaderMalformed"),
    "another method": (lambda url: signed_headers(url, "GET"), 403, "SignatureDoesNotMatch"),
    "no time": (signed(X_Amz_Date=None), 403, "AccessDenied"),
    "no digest of the body": (signed(X_Amz_Content_SHA256=None), 400, "InvalidRequest"),
    "a digest of words": (signed(X_Amz_Content_SHA256="words"), 400, "InvalidArgument"),
    "another body": (signed(X_Amz_Content_SHA256="0" * 64), 400, "XAmzContentSHA256Mismatch"),
    "a header more": (signed(x_amz_acl="public-read"), 403, "AccessDenied"),
}


@pytest.mark.parametrize("name", PUTS)
async def test_a_program_that_signs_wrongly_is_refused(store: Store, name: str) -> None:
    sign, status, code = PUTS[name]
    url = f"{store.address}/{BUCKET}/types/x"
    assert await store.get(url, "PUT", data=BODY, headers=sign(url)) == (status, code)
    assert store.told == []


async def test_an_address_to_put_is_bound_to_its_checksum_and_tells_of_the_object(store: Store) -> None:
    said = {"Bucket": BUCKET, "Key": f"media/{KEY}", "ChecksumSHA256": SHA256}
    url = store.s3.generate_presigned_url("put_object", said, 60)
    headers = {"x-amz-checksum-sha256": SHA256}
    assert await store.get(url, "PUT", data=BODY + b"!", headers=headers) == (400, "BadDigest")
    more = {**headers, "x-amz-tagging": "keep=17"}
    assert await store.get(url, "PUT", data=BODY, headers=more) == (403, "AccessDenied")
    assert await store.get(url, "PUT", data=BODY) == (403, "SignatureDoesNotMatch")
    assert await store.get(url, "PUT", data=BODY, headers=headers) == (200, "")
    assert [(each.reason, each.size) for each in store.told] == [("PutObject", len(BODY))]
    tags = {"TagSet": [{"Key": "keep", "Value": "31"}]}
    await asyncio.to_thread(store.s3.put_object_tagging, Bucket=BUCKET, Key=f"media/{KEY}", Tagging=tags)
    assert len(store.told) == 1
    words = store.s3.generate_presigned_url("put_object", {**said, "ChecksumSHA256": "words"}, 60)
    assert await store.get(words, "PUT", data=BODY, headers={"x-amz-checksum-sha256": "words"}) == (
        400,
        "InvalidRequest",
    )


@pytest.mark.parametrize(("checksum", "code"), [("", "InvalidRequest"), ("0" * 43 + "=", "InvalidPart")])
async def test_an_upload_ends_with_the_checksums_of_its_parts(store: Store, checksum: str, code: str) -> None:
    upload_id = await asyncio.to_thread(store.uploads.begin, KEY, PICTURE)
    url = store.uploads.address_of_part(KEY, upload_id, PartThere(1, len(BODY), SHA256, ""), 900)
    assert (await store.get(url, "PUT", data=BODY, headers={"x-amz-checksum-sha256": SHA256}))[0] == 200
    (part,) = await asyncio.to_thread(store.uploads.parts, KEY, upload_id) or ()
    named = {"PartNumber": 1, "ETag": part.etag, **({"ChecksumSHA256": checksum} if checksum else {})}
    with pytest.raises(ClientError, match=code):
        await asyncio.to_thread(
            store.s3.complete_multipart_upload,
            Bucket=BUCKET,
            Key=f"media/{KEY}",
            UploadId=upload_id,
            MultipartUpload={"Parts": [named]},
        )
    assert store.told == []


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        (BUCKET, {"Access-Control-Request-Method": "GET"}, 400, "BadRequest"),
        (BUCKET, {"Origin": PAGE}, 400, "BadRequest"),
        ("another", {"Origin": PAGE, "Access-Control-Request-Method": "GET"}, 403, "AccessForbidden"),
    ],
)
async def test_a_preflight_names_origin_and_method(
    store: Store, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    async with store.http.options(f"{store.address}/{path}/x", headers=headers) as answer:
        assert (answer.status, code_of(await answer.text())) == (status, code)
