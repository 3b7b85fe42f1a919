"""Uploads by a form: the policy decides what may be in it.

Sources: Amazon S3 API reference, "POST Object" and "POST policy".
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from local.object_store.refusals import Refused, denied, wrong_signature
from local.object_store.request import StoreRequest
from local.object_store.signatures import ALGORITHM, check_checksum, check_credential, is_same, signature_of

_FREE = ("policy", "x-amz-signature", "file")
_NEEDED = ("key", "policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")


@dataclass(frozen=True)
class Form:
    """A form: its fields before the file, names in lower case, and the bytes of the file."""

    fields: Mapping[str, str]
    content: bytes


def read_form(request: StoreRequest) -> Form:
    """The form of a request. What comes after the file is ignored. Raises Refused."""
    kind = request.header("Content-Type")
    if not kind.lower().startswith("multipart/form-data"):
        says = "The body of your POST request is not well-formed multipart/form-data."
        raise Refused(400, "MalformedPOSTRequest", says)
    parsed = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    fields = dict[str, str]()
    for part in parsed.iter_parts() if parsed.is_multipart() else ():
        name = str(part.get_param("name", header="content-disposition") or "").lower()
        content = _bytes_of(part)
        if name == "file":
            return Form(fields, content)
        fields[name] = content.decode("utf-8", "replace")
    raise Refused(400, "InvalidArgument", "POST requires exactly one file upload per request.")


def _bytes_of(part: Message) -> bytes:
    payload: Any = part.get_payload(decode=True)
    return bytes(payload or b"")


def check_form(form: Form, bucket: str, region: str, now: datetime) -> None:
    """Checks a form by its policy. Raises Refused."""
    fields = form.fields
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
    except (ValueError, KeyError, TypeError):
        raise Refused(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.") from None
    if now > expires:
        raise denied("Invalid according to Policy: Policy expired.")
    _check_conditions({**fields, "bucket": bucket}, conditions, len(form.content))
    check_checksum(fields.get("x-amz-checksum-sha256", ""), form.content)


def _conditions(listed: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Each as an operator with two operands."""
    for condition in listed:
        if isinstance(condition, dict):
            yield from (("eq", name.lower(), value) for name, value in condition.items())
        else:
            operator, first, second = condition
            yield operator.lower(), first.removeprefix("$").lower() if isinstance(first, str) else first, second


def _check_conditions(fields: Mapping[str, str], conditions: list[tuple[str, Any, Any]], size: int) -> None:
    named = set[str]()
    for operator, first, second in conditions:
        if operator == "content-length-range":
            if size < int(first):
                raise Refused(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
            if size > int(second):
                raise Refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
            continue
        named.add(first)
        value = fields.get(first, "")
        holds = value == second if operator == "eq" else operator == "starts-with" and value.startswith(second)
        if not holds:
            said = json.dumps([operator, f"${first}", second])
            raise denied(f"Invalid according to Policy: Policy Condition failed: {said}")
    extra = [name for name in fields if name not in named and name not in _FREE and not name.startswith("x-ignore-")]
    extra = [name for name in extra if name != "bucket"]
    if extra:
        raise denied(f"Invalid according to Policy: Extra input fields: {extra[0]}")
