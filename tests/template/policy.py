"""What a deployment must keep to: rules over an expanded template. Each yields what breaks it, in words.

Exceptions stand here by name, each with its reason.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from tests.template.permissions import (
    managed_policies_are_known,
    roles_are_assumed_by_services,
    statements_name_what_they_allow,
)
from tests.template.resources import Resources, each

Rule = Callable[[Resources], Iterator[str]]

# Who is online for two hours, or what a retry may need for a week: nothing that a restore could bring back.
WITHOUT_RECOVERY = {"PresenceTable", "RosterTable", "SentTable"}
# The HTTP API's, which is not in its paths.
HTTP_STAGE = "$default"
# What the world may read.
WITHOUT_TOKEN = frozenset({"GET /openapi.json"})
# What API Gateway may put into lines of the access log. What a person has chosen: their uid, anything printable.
LINES: Sequence[Mapping[str, str]] = (
    {"requestId": "KxT1wfHqIAMFd5Q=", "status": "200", "routeKey": "chat", "authorizer.principalId": "alice"},
    {"status": "403", "error.message": "Forbidden", "error.messageString": '"Forbidden"', "routeKey": "$connect"},
    {"status": "200", "authorizer.principalId": "%22a%5C", "authorizer.uid": '"a\\'},
    {"status": "200", "authorizer.principal": "%22a%5C", "authorizer.uid": '"a\\', "path": '/v1/blocks/"'},
    {},
)


def tables_are_encrypted(resources: Resources) -> Iterator[str]:
    """Every table is encrypted by a setting of its own."""
    for name, table in each(resources, "AWS::DynamoDB::Table"):
        if table.get("SSESpecification", {}).get("SSEEnabled") is not True:
            yield f"{name} is not encrypted at rest"


def tables_can_be_recovered(resources: Resources) -> Iterator[str]:
    """Tables have point-in-time recovery, stay when the stack is deleted, and are protected from deletion."""
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
    """Every function writes to a log group of the template, and each group has an end."""
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
        for level in (settings, *stage.get("RouteSettings", {}).values()):
            if level.get("DataTraceEnabled") or level.get("LoggingLevel") == "INFO":
                yield f"{name} logs the frames themselves"
            # An HTTP API has no such log (AWS::ApiGatewayV2::Stage, "RouteSettings").
            elif level.get("LoggingLevel") != "ERROR" and stage["StageName"] != HTTP_STAGE:
                yield f"{name} does not log what goes wrong in API Gateway"
        log = stage.get("AccessLogSettings", {})
        if not (log.get("DestinationArn") and log.get("Format")):
            yield f"{name} writes no access logs"
        if re.search("authorization|token|body|subprotocol", str(log.get("Format")), re.IGNORECASE):
            yield f"{name} logs secrets"


def connecting_needs_a_token(resources: Resources) -> Iterator[str]:
    """$connect has its authorizer, whatever other routes are called, and so has each request over HTTP."""
    keys = []
    for name, api in each(resources, "AWS::ApiGatewayV2::Api"):
        for path, methods in api.get("Body", {}).get("paths", {}).items():
            for method, operation in methods.items():
                if operation.get("security") != [{"Token": []}] and f"{method.upper()} {path}" not in WITHOUT_TOKEN:
                    yield f"{name} lets anybody {method} {path}"
    for name, route in each(resources, "AWS::ApiGatewayV2::Route"):
        keys.append(route["RouteKey"])
        if route["RouteKey"] == "$connect" and not (
            route.get("AuthorizationType") == "CUSTOM" and route.get("AuthorizerId")
        ):
            yield f"{name} lets anybody in"
    if "$connect" not in keys:
        yield "there is no $connect"


def access_logs_are_json(resources: Resources) -> Iterator[str]:
    """Every line, whatever values it has. API Gateway puts them in as they are, "-" for one that there is not.

    Source: API Gateway developer guide, "Configure logging for WebSocket APIs"; `error.messageString` is in quotes.
    """
    for name, stage in each(resources, "AWS::ApiGatewayV2::Stage"):
        log = stage.get("AccessLogSettings", {})
        if str(log.get("DestinationArn")).endswith(":*"):
            yield f"{name} names the streams of its log group"
        for values in LINES:
            line = re.sub(r"\$context\.([\w.]+)", partial(_filled_in, values), str(log.get("Format")))
            try:
                json.loads(line)
            except ValueError:
                yield f"{name} writes lines that are no JSON: {line}"
                break


def stages_wait_for_all_answers(resources: Resources) -> Iterator[str]:
    """A stage is deployed with what is there: what comes later is not, until the next change of a route.

    In the expanded template references are names: the stage's variables have that of each route response.
    """
    answers = [name for name, _ in each(resources, "AWS::ApiGatewayV2::RouteResponse")]
    for name, stage in each(resources, "AWS::ApiGatewayV2::Stage"):
        variables = stage.get("StageVariables", {})
        awaited = {word.rpartition("-")[2] for text in variables.values() for word in text.split(",")}
        awaited |= set(resources[name].get("DependsOn", ()))
        for answer in answers if stage["StageName"] != HTTP_STAGE else ():
            if answer not in awaited:
                yield f"{name} does not wait for {answer}"
        for variable, value in variables.items():
            if not re.fullmatch(r"\w+", variable) or not re.fullmatch(r"[A-Za-z0-9._~:/?#&=,-]+", value):
                yield f"{name} has a variable that API Gateway does not take"


def queues_leave_the_account_room(resources: Resources) -> Iterator[str]:
    """Without a bound a queue may take the account's whole concurrency; a new account has 10. Half of it is for people.

    Source: Lambda developer guide, "Configuring scaling behavior for SQS event source mappings".
    """
    together = 0
    for name, mapping in each(resources, "AWS::Lambda::EventSourceMapping"):
        bound = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
        if bound is None:
            yield f"{name} may take the account's whole concurrency"
        together += int(bound or 0)
    if together > 5:
        yield "queues leave people no room in an account of ten"


def queues_give_functions_time(resources: Resources) -> Iterator[str]:
    """Visibility of at least six times the function's time-out; a life that is longer than all attempts; the limits of
    a FIFO queue are those of its groups.

    Sources: Lambda developer guide, "Using Lambda with Amazon SQS"; SQS developer guide, "High throughput for FIFO
    queues".
    """
    queues = dict(each(resources, "AWS::SQS::Queue"))
    functions = dict(each(resources, "AWS::Lambda::Function"))
    for name, mapping in each(resources, "AWS::Lambda::EventSourceMapping"):
        source = str(mapping["EventSourceArn"]).rpartition(":")[2]
        queue = next(queue for key, queue in queues.items() if source.removesuffix(".fifo").endswith(key))
        function = next(
            item for key, item in functions.items() if str(mapping["FunctionName"]).endswith(f"-{key}:live")
        )
        visibility = queue.get("VisibilityTimeout", 30)
        if visibility < 6 * function.get("Timeout", 3):
            yield f"{name}: what is worked on may be handed out again"
        attempts = queue.get("RedrivePolicy", {}).get("maxReceiveCount", 0)
        if queue.get("MessageRetentionPeriod", 345_600) <= visibility * attempts:
            yield f"{name}: nothing reaches the dead letters"
    for name, queue in queues.items():
        limits = (queue.get("DeduplicationScope"), queue.get("FifoThroughputLimit"))
        if queue.get("FifoQueue") and limits != ("messageGroup", "perMessageGroupId"):
            yield f"{name} has 300 messages a second in all"


def loops_by_design_may_run(resources: Resources) -> Iterator[str]:
    """A function that is invoked by a queue of its own jobs: Lambda stops such a loop after about 16 rounds."""
    targets = [str(mapping["FunctionName"]) for _, mapping in each(resources, "AWS::Lambda::EventSourceMapping")]
    for name, function in each(resources, "AWS::Lambda::Function"):
        if any(target.endswith(f"-{name}:live") for target in targets) and function.get("RecursiveLoop") != "Allow":
            yield f"{name} is stopped in the middle of its work"


def runtimes_change_with_deployments(resources: Resources) -> Iterator[str]:
    """And not at a time that AWS chooses, when no canary watches."""
    for name, function in each(resources, "AWS::Lambda::Function"):
        if function.get("RuntimeManagementConfig") != {"UpdateRuntimeOn": "FunctionUpdate"}:
            yield f"{name} gets another Python at any time"


def what_the_account_has_once_stays(resources: Resources) -> Iterator[str]:
    """API Gateway's role for logs is one per account and region: other APIs write with it when this stack is gone."""
    for name, item in resources.items():
        is_the_accounts = item["Type"] == "AWS::ApiGateway::Account" or name == "ApiGatewayLogRole"
        if is_the_accounts and {item.get(policy) for policy in ("DeletionPolicy", "UpdateReplacePolicy")} != {"Retain"}:
            yield f"{name} goes with the stack"


def _filled_in(values: Mapping[str, str], variable: re.Match[str]) -> str:
    return values.get(variable[1], "-")


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
    access_logs_are_json,
    stages_wait_for_all_answers,
    queues_leave_the_account_room,
    queues_give_functions_time,
    loops_by_design_may_run,
    runtimes_change_with_deployments,
    what_the_account_has_once_stays,
)
