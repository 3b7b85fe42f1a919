"""Everything invokes the functions by an alias, and a deployment of whatever kind moves it to a new version."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from local.parameters import parameter_values
from local.sam import expand, read_template
from local.template import ExpandedTemplate
from tests.support.engines import KEY_ARN, SECRET_ARN, template
from tests.support.world import ROOT
from tests.template.resources import each

FUNCTIONS = sorted(template().functions)
ROLLING_BACK = {"FunctionErrorsAlarm", "InternalErrorsAlarm", "ApiErrorsAlarm", "HttpErrorsAlarm"}
# Another value for each parameter that has no other to choose from.
OTHERS = {
    "JwtSecretArn": f"{SECRET_ARN}2",
    "JwtIssuer": "https://issuer.example",
    "JwtAudience": "app",
    "JwtKeysUrl": "https://issuer.example/keys",
    "JwtUidClaim": "uid",
    "WordListBucket": "rules",
    "WordListKey": "words.json",
    "ModeratedFields": "message",
    "Moderator": "shop.rules:judge",
    "KmsKeyArn": KEY_ARN,
    "AllowedOrigins": "https://app.example.com",
    "AlarmEmail": "oncall@example.com",
    "AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:oncall",
}
PARAMETERS: Mapping[str, Any] = read_template(ROOT / "template.yaml")["Parameters"]


def another(name: str) -> str:
    """A value of this parameter that is allowed, and not its default."""
    values: list[object] = PARAMETERS[name].get(
        "AllowedValues", [PARAMETERS[name].get("MinValue"), PARAMETERS[name].get("MaxValue")]
    )
    chosen = [str(each) for each in values if each is not None and str(each) != str(PARAMETERS[name].get("Default"))]
    return OTHERS.get(name, chosen[0] if chosen else "")


def published(expanded: ExpandedTemplate, function: str) -> tuple[str, Any]:
    """Which version the alias would move to: CloudFormation makes a new one if its logical id or description changes
    (resource type AWS::Lambda::Version: both are create-only)."""
    return next(
        (name, version.get("Description"))
        for name, version in each(expanded.resources, "AWS::Lambda::Version")
        if re.fullmatch(f"{function}Version[0-9a-f]+", name)
    )


def told(expanded: ExpandedTemplate, function: str) -> Any:
    """What a function is, but for its code."""
    return expanded.resources[function]["Properties"]


def version_of(document: Mapping[str, Any]) -> str:
    """The logical id of the chat function's version in an expanded template."""
    names: Iterable[str] = document["Resources"]
    return next(name for name in names if name.startswith("ChatFunctionVersion"))


def test_routes_the_authorizer_and_queues_invoke_the_alias_and_nothing_else() -> None:
    aliases = {f"{function.arn}:live" for function in template().functions.values()}
    uris = [item["IntegrationUri"] for _, item in each(template().resources, "AWS::ApiGatewayV2::Integration")]
    uris += [item["AuthorizerUri"] for _, item in each(template().resources, "AWS::ApiGatewayV2::Authorizer")]
    assert {uri.split("/functions/")[1].removesuffix("/invocations") for uri in uris} <= aliases
    mappings = each(template().resources, "AWS::Lambda::EventSourceMapping")
    permissions = each(template().resources, "AWS::Lambda::Permission")
    assert {item["FunctionName"] for _, item in (*mappings, *permissions)} <= aliases


def test_what_invokes_the_authorizer_may() -> None:
    (authorizer,) = each(template().resources, "AWS::ApiGatewayV2::Authorizer")
    alias = f"{template().functions['AuthorizerFunction'].arn}:live"
    assert alias in authorizer[1]["AuthorizerUri"]
    sources = [
        item["SourceArn"]
        for _, item in each(template().resources, "AWS::Lambda::Permission")
        if item["FunctionName"] == alias
    ]
    assert len(sources) == 2
    assert all(source.endswith("/authorizers/*") for source in sources)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_alias_is_of_the_functions_newest_version(function: str) -> None:
    alias = template().resources[f"{function}Aliaslive"]["Properties"]
    assert (alias["Name"], alias["FunctionName"]) == ("live", template().functions[function].name)


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_a_parameter_that_tells_functions_something_makes_new_versions_of_them(name: str) -> None:
    """SAM alone does not: aws/serverless-application-model, issue 3820."""
    changed = template(**{name: another(name)})
    assert PARAMETERS[name].get("Default") != another(name)
    for function in FUNCTIONS:
        if told(changed, function) != told(template(), function):
            assert published(changed, function) != published(template(), function)


@pytest.mark.parametrize("part", ["layers/catchup/", "functions/chat/"])
def test_new_code_makes_a_new_version_in_the_layer_too(part: str) -> None:
    document = read_template(ROOT / "template.yaml")
    values = parameter_values(document["Parameters"], {"JwtSecretArn": SECRET_ARN})
    before = version_of(expand(document, values, "us-east-1"))
    text = json.dumps(read_template(ROOT / "template.yaml")).replace(part, f"new/{part}")
    assert version_of(expand(json.loads(text), values, "us-east-1")) != before


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_a_version_says_of_its_parameters_has_room_in_its_description(function: str) -> None:
    """AWS::Lambda::Version: Description has up to 256 characters; of its key and its issuer a deployment has one."""
    written = read_template(ROOT / "template.yaml")["Resources"][function]["Properties"].get("VersionDescription")
    text = written["Fn::Sub"] if written else ""
    for way in ("JwtSecretArn", "JwtIssuer"):
        longest = text.replace("${JwtSecretArn}" if way == "JwtIssuer" else "${JwtIssuer}", "")
        if way == "JwtSecretArn":
            longest = longest.replace("${JwtAudience}", "").replace("${JwtKeysUrl}", "")
        assert len(re.sub(r"\$\{(\w+)\}", lambda match: "x" * longest_value(match[1]), longest)) <= 256


def longest_value(name: str) -> int:
    """Characters of a parameter's longest value, as its pattern or its bounds allow."""
    parameter = PARAMETERS[name]
    if "MaxValue" in parameter:
        return len(str(parameter["MaxValue"]))
    if "AllowedValues" in parameter:
        return max(len(value) for value in parameter["AllowedValues"])
    # The places that repeat, and what stands beside them; of alternatives the last, of classes one character.
    pattern = str(parameter["AllowedPattern"]).rpartition("|")[2].strip("^$")
    pattern = re.sub(r"\[[^]]*\]", "x", pattern)
    return len(re.sub(r"(?:x|\.)\{(?:\d+,)?(\d+)\}", lambda match: "x" * int(match[1]), pattern))


def test_with_canaries_a_tenth_comes_first_and_alarms_take_it_back() -> None:
    groups = dict(each(template(CanaryDeployment="true").resources, "AWS::CodeDeploy::DeploymentGroup"))
    assert set(groups) == {f"{function}DeploymentGroup" for function in FUNCTIONS}
    for group in groups.values():
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert {alarm["Name"] for alarm in group["AlarmConfiguration"]["Alarms"]} == {
            f"catchup-Monitoring-{name}" for name in ROLLING_BACK
        }
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


def test_an_alarm_that_takes_a_canary_back_rings_within_its_five_minutes() -> None:
    for name in ROLLING_BACK:
        alarm = template().resources[name]["Properties"]
        periods = [alarm.get("Period"), *(metric.get("Period") for metric in alarm.get("Metrics", ()))]
        periods += [metric["MetricStat"]["Period"] for metric in alarm.get("Metrics", ()) if "MetricStat" in metric]
        assert max(period for period in periods if period) * alarm["EvaluationPeriods"] < 300


def test_without_canaries_a_version_has_everything_at_once() -> None:
    assert not list(each(template().resources, "AWS::CodeDeploy::DeploymentGroup"))
    assert "UpdatePolicy" not in template().resources["ChatFunctionAliaslive"]


def test_traces_are_made_only_if_they_are_asked_for() -> None:
    assert not any("TracingConfig" in told(template(), function) for function in FUNCTIONS)
    assert all(told(template(Tracing="Active"), each)["TracingConfig"] == {"Mode": "Active"} for each in FUNCTIONS)
