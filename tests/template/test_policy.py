"""The template keeps to the rules of policy.py, and one that breaks a rule is refused."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.support.engines import KEY_ARN, template
from tests.template.permissions import MANAGED_POLICIES
from tests.template.policy import RULES, WITHOUT_RECOVERY
from tests.template.resources import each

Template = dict[str, dict[str, Any]]
Breach = Callable[[Template], None]


def broken_rules(resources: Template) -> set[str]:
    """The names of the rules that do not hold."""
    return {rule.__name__ for rule in RULES if list(rule(resources))}


def properties(resources: Template, name: str) -> dict[str, Any]:
    """What may be changed of one resource."""
    found: dict[str, Any] = resources[name]["Properties"]
    return found


def setting(name: str, **changes: Any) -> Breach:
    """A resource has other properties; None takes one away."""

    def breach(resources: Template) -> None:
        for key, value in changes.items():
            properties(resources, name).pop(key, None)
            if value is not None:
                properties(resources, name)[key] = value

    return breach


def allowing(**statement: Any) -> Breach:
    """A role has one more statement."""

    def breach(resources: Template) -> None:
        statements = properties(resources, "ChatFunctionRole")["Policies"][0]["PolicyDocument"]["Statement"]
        statements.append({"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:x", **statement})

    return breach


def adding(kind: str, **changes: Any) -> Breach:
    """There is one more resource."""

    def breach(resources: Template) -> None:
        resources["More"] = {"Type": kind, "Properties": changes}

    return breach


def stage_of(resources: Template, name: str = "v1") -> str:
    """The logical id of the WebSocket's stage, or of the HTTP API's."""
    return next(key for key, stage in each(resources, "AWS::ApiGatewayV2::Stage") if stage["StageName"] == name)


def in_stage(**changes: Any) -> Breach:
    """The stage has other settings for all routes."""

    def breach(resources: Template) -> None:
        stage = stage_of(resources)
        properties(resources, stage)["DefaultRouteSettings"].update(changes)

    return breach


def leaving_with_the_stack(resources: Template) -> None:
    resources["InboxTable"]["DeletionPolicy"] = "Delete"


def for_everybody(resources: Template) -> None:
    name, _ = next(each(resources, "AWS::Lambda::Permission"))
    properties(resources, name)["Principal"] = "*"


def without_a_source(resources: Template) -> None:
    name, _ = next(each(resources, "AWS::Lambda::Permission"))
    del properties(resources, name)["SourceArn"]


def in_a_route(**changes: Any) -> Breach:
    """One route has settings of its own."""

    def breach(resources: Template) -> None:
        stage = stage_of(resources)
        settings = properties(resources, stage)["RouteSettings"]["add"]
        for key, value in changes.items():
            settings.pop(key)
            if value is not None:
                settings[key] = value

    return breach


def writing_access_logs(**settings: str) -> Breach:
    """Access logs say this alone, or go elsewhere."""

    def breach(resources: Template) -> None:
        properties(resources, stage_of(resources))["AccessLogSettings"].update(settings)

    return breach


def without_an_answer(resources: Template) -> None:
    """The stage does not wait for one route response."""
    stage = stage_of(resources)
    variables = properties(resources, stage)["StageVariables"]
    variables["answers"] = variables["answers"].replace("catchup-CatchupApiPullRouteResponse", "another")


def going_with_the_stack(resources: Template) -> None:
    resources["More"] = {"Type": "AWS::ApiGateway::Account", "Properties": {}, "DeletionPolicy": "Delete"}


def logging(text: str) -> Breach:
    """Access logs say this, too."""

    def breach(resources: Template) -> None:
        stage = stage_of(resources)
        log = properties(resources, stage)["AccessLogSettings"]
        log["Format"] = log["Format"].removesuffix("}") + f',"more":"{text}"}}'

    return breach


def asking_without_a_token(resources: Template) -> None:
    del properties(resources, "CatchupHttpApi")["Body"]["paths"]["/v1/sessions"]["get"]["security"]


def over_http(**changes: Any) -> Breach:
    """The HTTP API's stage is another one."""

    def breach(resources: Template) -> None:
        properties(resources, stage_of(resources, "$default")).update(changes)

    return breach


def connecting_without_a_token(resources: Template) -> None:
    for _, route in each(resources, "AWS::ApiGatewayV2::Route"):
        if route["RouteKey"] == "$connect":
            properties(resources, next(n for n, r in each(resources, "AWS::ApiGatewayV2::Route") if r is route))[
                "AuthorizationType"
            ] = "NONE"


CALLED = "arn:aws:lambda:us-east-1:123456789012:function:catchup-ChatFunction"
# What adds resources of its own.
GUARDED = {"CanaryDeployment": "true", "AlarmEmail": "oncall@example.com", "CreateApiGatewayLogRole": "true"}
GUARDED_BY_A_KEY = {**GUARDED, "KmsKeyArn": KEY_ARN, "ContributorInsights": "true"}
BREACHES: list[tuple[str, Breach]] = [
    ("tables_are_encrypted", setting("InboxTable", SSESpecification=None)),
    ("tables_are_encrypted", setting("SentTable", SSESpecification={"SSEEnabled": False})),
    ("tables_can_be_recovered", setting("MessageTable", PointInTimeRecoverySpecification=None)),
    ("tables_can_be_recovered", setting("CounterTable", DeletionProtectionEnabled="false")),
    ("tables_can_be_recovered", leaving_with_the_stack),
    ("queues_are_encrypted", setting("HintDeadLetters", SqsManagedSseEnabled=None)),
    ("queues_are_encrypted", setting("FanoutQueue", SqsManagedSseEnabled=False)),
    ("topics_are_encrypted", adding("AWS::SNS::Topic", TopicName="alarms")),
    ("topics_are_encrypted", adding("AWS::SNS::Topic", KmsMasterKeyId="alias/aws/sns")),
    ("statements_name_what_they_allow", allowing(Action="dynamodb:*")),
    ("statements_name_what_they_allow", allowing(Action=["sqs:SendMessage", "*"])),
    ("statements_name_what_they_allow", allowing(Resource="*")),
    ("statements_name_what_they_allow", allowing(Resource=["arn:aws:dynamodb:*:*:table/*"])),
    ("statements_name_what_they_allow", allowing(Action="execute-api:ManageConnections", Resource="arn:aws:*")),
    (
        "statements_name_what_they_allow",
        allowing(Action=["logs:PutLogEvents"], Resource="arn:aws:logs:us-east-1:123456789012:log-group:*"),
    ),
    ("statements_name_what_they_allow", allowing(Action="logs:PutLogEvents", Resource="arn:aws:dynamodb:r:1:table/*")),
    ("statements_name_what_they_allow", allowing(NotAction="iam:PassRole")),
    (
        "statements_name_what_they_allow",
        allowing(
            Action=["execute-api:ManageConnections", "execute-api:Invoke"],
            Resource="arn:aws:execute-api:r:1:api/v1/POST/@connections/*",
        ),
    ),
    ("managed_policies_are_known", setting("ChatFunctionRole", ManagedPolicyArns=["arn:aws:iam::aws:policy/Admin"])),
    (
        "roles_are_assumed_by_services",
        setting("ChatFunctionRole", AssumeRolePolicyDocument={"Statement": [{"Principal": {"AWS": "*"}}]}),
    ),
    (
        "roles_are_assumed_by_services",
        setting("ChatFunctionRole", AssumeRolePolicyDocument={"Statement": [{"Principal": "*"}]}),
    ),
    ("functions_are_invoked_by_name", adding("AWS::Lambda::Url", AuthType="NONE")),
    ("functions_are_invoked_by_name", for_everybody),
    ("functions_are_invoked_by_name", without_a_source),
    ("logs_expire", setting("FunctionLogGroup", RetentionInDays=None)),
    ("logs_expire", setting("ChatFunction", LoggingConfig=None)),
    ("nothing_that_fails_is_lost", setting("FanoutQueue", RedrivePolicy=None)),
    (
        "nothing_that_fails_is_lost",
        adding(
            "AWS::Lambda::Permission",
            FunctionName=CALLED,
            Principal="events.amazonaws.com",
            SourceArn="arn:aws:events:x",
        ),
    ),
    ("stages_are_throttled_and_logged", in_stage(ThrottlingRateLimit=None)),
    ("stages_are_throttled_and_logged", in_stage(ThrottlingBurstLimit=0)),
    ("stages_are_throttled_and_logged", in_stage(DataTraceEnabled=True)),
    ("stages_are_throttled_and_logged", logging("$context.authorizer.token")),
    ("stages_are_throttled_and_logged", in_stage(LoggingLevel="OFF")),
    ("stages_are_throttled_and_logged", in_stage(LoggingLevel="INFO")),
    ("stages_are_throttled_and_logged", in_a_route(LoggingLevel=None)),
    ("access_logs_are_json", writing_access_logs(DestinationArn="arn:aws:logs:us-east-1:1:log-group:x:*")),
    ("access_logs_are_json", writing_access_logs(Format='{"error":"$context.error.messageString"}')),
    ("access_logs_are_json", writing_access_logs(Format='{"status":$context.status}')),
    ("access_logs_are_json", writing_access_logs(Format='{"uid":"$context.authorizer.uid"}')),
    ("access_logs_are_json", writing_access_logs(Format="$context.requestId $context.status")),
    ("stages_wait_for_all_answers", without_an_answer),
    ("queues_leave_the_account_room", setting("FanoutFunctionMessages", ScalingConfig=None)),
    ("queues_leave_the_account_room", setting("FanoutFunctionHints", ScalingConfig={"MaximumConcurrency": 9})),
    ("queues_give_functions_time", setting("FanoutQueue", VisibilityTimeout=149)),
    ("queues_give_functions_time", setting("HintQueue", MessageRetentionPeriod=900)),
    ("queues_give_functions_time", setting("HintQueue", FifoThroughputLimit="perQueue")),
    ("queues_give_functions_time", setting("HintQueue", DeduplicationScope=None)),
    ("loops_by_design_may_run", setting("FanoutFunction", RecursiveLoop=None)),
    ("runtimes_change_with_deployments", setting("ChatFunction", RuntimeManagementConfig=None)),
    ("runtimes_change_with_deployments", setting("ChatFunction", RuntimeManagementConfig={"UpdateRuntimeOn": "Auto"})),
    ("what_the_account_has_once_stays", going_with_the_stack),
    ("connecting_needs_a_token", connecting_without_a_token),
    ("connecting_needs_a_token", asking_without_a_token),
    ("stages_are_throttled_and_logged", over_http(DefaultRouteSettings={})),
    (
        "access_logs_are_json",
        over_http(AccessLogSettings={"DestinationArn": "arn:aws:x", "Format": '{"uid":"$context.authorizer.uid"}'}),
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_template_keeps_to_the_rule(rule: Any) -> None:
    assert list(rule(template().resources)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("parameters", [GUARDED, GUARDED_BY_A_KEY], ids=["", "with a key"])
def test_with_alarms_and_canaries_too_it_keeps_to_the_rule(rule: Any, parameters: dict[str, str]) -> None:
    assert list(rule(template(**parameters).resources)) == []


@pytest.mark.parametrize(("rule", "breach"), BREACHES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_template_that_breaks_a_rule_is_refused(rule: str, breach: Breach) -> None:
    resources = deepcopy(dict(template().resources))
    breach(resources)
    assert broken_rules(resources) == {rule}


def test_every_rule_is_shown_to_refuse_something() -> None:
    assert {rule for rule, _ in BREACHES} == {rule.__name__ for rule in RULES}


def test_no_exception_outlives_its_reason() -> None:
    tables = {name for name, _ in each(template().resources, "AWS::DynamoDB::Table")}
    assert tables >= WITHOUT_RECOVERY
    used = {
        arn.rpartition("/")[2]
        for _, role in each(template(**GUARDED).resources, "AWS::IAM::Role")
        for arn in role.get("ManagedPolicyArns", ())
    }
    assert used == set(MANAGED_POLICIES)
