"""Makes the template's buckets."""

from typing import Any

from local.physical import PhysicalNames
from local.template import ExpandedTemplate


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
