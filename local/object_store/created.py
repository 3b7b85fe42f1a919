"""What the bucket tells EventBridge when an object was made, and which functions want to hear it.

Sources: Amazon S3 user guide, "EventBridge event message structure"; EventBridge user guide, "Event patterns".
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count

from local.errors import LocalStackError
from local.json_types import Json, JsonObject
from local.specs import FunctionSpec

_SEQUENCERS = count(1)


class Reason(StrEnum):
    """The operation that made an object."""

    FORM = "POST Object"
    PARTS = "CompleteMultipartUpload"
    PUT = "PutObject"
    COPY = "CopyObject"


@dataclass(frozen=True)
class Created:
    """An object that was made. `reason`: the operation."""

    bucket: str
    key: str
    size: int
    etag: str
    reason: Reason


@dataclass(frozen=True)
class BucketRule:
    """A rule of EventBridge, and the function that it invokes."""

    pattern: JsonObject
    function: str


def rules_of(resources: Mapping[str, JsonObject], functions: Mapping[str, FunctionSpec]) -> list[BucketRule]:
    """The rules of a template that invoke its functions.

    Raises LocalStackError for a pattern of the bucket's events that `matches` does not know.
    """
    return [*_rules(resources, functions)]


def _rules(resources: Mapping[str, JsonObject], functions: Mapping[str, FunctionSpec]) -> Iterator[BucketRule]:
    for resource in resources.values():
        if resource["Type"] != "AWS::Events::Rule" or "EventPattern" not in resource["Properties"]:
            continue
        for target in resource["Properties"].get("Targets", ()):
            for name, spec in functions.items():
                if spec.is_meant_by(str(target["Arn"])):
                    pattern = resource["Properties"]["EventPattern"]
                    if "aws.s3" in pattern.get("source", ()):
                        _check_pattern(pattern)
                    yield BucketRule(pattern, name)


def _check_pattern(pattern: Json) -> None:
    """Such a rule would be silent here, and not on AWS. Raises LocalStackError."""
    for part in pattern.values() if isinstance(pattern, dict) else ():
        for wanted in part if isinstance(part, list) else ():
            if isinstance(wanted, dict) and wanted.keys() != {"prefix"}:
                raise LocalStackError(f"a rule's pattern has {wanted}: the local stack knows values and prefixes")
        _check_pattern(part)


def event_of(created: Created, account_id: str, region: str) -> JsonObject:
    """The event."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": account_id,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [f"arn:aws:s3:::{created.bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": created.bucket},
            "object": {
                "key": created.key,
                "size": created.size,
                "etag": created.etag.strip('"'),
                "sequencer": f"{next(_SEQUENCERS):018X}",
            },
            "request-id": uuid.uuid4().hex[:16].upper(),
            "requester": account_id,
            "source-ip-address": "127.0.0.1",
            "reason": created.reason,
        },
    }


def matches(pattern: Json, value: Json) -> bool:
    """Whether an event, or a part of it, has a pattern: of values, and of prefixes."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and matches(part, value[name]) for name, part in pattern.items()
        )
    return isinstance(pattern, list) and any(_is_one(each, value) for each in pattern)


def _is_one(wanted: Json, value: Json) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, str) and value.startswith(str(wanted.get("prefix", "\0")))
    return bool(wanted == value)
