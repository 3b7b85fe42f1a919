"""The expanded template: what AWS would be asked to make."""

import json
import re
from typing import Any

import pytest

from catchup.commands import COMMANDS
from catchup.settings import READ_BY
from catchup.storage import tables as models
from catchup.storage.hiding import HiddenRow
from catchup.storage.packet_rows import PacketRow
from local.template import ExpandedTemplate, load_template
from tests.support.engines import SECRET_ARN, template
from tests.support.world import ROOT
from tests.template.resources import listed

ROUTES = {"$connect", "$disconnect", "$default", *COMMANDS}
ONE_WAY = {"$connect", "$disconnect"}
SETTINGS = {f"{function.capitalize()}Function": names for function, names in READ_BY.items()}


def every(kind: str) -> dict[str, dict[str, Any]]:
    return {name: item["Properties"] for name, item in template().resources.items() if item["Type"] == kind}


def stage(name: str = "v1") -> dict[str, Any]:
    """Properties of a stage: the WebSocket's, or "$default" of the HTTP API."""
    (found,) = (item for item in every("AWS::ApiGatewayV2::Stage").values() if item["StageName"] == name)
    return found


def routes() -> dict[str, tuple[str, dict[str, Any]]]:
    return {route["RouteKey"]: (name, route) for name, route in every("AWS::ApiGatewayV2::Route").items()}


def test_the_api_has_exactly_the_routes_of_the_protocol() -> None:
    assert set(routes()) == ROUTES


@pytest.mark.parametrize("key", sorted(ROUTES))
def test_a_route_has_a_function_that_exists(key: str) -> None:
    api = template().api
    assert api is not None
    assert api.routes[key].function in template().functions


@pytest.mark.parametrize("key", sorted(ROUTES))
def test_the_gateway_may_invoke_a_routes_function(key: str) -> None:
    api = template().api
    assert api is not None
    function = template().functions[api.routes[key].function]
    permissions = [
        permission
        for permission in every("AWS::Lambda::Permission").values()
        if permission["FunctionName"] == f"{function.arn}:live"
        and permission["Principal"] == "apigateway.amazonaws.com"
        and permission["SourceArn"].endswith(f":{stage()['ApiId']}/v1/{key}")
    ]
    assert len(permissions) == 1


@pytest.mark.parametrize("key", sorted(ROUTES))
def test_a_route_has_a_route_response_exactly_if_it_answers(key: str) -> None:
    name, route = routes()[key]
    answered = {item["RouteId"] for item in every("AWS::ApiGatewayV2::RouteResponse").values()}
    references = {template().resources[name].get("Id", name), name}
    has_response = bool(references & answered) or any(name in str(item) for item in answered)
    assert has_response == (key not in ONE_WAY)
    assert ("RouteResponseSelectionExpression" in route) == (key not in ONE_WAY)


def test_connect_keeps_its_authorizer() -> None:
    _, route = routes()["$connect"]
    assert route["AuthorizationType"] == "CUSTOM"
    (authorizer,) = every("AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["AuthorizerType"] == "REQUEST"
    assert not authorizer.get("IdentitySource")
    api = template().api
    assert api is not None
    assert api.authorizer is not None
    assert api.authorizer.function == "AuthorizerFunction"


def test_every_function_has_its_settings_tested() -> None:
    assert set(template().functions) == set(SETTINGS)


def test_functions_run_on_arm_and_python_313_and_end_before_the_gateway_gives_up() -> None:
    for properties in every("AWS::Lambda::Function").values():
        assert (properties["Runtime"], properties["Architectures"]) == ("python3.13", ["arm64"])
        assert properties["Timeout"] < 29
        assert properties["Handler"] == "app.handler"


@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("PresenceTable", models.PresenceRow),
        ("SessionTable", models.SessionRow),
        ("SessionTable", models.BlockListRow),
        ("SentTable", models.SentRow),
        ("MessageTable", models.MessageRow),
        ("InboxTable", models.InboxRow),
        ("CounterTable", models.CounterRow),
        ("CounterTable", models.MembershipRow),
        ("RosterTable", models.RosterRow),
        ("HeldTable", models.HeldRow),
        ("HiddenTable", HiddenRow),
        ("PacketTable", PacketRow),
    ],
)
def test_a_table_has_the_keys_of_its_model(table: str, model: Any) -> None:
    properties = every("AWS::DynamoDB::Table")[table]
    attributes = model.get_attributes().values()
    keys = [(a.attr_name, "HASH") for a in attributes if a.is_hash_key]
    keys += [(a.attr_name, "RANGE") for a in attributes if a.is_range_key]
    assert [(key["AttributeName"], key["KeyType"]) for key in properties["KeySchema"]] == keys
    types = {a.attr_name: a.attr_type for a in attributes}
    defined = {item["AttributeName"]: item["AttributeType"] for item in properties["AttributeDefinitions"]}
    for name, _ in keys:
        assert defined[name] == types[name]


@pytest.mark.parametrize(
    ("name", "key", "shown"), [("byGroup", "groupId", {"role", "joined"}), ("byList", "listed", {"asked", "note"})]
)
def test_people_are_indexed_by_their_group_and_by_what_they_are_in_it(name: str, key: str, shown: set[str]) -> None:
    indexes = every("AWS::DynamoDB::Table")["CounterTable"]["GlobalSecondaryIndexes"]
    assert {index["IndexName"] for index in indexes} == {"byGroup", "byList"}
    (index,) = (index for index in indexes if index["IndexName"] == name)
    assert [(part["AttributeName"], part["KeyType"]) for part in index["KeySchema"]] == [
        (key, "HASH"),
        ("uid", "RANGE"),
    ]
    assert set(index["Projection"]["NonKeyAttributes"]) == shown


def test_a_queue_keeps_what_fails() -> None:
    queues = every("AWS::SQS::Queue")
    mappings = every("AWS::Lambda::EventSourceMapping")
    assert len(mappings) == 2
    for mapping in mappings.values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    for name, queue in queues.items():
        if name.endswith("Queue"):
            assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
            letters = queues[name.replace("Queue", "DeadLetters")]
            assert letters.get("FifoQueue") == queue.get("FifoQueue")


def test_the_fan_out_has_a_cpu_of_its_own() -> None:
    """AWS documentation, "Configure Lambda function memory": 1,769 MB is one vCPU."""
    memory = {name: each["MemorySize"] for name, each in every("AWS::Lambda::Function").items()}
    assert memory.pop("FanoutFunction") >= 1_769
    assert set(memory.values()) == {512}


def test_no_record_of_a_queue_waits_behind_another_and_loses_a_receive_with_it() -> None:
    assert [mapping["BatchSize"] for mapping in every("AWS::Lambda::EventSourceMapping").values()] == [1, 1]


def test_tables_are_on_demand_and_encrypted() -> None:
    for properties in every("AWS::DynamoDB::Table").values():
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert properties["SSESpecification"] == {"SSEEnabled": True}


def test_all_tables_but_counters_heads_hidden_messages_and_money_expire() -> None:
    kept = {name for name, table in every("AWS::DynamoDB::Table").items() if "TimeToLiveSpecification" not in table}
    assert kept == {"CounterTable", "SessionTable", "HiddenTable", "PacketTable"}


@pytest.mark.parametrize(
    "table",
    ["SessionTable", "MessageTable", "InboxTable", "CounterTable", "HeldTable", "HiddenTable", "PacketTable"],
)
def test_what_holds_data_outlives_the_stack(table: str) -> None:
    resource = template().resources[table]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize(("rate", "burst"), [(2000, 1000), (300, 7)])
def test_the_stage_is_throttled_as_its_parameters_say(rate: int, burst: int) -> None:
    throttling = {"ThrottlingRate": str(rate), "ThrottlingBurst": str(burst)}
    expanded = load_template(ROOT / "template.yaml", {"JwtSecretArn": SECRET_ARN, **throttling})
    stages = [item for item in expanded.resources.values() if item["Type"] == "AWS::ApiGatewayV2::Stage"]
    assert len(stages) == 2
    for settings in (item["Properties"]["DefaultRouteSettings"] for item in stages):
        assert (int(settings["ThrottlingRateLimit"]), int(settings["ThrottlingBurstLimit"])) == (rate, burst)


def test_routes_whose_request_costs_most_are_throttled_further() -> None:
    costly = [command for command in COMMANDS.values() if command.throttled]
    assert set(stage()["RouteSettings"]) == {command.cmd for command in costly}
    assert set(stage("$default")["RouteSettings"]) == {route for command in costly for route in command.http}
    for each in (stage(), stage("$default")):
        for settings in each["RouteSettings"].values():
            assert 0 < settings["ThrottlingRateLimit"] < each["DefaultRouteSettings"]["ThrottlingRateLimit"]
            assert settings["ThrottlingBurstLimit"] > 0


@pytest.mark.parametrize("name", ["v1", "$default"])
def test_a_stage_writes_access_logs_without_secrets(name: str) -> None:
    settings = stage(name)["AccessLogSettings"]
    assert settings["DestinationArn"] == "arn:aws:logs:us-east-1:123456789012:log-group:catchup-AccessLogGroup"
    log = json.loads(settings["Format"])
    assert ("$context.connectionId" in log.values()) == (name == "v1")
    assert not re.search("authorization|body|path|protocol", json.dumps(log), re.IGNORECASE)


def test_logs_are_not_kept_for_ever() -> None:
    groups = every("AWS::Logs::LogGroup")
    # Also of what API Gateway writes by itself, to a group whose name it chooses: as long as the stage waits for it.
    errors = f"/aws/apigateway/{stage()['ApiId']}/v1"
    assert errors in stage()["StageVariables"].values()
    assert groups["ExecutionLogGroup"]["LogGroupName"] == errors
    assert set(groups) == {"FunctionLogGroup", "AccessLogGroup", "ExecutionLogGroup"}
    assert all(group["RetentionInDays"] > 0 for group in groups.values())


@pytest.mark.parametrize("given", ["2", "700"])
def test_what_queues_may_take_of_the_account_is_a_parameter(given: str) -> None:
    expanded = load_template(ROOT / "template.yaml", {"JwtSecretArn": SECRET_ARN, "FanOutConcurrency": given})
    assert {mapping.maximum_concurrency for mapping in expanded.queue_mappings.values()} == {int(given)}


@pytest.mark.parametrize("given", ["false", "true"])
def test_the_busiest_keys_are_listed_only_if_that_is_asked_for(given: str) -> None:
    expanded = load_template(ROOT / "template.yaml", {"JwtSecretArn": SECRET_ARN, "ContributorInsights": given})
    listed = {name: spec.properties.get("ContributorInsightsSpecification") for name, spec in expanded.tables.items()}
    wanted = {"SessionTable", "MessageTable", "CounterTable"}
    assert {name for name, found in listed.items() if found == {"Enabled": given}} == wanted
    assert {name for name, found in listed.items() if found} == wanted
    for index in expanded.tables["CounterTable"].properties["GlobalSecondaryIndexes"]:
        assert index["ContributorInsightsSpecification"] == {"Enabled": given}


def test_the_account_keeps_its_log_role_unless_it_has_none() -> None:
    assert not every("AWS::ApiGateway::Account")
    own = load_template(ROOT / "template.yaml", {"JwtSecretArn": SECRET_ARN, "CreateApiGatewayLogRole": "true"})
    assert own.resources["ApiGatewayAccount"]["DeletionPolicy"] == "Retain"
    account = load_template(ROOT / "account.yaml")
    assert account.resources.keys() == {"ApiGatewayLogRole", "ApiGatewayAccount"}
    for name, resource in account.resources.items():
        assert resource == {key: value for key, value in own.resources[name].items() if key != "Condition"}


# ---------------------------------------------------------------- moderation

WITH_LISTS = {"WordListBucket": "rules", "WordListKey": "lists/words.json"}
READ_LISTS = {
    "Sid": "ReadTheWordLists",
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::rules/lists/words.json",
}


def moderating(**parameters: str) -> ExpandedTemplate:
    return load_template(ROOT / "template.yaml", {"JwtSecretArn": SECRET_ARN, **parameters})


def allowed(expanded: ExpandedTemplate, sid: str) -> dict[str, Any]:
    """Which functions have this statement, and what it says."""
    return {
        name: statement
        for name, function in expanded.functions.items()
        for statement in function.statements
        if statement["Sid"] == sid
    }


def test_only_what_judges_reads_the_word_lists_and_nothing_else_of_the_bucket() -> None:
    assert allowed(moderating(**WITH_LISTS), "ReadTheWordLists") == {
        "ChatFunction": READ_LISTS,
        "GroupFunction": READ_LISTS,
    }


def test_without_moderation_nobody_reads_a_bucket_or_holds_messages() -> None:
    assert allowed(template(), "ReadTheWordLists") == allowed(template(), "HoldForReview") == {}
    grants = [statement for function in template().functions.values() for statement in function.statements]
    buckets = [resource for grant in grants for resource in listed(grant["Resource"]) if ":s3:" in str(resource)]
    assert all(str(resource).startswith("arn:aws:s3:::catchup-mediabucket/") for resource in buckets)


@pytest.mark.parametrize("parameters", [WITH_LISTS, {"Moderator": "shop.rules:judge"}])
def test_with_moderation_the_chat_function_alone_holds_messages_and_takes_them_back(
    parameters: dict[str, str],
) -> None:
    (statement,) = (held := allowed(moderating(**parameters), "HoldForReview")).values()
    assert set(held) == {"ChatFunction"}
    assert statement["Action"] == ["dynamodb:DeleteItem", "dynamodb:PutItem"]


def test_a_deployment_that_moderates_tells_its_functions_where_the_lists_are() -> None:
    for name in ("ChatFunction", "GroupFunction"):
        environment = moderating(**WITH_LISTS, Moderator="shop.rules:judge").functions[name].environment
        assert (environment["WORD_LIST_BUCKET"], environment["WORD_LIST_KEY"]) == ("rules", "lists/words.json")
        assert environment["MODERATOR"] == "shop.rules:judge"
