"""What a role may do, and who may take it. Each rule yields what breaks it, in words.

Exceptions stand here by name, each with its reason.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.template.resources import Resources, each, listed

_STREAMS_OF_A_GROUP = re.compile(r"^arn:[\w-]+:logs:[^*]+:log-group:[^*]+:\*$")
_MEDIA = re.compile(r"^arn:[\w-]+:s3:::[a-z0-9-]+/(media|shared|types)/\*$")
OPEN_RESOURCES = {
    # Keys of media are made for each upload: below these prefixes of their own bucket all are meant.
    **dict.fromkeys(
        (
            *("s3:DeleteObject", "s3:GetObject", "s3:GetObjectTagging", "s3:ListMultipartUploadParts", "s3:PutObject"),
            "s3:PutObjectTagging",
        ),
        _MEDIA,
    ),
    # Connection ids are made by the gateway: only the last part of such an ARN can be left open.
    "execute-api:ManageConnections": re.compile(r"^arn:[\w-]+:execute-api:[^*]+/v1/(POST|DELETE)/@connections/\*$"),
    # And streams of a log group by Lambda.
    "logs:CreateLogStream": _STREAMS_OF_A_GROUP,
    "logs:PutLogEvents": _STREAMS_OF_A_GROUP,
    # X-Ray has no resource that these could name. Source: Service Authorization Reference, "AWS X-Ray".
    "xray:PutTelemetryRecords": re.compile(r"^\*$"),
    "xray:PutTraceSegments": re.compile(r"^\*$"),
}
# AWS's own policies, with the reason why no narrower one does.
MANAGED_POLICIES = {
    "AWSCodeDeployRoleForLambda": "SAM gives it to CodeDeploy, for canaries; it may move any alias of the account",
    "AmazonAPIGatewayPushToCloudWatchLogs": "the account's role for access logs; API Gateway asks for it",
}


def statements_name_what_they_allow(resources: Resources) -> Iterator[str]:
    """No star in an action or a resource, no NotAction or NotResource."""
    for name, role in each(resources, "AWS::IAM::Role"):
        for policy in role.get("Policies", ()):
            for statement in listed(policy["PolicyDocument"]["Statement"]):
                yield from (f"{name}: {problem}" for problem in _open_parts(statement))


def managed_policies_are_known(resources: Resources) -> Iterator[str]:
    """AWS's own policies are open in their resources: each that is used is listed with its reason."""
    for name, role in each(resources, "AWS::IAM::Role"):
        for arn in role.get("ManagedPolicyArns", ()):
            if str(arn).rpartition("/")[2] not in MANAGED_POLICIES:
                yield f"{name} has the managed policy {arn}"


def roles_are_assumed_by_services(resources: Resources) -> Iterator[str]:
    """By no account and by nobody else."""
    for name, role in each(resources, "AWS::IAM::Role"):
        for statement in listed(role["AssumeRolePolicyDocument"]["Statement"]):
            principal = statement.get("Principal", "*")
            services = listed(principal.get("Service", ())) if isinstance(principal, Mapping) else ["*"]
            if not services or set(principal) != {"Service"} or any("*" in service for service in services):
                yield f"{name} may be assumed by {principal}"


def _open_parts(statement: Mapping[str, Any]) -> Iterator[str]:
    if "NotAction" in statement or "NotResource" in statement:
        yield "allows all but what it names"
    actions = listed(statement.get("Action", ()))
    yield from (f"the action {action}" for action in actions if "*" in action)
    allowed = [OPEN_RESOURCES[action] for action in actions if action in OPEN_RESOURCES]
    for resource in map(str, listed(statement.get("Resource", ()))):
        if "*" in resource and not (len(allowed) == len(actions) and all(rule.match(resource) for rule in allowed)):
            yield f"the resource {resource}"
