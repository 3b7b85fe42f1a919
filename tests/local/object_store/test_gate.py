"""The local S3 refuses what S3 refuses: wrong lengths, types, keys, checksums, signatures, times and headers.

The answers are those of the Amazon S3 API reference: "Error responses", "POST policy", and "Authenticating requests".
"""

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from yarl import URL

from catchup.storage.media_uploads import S3Uploads
from catchup.usecases.media.ports import PartThere
from tests.local.object_store.support import BODY, BUCKET, KEY, PAGE, PICTURE, SHA256, Store, address, code_of, signer


async def test_what_a_form_was_signed_for_is_stored_and_told(store: Store) -> None:
    await store.upload()
    found = await asyncio.to_thread(store.uploads.look, KEY)
    assert found is not None
    assert (found.mime, found.bytes, found.sha256) == ("image/png", len(BODY), SHA256)
    assert not await asyncio.to_thread(store.uploads.is_kept, KEY)
    assert [(each.bucket, each.key, each.reason) for each in store.told] == [(BUCKET, f"media/{KEY}", "POST Object")]


OTHER = "bbbb" + SHA256[4:]
FORMS: dict[str, tuple[dict[str, str], bytes, int, str]] = {
    "another key": ({"key": "media/aaaa/cccc"}, BODY, 403, "AccessDenied"),
    "a path upwards": ({"key": "../media/x"}, BODY, 403, "AccessDenied"),
    "another type": ({"Content-Type": "text/html"}, BODY, 403, "AccessDenied"),
    "a type with parameters": ({"Content-Type": "image/png; charset=utf-8"}, BODY, 403, "AccessDenied"),
    "other tags": ({"tagging": "<Tagging><TagSet/></Tagging>"}, BODY, 403, "AccessDenied"),
    "another checksum": ({"x-amz-checksum-sha256": OTHER}, BODY, 403, "AccessDenied"),
    "one more field": ({"x-amz-meta-more": "1"}, BODY, 403, "AccessDenied"),
    "an access control list": ({"acl": "public-read"}, BODY, 403, "AccessDenied"),
    "another policy": ({"policy": base64.b64encode(b"{}").decode()}, BODY, 403, "SignatureDoesNotMatch"),
    "another signature": ({"x-amz-signature": "0" * 64}, BODY, 403, "SignatureDoesNotMatch"),
    "no signature": ({"x-amz-signature": ""}, BODY, 400, "InvalidArgument"),
    "another day": ({"x-amz-date": "20200101T000000Z"}, BODY, 400, "AuthorizationQueryParametersError"),
    "a byte more": ({}, BODY + b"!", 400, "EntityTooLarge"),
    "a byte less": ({}, BODY[:-1], 400, "EntityTooSmall"),
    "nothing": ({}, b"", 400, "EntityTooSmall"),
    "other bytes": ({}, BODY[:-1] + b"!", 400, "BadDigest"),
}


@pytest.mark.parametrize("name", FORMS)
async def test_a_form_with_anything_else_is_refused(store: Store, name: str) -> None:
    changed, body, status, code = FORMS[name]
    url, fields = store.form()
    assert await store.post(url, {**fields, **changed}, body) == (status, code)
    assert store.told == []


async def test_a_form_without_a_field_that_was_signed_is_refused(store: Store) -> None:
    url, fields = store.form()
    for name in ("Content-Type", "tagging", "x-amz-checksum-sha256", "x-amz-checksum-algorithm"):
        left = {each: value for each, value in fields.items() if each != name}
        assert await store.post(url, left) == (403, "AccessDenied")


async def test_a_form_expires(store: Store) -> None:
    url, fields = store.form()
    store.ahead = timedelta(seconds=901)
    assert await store.post(url, fields) == (403, "AccessDenied")


async def test_a_form_for_another_bucket_or_of_another_key_is_refused(store: Store) -> None:
    url, fields = store.form()
    foreign = S3Uploads(lambda: signer(store.address, "AKIAFOREIGN", "another"), BUCKET).form(KEY, PICTURE, 900)
    assert await store.post(foreign.url, dict(foreign.fields)) == (403, "InvalidAccessKeyId")
    forged = S3Uploads(lambda: signer(store.address, secret="guessed"), BUCKET).form(KEY, PICTURE, 900)
    assert await store.post(forged.url, dict(forged.fields)) == (403, "SignatureDoesNotMatch")
    assert (await store.post(url.replace(BUCKET, "other-bucket"), fields))[0] == 403


async def test_an_address_reads_the_object_as_it_says_with_ranges(store: Store) -> None:
    await store.upload()
    async with store.http.get(address(store)) as answer:
        assert (answer.status, await answer.read()) == (200, BODY)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A4%20b.png"
    async with store.http.get(address(store), headers={"Range": "bytes=2-8"}) as answer:
        assert (answer.status, await answer.read()) == (206, BODY[2:9])
        assert answer.headers["Content-Range"] == f"bytes 2-8/{len(BODY)}"


READS: dict[str, tuple[Callable[[str], str], int, str]] = {
    "another key": (lambda url: url.replace("bbbb", "cccc"), 403, "SignatureDoesNotMatch"),
    "another type": (lambda url: url.replace("image%2Fpng", "text%2Fhtml"), 403, "SignatureDoesNotMatch"),
    "shown instead of saved": (lambda url: url.replace("attachment", "inline"), 403, "SignatureDoesNotMatch"),
    "a longer life": (lambda url: url.replace("Expires=450", "Expires=4500"), 403, "SignatureDoesNotMatch"),
    "one more parameter": (lambda url: url + "&x=1", 403, "SignatureDoesNotMatch"),
    "no signature": (lambda url: re.sub("&X-Amz-Signature=.*", "", url), 403, "AccessDenied"),
    "nothing at all": (lambda url: url.partition("?")[0], 403, "AccessDenied"),
    "no date": (lambda url: re.sub("X-Amz-Date=[^&]*&", "", url), 400, "AuthorizationQueryParametersError"),
}


@pytest.mark.parametrize("name", READS)
async def test_an_address_that_was_changed_is_refused(store: Store, name: str) -> None:
    change, status, code = READS[name]
    await store.upload()
    assert await store.get(change(address(store))) == (status, code)


async def test_an_address_is_good_from_its_time_on_until_it_expires(store: Store) -> None:
    await store.upload()
    assert (await store.get(address(store, ago=440)))[0] == 200
    assert await store.get(address(store, ago=460)) == (403, "AccessDenied")
    assert await store.get(address(store, ago=-3_600)) == (403, "AccessDenied")
    assert (await store.get(address(store, seconds=8 * 86_400)))[0] == 400


async def test_an_address_reads_and_does_nothing_else(store: Store) -> None:
    await store.upload()
    for method in ("PUT", "DELETE", "POST"):
        assert await store.get(address(store), method) == (403, "SignatureDoesNotMatch")
    extra = {"x-amz-meta-more": "1"}
    assert await store.get(address(store), headers=extra) == (403, "AccessDenied")


async def test_many_objects_are_deleted_by_a_program_and_not_by_a_form(store: Store) -> None:
    await store.upload()
    objects = {"Objects": [{"Key": f"media/{KEY}"}]}
    await asyncio.to_thread(store.s3.delete_objects, Bucket=BUCKET, Delete=objects)
    assert await asyncio.to_thread(store.uploads.look, KEY) is None
    assert await store.get(f"{store.address}/{BUCKET}?delete", "POST") == (403, "AccessDenied")


async def test_what_is_not_there_is_forbidden(store: Store) -> None:
    assert await store.get(address(store)) == (403, "AccessDenied")
    assert await asyncio.to_thread(store.uploads.look, KEY) is None


async def test_parts_are_bound_to_their_sizes_and_checksums_and_become_an_object(store: Store) -> None:
    uploads, bodies = store.uploads, [b"1" * 5_242_880, b"the rest"]
    digests = [base64.b64encode(hashlib.sha256(body).digest()).decode() for body in bodies]
    upload_id = await asyncio.to_thread(uploads.begin, KEY, PICTURE)
    for number, (body, digest) in enumerate(zip(bodies, digests, strict=True), 1):
        part = PartThere(number, len(body), digest, "")
        url = uploads.address_of_part(KEY, upload_id, part, 900)
        signed = {"x-amz-checksum-sha256": digest}
        assert await store.get(url, "PUT", data=body + b"!", headers=signed) == (403, "SignatureDoesNotMatch")
        other = body[:-1] + b"!"
        assert await store.get(url, "PUT", data=other, headers=signed) == (400, "BadDigest")
        wrong = {"x-amz-checksum-sha256": SHA256}
        assert await store.get(url, "PUT", data=body, headers=wrong) == (403, "SignatureDoesNotMatch")
        assert await store.get(url, "PUT", data=body) == (403, "SignatureDoesNotMatch")
        assert await store.get(url, "PUT", data=body, headers=signed) == (200, "")
    there = await asyncio.to_thread(uploads.parts, KEY, upload_id)
    assert there is not None
    assert [(part.number, part.bytes, part.sha256) for part in there] == [
        (1, len(bodies[0]), digests[0]),
        (2, len(bodies[1]), digests[1]),
    ]
    assert await asyncio.to_thread(uploads.complete, KEY, upload_id, there)
    found = await asyncio.to_thread(uploads.look, KEY)
    whole = hashlib.sha256(b"".join(hashlib.sha256(body).digest() for body in bodies)).digest()
    assert found is not None
    assert found.sha256 == f"{base64.b64encode(whole).decode()}-2"
    assert [each.reason for each in store.told] == ["CompleteMultipartUpload"]
    assert await asyncio.to_thread(uploads.parts, KEY, upload_id) is None


async def test_an_object_that_is_there_is_not_made_again_by_parts(store: Store) -> None:
    await store.upload()
    upload_id = await asyncio.to_thread(store.uploads.begin, KEY, PICTURE)
    url = store.uploads.address_of_part(KEY, upload_id, PartThere(1, len(BODY), SHA256, ""), 900)
    assert (await store.get(url, "PUT", data=BODY, headers={"x-amz-checksum-sha256": SHA256}))[0] == 200
    parts = await asyncio.to_thread(store.uploads.parts, KEY, upload_id)
    assert not await asyncio.to_thread(store.uploads.complete, KEY, upload_id, parts or ())


async def test_requests_of_programs_must_be_signed_by_the_right_key(store: Store) -> None:
    for foreign in (signer(store.address, "AKIAFOREIGN", "x"), signer(store.address, secret="guessed")):
        with pytest.raises(Exception, match=r"Forbidden|403"):
            await asyncio.to_thread(foreign.head_object, Bucket=BUCKET, Key="media/x")
    store.ahead = timedelta(hours=1)
    with pytest.raises(Exception, match="RequestTimeTooSkewed"):
        await asyncio.to_thread(store.s3.put_object, Bucket=BUCKET, Key="shared/x", Body=b"")


async def test_pages_of_the_allowed_origin_alone_may_read_answers(store: Store) -> None:
    await store.upload()
    asked = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-amz-checksum-sha256",
    }
    place = f"{store.address}/{BUCKET}/media/{KEY}"
    async with store.http.options(place, headers=asked) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
        assert answer.headers["Access-Control-Allow-Headers"] == "x-amz-checksum-sha256"
    for refused in ({"Origin": "http://elsewhere"}, {"Access-Control-Request-Method": "DELETE"}):
        async with store.http.options(place, headers={**asked, **refused}) as answer:
            assert (answer.status, code_of(await answer.text())) == (403, "AccessForbidden")
    for origin, allowed in ((PAGE, PAGE), ("http://elsewhere", None)):
        async with store.http.get(address(store), headers={"Origin": origin}) as answer:
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    async with store.http.get(address(store), headers={"Origin": PAGE}) as answer:
        assert answer.headers["Access-Control-Expose-Headers"] == "ETag"


PATHS: dict[str, tuple[Callable[[str], str], int, str]] = {
    "two slashes": (lambda path: path.replace("/media/", "//media/"), 403, "SignatureDoesNotMatch"),
    "two slashes first": (lambda path: f"/{path}", 403, "SignatureDoesNotMatch"),
    "upwards": (lambda path: path.replace("/media/", "/x/../media/"), 403, "SignatureDoesNotMatch"),
    "a letter that is encoded twice": (
        lambda path: path.replace("/media/", "/%256Dedia/"),
        403,
        "SignatureDoesNotMatch",
    ),
    "a letter that is encoded": (lambda path: path.replace("/media/", "/%6Dedia/"), 200, ""),
}


@pytest.mark.parametrize("name", PATHS)
async def test_a_path_is_compared_decoded_and_else_as_it_is(store: Store, name: str) -> None:
    change, status, code = PATHS[name]
    await store.upload()
    path, _, query = address(store).removeprefix(store.address).partition("?")
    url = URL(f"{store.address}{change(path)}?{query}", encoded=True)
    assert await store.get(url) == (status, code)


async def test_what_is_behind_the_gate_is_not_reached_without_a_signature(store: Store) -> None:
    await store.upload()
    for method, path in (("POST", "/moto-api/reset"), ("GET", "/"), ("GET", f"/{BUCKET}?list-type=2")):
        assert await store.get(store.address + path, method) == (403, "AccessDenied")
    assert (await store.get(address(store)))[0] == 200
