"""Uploads by a form: the policy decides what may be in it.

Sources: Amazon S3 API reference, "POST Object" and "POST policy".
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from local.object_store.refusals import Refused, denied, old_mechanism, too_large, too_small, wrong_signature
from local.object_store.request import StoreRequest
from local.object_store.signatures import ALGORITHM, check_checksum, check_credential, is_same, signature_of

# Which bucket it is, the address says.
_FREE = ("bucket", "policy", "x-amz-signature", "file")
_NEEDED = ("key", "policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")
_OF_AN_ANONYMOUS_FORM = frozenset(_NEEDED[1:])
# "The total size of the form", without the file.
MAX_FIELDS_BYTES = 20_480


@dataclass(frozen=True)
class Form:
    """A form: its fields before the file, names in lower case, and the bytes of the file."""

    fields: Mapping[str, str]
    content: bytes


def read_form(request: StoreRequest) -> Form:
    """The form of a request. What comes after the file is ignored. Raises Refused."""
    kind, options = parse_options_header(request.header("Content-Type"))
    if kind != "multipart/form-data" or not options.get("boundary"):
        says = "Bucket POST must be of the enclosure-type multipart/form-data."
        raise Refused(400, "RequestIsNotMultiPartContent", says)
    fields, size = dict[str, str](), 0
    try:
        for name, content in _parts(request.body, options["boundary"].encode()):
            if name == "file":
                return Form(fields, content)
            size += len(name) + len(content)
            if size > MAX_FIELDS_BYTES:
                says = "Your POST request fields preceding the upload file were too large."
                raise Refused(400, "MaxPostPreDataLengthExceeded", says)
            fields[name] = content.decode("utf-8", "replace")
    except ValueError:
        says = "The body of your POST request is not well-formed multipart/form-data."
        raise Refused(400, "MalformedPOSTRequest", says) from None
    raise Refused(400, "InvalidArgument", "POST requires exactly one file upload per request.")


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes; what else a part says of itself changes nothing. Raises ValueError."""
    decoder = MultipartDecoder(boundary)
    decoder.receive_data(body)
    decoder.receive_data(None)
    name, content = "", bytearray()
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, Field | File):
            name, content = event.name.lower(), bytearray()
        elif isinstance(event, Data):
            content += event.data
            if not event.more_data:
                yield name, bytes(content)


def check_form(form: Form, bucket: str, region: str, now: datetime) -> None:
    """Checks a form by its policy. Raises Refused."""
    fields = form.fields
    if "awsaccesskeyid" in fields:
        raise old_mechanism()
    if not _OF_AN_ANONYMOUS_FORM & fields.keys():
        raise denied()
    missing = [name for name in _NEEDED if not fields.get(name)]
    if missing:
        raise Refused(400, "InvalidArgument", f"Bucket POST must contain a field named '{missing[0]}'.")
    if fields["x-amz-algorithm"] != ALGORITHM:
        raise Refused(400, "InvalidArgument", f"x-amz-algorithm must be {ALGORITHM}")
    check_credential(fields["x-amz-credential"], fields["x-amz-date"], region)
    if not is_same(signature_of(fields["policy"], fields["x-amz-date"], region), fields["x-amz-signature"]):
        raise wrong_signature()
    try:
        policy = json.loads(base64.b64decode(fields["policy"], validate=True))
        expires = datetime.fromisoformat(policy["expiration"]).astimezone(UTC)
        conditions = [*_conditions(policy["conditions"])]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.") from None
    if now > expires:
        raise denied("Invalid according to Policy: Policy expired.")
    _check_conditions({**fields, "bucket": bucket}, conditions, len(form.content))
    check_checksum(fields.get("x-amz-checksum-sha256", ""), form.content)


def _conditions(listed: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Each as an operator with two operands. Raises ValueError, TypeError or AttributeError."""
    for condition in listed:
        if isinstance(condition, dict):
            yield from (("eq", name.lower(), str(value)) for name, value in condition.items())
            continue
        operator, first, second = condition
        if operator.lower() == "content-length-range":
            yield "content-length-range", int(first), int(second)
        else:
            yield operator.lower(), first.removeprefix("$").lower(), str(second)


def _check_conditions(fields: Mapping[str, str], conditions: list[tuple[str, Any, Any]], size: int) -> None:
    named = set[str]()
    for operator, first, second in conditions:
        if operator == "content-length-range":
            if size < first:
                raise too_small(size, first)
            if size > second:
                raise too_large(size, second)
            continue
        named.add(first)
        value = fields.get(first, "")
        holds = value == second if operator == "eq" else operator == "starts-with" and value.startswith(second)
        if not holds:
            said = json.dumps([operator, f"${first}", second])
            raise denied(f"Invalid according to Policy: Policy Condition failed: {said}")
    extra = [name for name in fields if name not in named and name not in _FREE and not name.startswith("x-ignore-")]
    if extra:
        raise denied(f"Invalid according to Policy: Extra input fields: {extra[0]}")
