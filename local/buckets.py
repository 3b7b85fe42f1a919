"""Makes the template's buckets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.json_types import JsonObject
from local.object_store.cors import CorsRule
from local.physical import PhysicalNames
from local.template import ExpandedTemplate

# If the template allows no origin.
_OF_OUR_PAGES: JsonObject = {
    "CorsRules": [
        {
            "AllowedMethods": ["GET", "HEAD", "POST", "PUT"],
            "AllowedHeaders": ["*"],
            "ExposedHeaders": ["Accept-Ranges", "Content-Length", "Content-Range", "Content-Type", "ETag"],
            "MaxAge": 3_600,
        }
    ]
}


def create_buckets(s3: Any, template: ExpandedTemplate) -> dict[str, str]:
    """Creates each `AWS::S3::Bucket`, and returns the buckets' names by logical id. `s3`: a client."""
    ids = PhysicalNames(dict(template.resources), template.deployment, lambda value: value)
    names = {
        logical_id: ids.name(logical_id)
        for logical_id, resource in template.resources.items()
        if resource["Type"] == "AWS::S3::Bucket"
    }
    for name in names.values():
        s3.create_bucket(Bucket=name)
    return names


def cors_of(
    template: ExpandedTemplate, names: Mapping[str, str], own_origins: Sequence[str]
) -> dict[str, list[CorsRule]]:
    """What pages of other origins may do with each bucket, by its name. `own_origins`: those of the local stack itself,
    whose pages need no parameter."""
    return {name: [*_rules(template.resources[logical_id], own_origins)] for logical_id, name in names.items()}


def _rules(bucket: JsonObject, own_origins: Sequence[str]) -> Iterator[CorsRule]:
    said = bucket.get("Properties", {}).get("CorsConfiguration", _OF_OUR_PAGES)
    return (CorsRule.of(rule, own_origins) for rule in said["CorsRules"])
