"""Forms of a hostile or mistaken client, and what S3 answers: Amazon S3 API reference, "Error responses"."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.aws import ACCESS_KEY_ID
from local.object_store.signatures import signature_of
from tests.local.object_store.support import BODY, BUCKET, PAGE, REGION, Store, address

BOUNDARY = "a-boundary"
IN_PARTS = f"multipart/form-data; boundary={BOUNDARY}"


def form_of(fields: Mapping[str, str], file: str = "Content-Type: image/png", body: bytes = BODY) -> bytes:
    """A form, byte by byte. `file`: what its last part says of itself."""
    said = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    start = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in said)
    start += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n{file}\r\n\r\n'
    return start.encode() + body + f"\r\n--{BOUNDARY}--\r\n".encode()


def signed_form(conditions: list[Any], expires: str = "", **fields: str) -> dict[str, str]:
    """A form that our own key has signed, with any policy."""
    now = datetime.now(UTC)
    date = now.strftime("%Y%m%dT%H%M%SZ")
    said = {"expiration": expires or (now + timedelta(minutes=5)).isoformat(), "conditions": conditions}
    policy = base64.b64encode(json.dumps(said).encode()).decode()
    return {
        **fields,
        "policy": policy,
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{ACCESS_KEY_ID}/{date[:8]}/{REGION}/s3/aws4_request",
        "x-amz-date": date,
        "x-amz-signature": signature_of(policy, date, REGION),
    }


async def post(store: Store, body: bytes, kind: str = IN_PARTS) -> tuple[int, str]:
    return await store.get(f"{store.address}/{BUCKET}", "POST", data=body, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "says",
    [
        "Content-Type: message/rfc822",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64",
        "X-Nothing: known",
    ],
)
async def test_what_the_part_of_the_file_says_of_itself_does_not_change_its_bytes(store: Store, says: str) -> None:
    _, fields = store.form()
    assert await post(store, form_of(fields, says)) == (204, "")
    async with store.http.get(address(store)) as answer:
        assert await answer.read() == BODY


BAD_FORMS: dict[str, tuple[Callable[[dict[str, str]], bytes], str, int, str]] = {
    "no form": (lambda _: b"{}", "application/json", 400, "RequestIsNotMultiPartContent"),
    "no boundary": (form_of, "multipart/form-data", 400, "RequestIsNotMultiPartContent"),
    "another boundary": (form_of, "multipart/form-data; boundary=b", 400, "MalformedPOSTRequest"),
    "nothing in it": (lambda _: b"", IN_PARTS, 400, "MalformedPOSTRequest"),
    "no file": (lambda fields: form_of(fields).replace(b'"file"', b'"x-ignore-f"'), IN_PARTS, 400, "InvalidArgument"),
    "the file first": (lambda _: form_of({}), IN_PARTS, 403, "AccessDenied"),
    "a key alone": (lambda _: form_of({"key": "media/x"}), IN_PARTS, 403, "AccessDenied"),
    "a large field": (
        lambda fields: form_of({"x-ignore-it": "x" * 20_480, **fields}),
        IN_PARTS,
        400,
        "MaxPostPreDataLengthExceeded",
    ),
    "signature version 2": (
        lambda fields: form_of({"AWSAccessKeyId": ACCESS_KEY_ID, "signature": "x", **fields}),
        IN_PARTS,
        400,
        "InvalidRequest",
    ),
}


@pytest.mark.parametrize("name", BAD_FORMS)
async def test_a_form_that_is_none_is_refused(store: Store, name: str) -> None:
    make, kind, status, code = BAD_FORMS[name]
    assert await post(store, make(store.form()[1]), kind) == (status, code)
    assert store.told == []


OF_ANY = [["starts-with", f"${name}", ""] for name in ("x-amz-algorithm", "x-amz-credential", "x-amz-date")]
BAD_POLICIES: dict[str, tuple[list[Any], str, int, str]] = {
    "the right ones": ([["eq", "$key", "media/x"]], "", 204, ""),
    "names in capitals": ([["EQ", "$KEY", "media/x"]], "", 204, ""),
    "no condition for the key": ([], "", 403, "AccessDenied"),
    "another prefix": ([["starts-with", "$key", "types/"]], "", 403, "AccessDenied"),
    "an unknown operator": ([["like", "$key", "media/x"]], "", 403, "AccessDenied"),
    "another bucket": ([["eq", "$key", "media/x"], {"bucket": "other"}], "", 403, "AccessDenied"),
    "a range of words": ([["content-length-range", "a", "b"]], "", 400, "InvalidPolicyDocument"),
    "half a condition": ([["eq", "$key"]], "", 400, "InvalidPolicyDocument"),
    "a number as a name": ([["eq", 1, "x"]], "", 400, "InvalidPolicyDocument"),
    "no list": (["eq"], "", 400, "InvalidPolicyDocument"),
    "a time that is none": ([["eq", "$key", "media/x"]], "soon", 400, "InvalidPolicyDocument"),
    "a time that is over": ([["eq", "$key", "media/x"]], "2020-01-01T00:00:00Z", 403, "AccessDenied"),
}


@pytest.mark.parametrize("name", BAD_POLICIES)
async def test_a_policy_decides_even_if_our_own_key_has_signed_it(store: Store, name: str) -> None:
    conditions, expires, status, code = BAD_POLICIES[name]
    form = signed_form([*OF_ANY, *conditions], expires, key="media/x")
    assert await post(store, form_of(form)) == (status, code)


async def test_a_refusal_of_a_size_tells_both_sizes(store: Store) -> None:
    _, fields = store.form()
    headers = {"Content-Type": IN_PARTS, "Origin": PAGE}
    async with store.http.post(
        f"{store.address}/{BUCKET}", data=form_of(fields, body=BODY + b"!"), headers=headers
    ) as answer:
        text = await answer.text()
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert f"<ProposedSize>{len(BODY) + 1}</ProposedSize><MaxSizeAllowed>{len(BODY)}</MaxSizeAllowed>" in text
