"""What a deployment must keep to: rules over an expanded template. Each yields what breaks it, in words.

Exceptions stand here by name, each with its reason.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from tests.template.permissions import (
    managed_policies_are_known,
    roles_are_assumed_by_services,
    statements_name_what_they_allow,
)
from tests.template.resources import Resources, each

Rule = Callable[[Resources], Iterator[str]]

# Who is online for two hours, or what a retry may need for a week: nothing that a restore could bring back.
WITHOUT_RECOVERY = {"PresenceTable", "RosterTable", "SentTable"}


def tables_are_encrypted(resources: Resources) -> Iterator[str]:
    """Every table says so itself."""
    for name, table in each(resources, "AWS::DynamoDB::Table"):
        if table.get("SSESpecification", {}).get("SSEEnabled") is not True:
            yield f"{name} is not encrypted at rest"


def tables_can_be_recovered(resources: Resources) -> Iterator[str]:
    """What a person wrote can be taken back to any second, is kept with the stack gone, and is not deleted by hand."""
    for name, table in each(resources, "AWS::DynamoDB::Table"):
        if name in WITHOUT_RECOVERY:
            continue
        if table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled") is not True:
            yield f"{name} has no point-in-time recovery"
        if str(table.get("DeletionProtectionEnabled")).lower() != "true":
            yield f"{name} has no deletion protection"
        if {resources[name].get(policy) for policy in ("DeletionPolicy", "UpdateReplacePolicy")} != {"Retain"}:
            yield f"{name} goes with the stack"


def queues_are_encrypted(resources: Resources) -> Iterator[str]:
    """By SQS's own key, or one of KMS."""
    for name, queue in each(resources, "AWS::SQS::Queue"):
        if queue.get("SqsManagedSseEnabled") is not True and not queue.get("KmsMasterKeyId"):
            yield f"{name} is not encrypted"


def topics_are_encrypted(resources: Resources) -> Iterator[str]:
    """By a key that CloudWatch may use: a name, not AWS's own alias."""
    for name, topic in each(resources, "AWS::SNS::Topic"):
        if not topic.get("KmsMasterKeyId") or str(topic["KmsMasterKeyId"]).startswith("alias/aws/"):
            yield f"{name} is not encrypted by a key of ours"


def functions_are_invoked_by_name(resources: Resources) -> Iterator[str]:
    """No address that the world can call, and no permission for everybody."""
    for name, _ in each(resources, "AWS::Lambda::Url"):
        yield f"{name} is a public address of a function"
    for name, permission in each(resources, "AWS::Lambda::Permission"):
        if "*" in permission["Principal"] or not permission.get("SourceArn"):
            yield f"{name} lets more than one source invoke a function"


def logs_expire(resources: Resources) -> Iterator[str]:
    """Every function has a log group of the template, and each group an end."""
    groups = dict(each(resources, "AWS::Logs::LogGroup"))
    for name, group in groups.items():
        if not group.get("RetentionInDays"):
            yield f"{name} is kept for ever"
    for name, function in each(resources, "AWS::Lambda::Function"):
        if not function.get("LoggingConfig", {}).get("LogGroup"):
            yield f"{name} makes a log group of its own, without an end"


def nothing_that_fails_is_lost(resources: Resources) -> Iterator[str]:
    """A queue that invokes a function hands what fails to another; a function that is invoked with no queue between
    (by an event rule, a topic, a stream) has a destination."""
    queues = dict(each(resources, "AWS::SQS::Queue"))
    for name, mapping in each(resources, "AWS::Lambda::EventSourceMapping"):
        source = str(mapping["EventSourceArn"]).rpartition(":")[2]
        queue = next((queue for key, queue in queues.items() if source.removesuffix(".fifo").endswith(key)), None)
        destination = mapping.get("DestinationConfig", {}).get("OnFailure")
        if not destination and not (queue and queue.get("RedrivePolicy", {}).get("deadLetterTargetArn")):
            yield f"{name}: what fails is lost"
    asynchronous = {"events.amazonaws.com", "sns.amazonaws.com", "s3.amazonaws.com", "scheduler.amazonaws.com"}
    called = {
        permission["FunctionName"]
        for _, permission in each(resources, "AWS::Lambda::Permission")
        if permission["Principal"] in asynchronous
    }
    for name, function in each(resources, "AWS::Lambda::Function"):
        is_called = any(str(target).partition(":live")[0].endswith(name) for target in called)
        if is_called and not function.get("DeadLetterConfig", {}).get("TargetArn"):
            yield f"{name} is invoked asynchronously and what fails is lost"


def stages_are_throttled_and_logged(resources: Resources) -> Iterator[str]:
    """A rate, a burst, and access logs without what a person wrote."""
    for name, stage in each(resources, "AWS::ApiGatewayV2::Stage"):
        settings = stage.get("DefaultRouteSettings", {})
        if not (settings.get("ThrottlingRateLimit") and settings.get("ThrottlingBurstLimit")):
            yield f"{name} is not throttled"
        if settings.get("DataTraceEnabled"):
            yield f"{name} logs the frames themselves"
        log = stage.get("AccessLogSettings", {})
        if not (log.get("DestinationArn") and log.get("Format")):
            yield f"{name} writes no access logs"
        if re.search("authorization|token|body|subprotocol", str(log.get("Format")), re.IGNORECASE):
            yield f"{name} logs secrets"


def connecting_needs_a_token(resources: Resources) -> Iterator[str]:
    """$connect has its authorizer, whatever other routes are called."""
    keys = []
    for name, route in each(resources, "AWS::ApiGatewayV2::Route"):
        keys.append(route["RouteKey"])
        if route["RouteKey"] == "$connect" and not (
            route.get("AuthorizationType") == "CUSTOM" and route.get("AuthorizerId")
        ):
            yield f"{name} lets anybody in"
    if "$connect" not in keys:
        yield "there is no $connect"


RULES: Sequence[Rule] = (
    tables_are_encrypted,
    tables_can_be_recovered,
    queues_are_encrypted,
    topics_are_encrypted,
    statements_name_what_they_allow,
    managed_policies_are_known,
    roles_are_assumed_by_services,
    functions_are_invoked_by_name,
    logs_expire,
    nothing_that_fails_is_lost,
    stages_are_throttled_and_logged,
    connecting_needs_a_token,
)
