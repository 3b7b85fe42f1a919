"""Checks who has signed a request, and what: in its headers, or in its address.

Sources: Amazon S3 API reference, "Authenticating requests (AWS Signature Version 4)"; botocore computes the signature.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.aws import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.object_store.refusals import Refused, denied, old_mechanism, wrong_signature
from local.object_store.request import StoreRequest

ALGORITHM = "AWS4-HMAC-SHA256"
_SKEW = timedelta(minutes=15)
_LONGEST_SECONDS = 7 * 86_400
_OF_AN_ADDRESS = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders")
_HEADER = re.compile(rf"{ALGORITHM}\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)")
_UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True)
class Signed:
    """What a signature is of."""

    credential: str
    date: str
    headers: Sequence[str]
    payload: str


def check(request: StoreRequest, region: str, now: datetime) -> None:
    """Checks the signature of a request. Raises Refused."""
    in_address, header = request.parameter("X-Amz-Signature") is not None, request.header("Authorization")
    if request.parameter("AWSAccessKeyId") is not None or header.startswith("AWS "):
        raise old_mechanism()
    if in_address and header:
        says = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
        raise Refused(400, "InvalidArgument", says + "parameter or the Authorization header should be specified")
    if in_address:
        _check_address(request, region, now)
    elif header:
        _check_headers(request, region, now)
    else:
        raise denied()


def check_credential(credential: str, date: str, region: str, wrong: str = "AuthorizationQueryParametersError") -> None:
    """Checks the scope of a signature. `wrong`: the code of another region or day. Raises Refused."""
    key, *scope = credential.split("/")
    if scope != [date[:8], region, "s3", "aws4_request"]:
        says = f"Error parsing the X-Amz-Credential parameter; the region or the date is wrong; expecting '{region}'"
        raise Refused(400, wrong, says)
    if key != ACCESS_KEY_ID:
        raise Refused(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")


def signature_of(text: str, date: str, region: str) -> str:
    """The signature of a string to sign."""
    signer = SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), "s3", region)
    request = AWSRequest()
    request.context["timestamp"] = date
    return str(signer.signature(text, request))


def is_same(signature: str, other: str) -> bool:
    """Compares signatures."""
    return hmac.compare_digest(signature.encode(), other.encode())


def _time_of(date: str) -> datetime | None:
    try:
        return datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _check_address(request: StoreRequest, region: str, now: datetime) -> None:
    given = {name: request.parameter(name) or "" for name in _OF_AN_ADDRESS}
    if not all(given.values()) or given["X-Amz-Algorithm"] != ALGORITHM:
        says = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
        raise Refused(
            400,
            "AuthorizationQueryParametersError",
            says + "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        )
    date = given["X-Amz-Date"]
    check_credential(given["X-Amz-Credential"], date, region)
    lifetime = given["X-Amz-Expires"]
    if not lifetime.isascii() or not lifetime.isdigit() or int(lifetime) > _LONGEST_SECONDS:
        raise Refused(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week (in seconds)")
    signed_at = _time_of(date)
    if signed_at is None:
        says = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        raise Refused(400, "AuthorizationQueryParametersError", says)
    if now > signed_at + timedelta(seconds=int(lifetime)):
        raise denied("Request has expired")
    if signed_at > now + _SKEW:
        raise denied("Request is not valid yet")
    names = given["X-Amz-SignedHeaders"].split(";")
    _compare(
        request, Signed(given["X-Amz-Credential"], date, names, _UNSIGNED), region, request.parameter("X-Amz-Signature")
    )
    _check_all_are_signed(request, names)


def _check_headers(request: StoreRequest, region: str, now: datetime) -> None:
    found = _HEADER.match(request.header("Authorization"))
    if found is None:
        raise Refused(400, "AuthorizationHeaderMalformed", "The authorization header that you provided is not valid.")
    credential, names, signature = found.groups()
    date = request.header("X-Amz-Date")
    signed_at = _time_of(date)
    if signed_at is None:
        raise denied("AWS authentication requires a valid Date or x-amz-date header")
    check_credential(credential, date, region, "AuthorizationHeaderMalformed")
    if abs(now - signed_at) > _SKEW:
        raise Refused(
            403, "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large."
        )
    payload = request.header("X-Amz-Content-SHA256")
    if not payload:
        raise Refused(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
    if re.fullmatch("[0-9a-f]{64}", payload):
        if payload != hashlib.sha256(request.body).hexdigest():
            says = "The provided 'x-amz-content-sha256' header does not match what was computed."
            raise Refused(400, "XAmzContentSHA256Mismatch", says)
    elif payload != _UNSIGNED:
        # S3 also takes bodies in signed chunks, which no function here sends.
        raise Refused(400, "InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value.")
    _compare(request, Signed(credential, date, names.split(";"), payload), region, signature)
    _check_all_are_signed(request, names.split(";"))


def _check_all_are_signed(request: StoreRequest, names: Sequence[str]) -> None:
    said = {name.lower() for name in request.headers if name.lower().startswith("x-amz-")}
    if not said <= {*names, "x-amz-content-sha256"}:
        raise denied("There were headers present in the request which were not signed")


def _compare(request: StoreRequest, signed: Signed, region: str, signature: str | None) -> None:
    if "host" not in signed.headers:
        raise wrong_signature()
    query = sorted((_encoded(name), _encoded(value)) for name, value in request.query if name != "X-Amz-Signature")
    canonical = "\n".join(
        [
            request.method,
            quote(unquote(request.path), safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in query),
            *(f"{name}:{' '.join(request.header(name).split())}" for name in signed.headers),
            "",
            ";".join(signed.headers),
            signed.payload,
        ]
    )
    scope = signed.credential.partition("/")[2]
    text = "\n".join([ALGORITHM, signed.date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    if not is_same(signature_of(text, signed.date, region), signature or ""):
        raise wrong_signature()


def check_checksum(said: str, body: bytes) -> None:
    """Checks the bytes by their SHA-256 in base64. Raises Refused."""
    if not said:
        return
    try:
        digest = base64.b64decode(said, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise Refused(400, "InvalidRequest", "Value for x-amz-checksum-sha256 header is invalid.")
    if digest != hashlib.sha256(body).digest():
        raise Refused(400, "BadDigest", "The SHA256 you specified did not match the calculated checksum.")


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
