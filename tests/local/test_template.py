"""The template is expanded by SAM and resolved as CloudFormation would."""

from pathlib import Path
from typing import Any

import pytest

from local.deployment import Deployment
from local.errors import LocalStackError
from local.intrinsics import Resolver
from local.options import ROOT
from local.template import ExpandedTemplate, load_template
from tests.local.support import ARN, MINI

GIVEN = {"JwtSecretArn": ARN}


@pytest.fixture(scope="module")
def mini() -> ExpandedTemplate:
    """The small template, on this machine."""
    place = Deployment(stack_name="mini", gateway="127.0.0.1:3001", queues="http://127.0.0.1:9324")
    return load_template(MINI, GIVEN, place)


def test_a_function_has_its_code_layer_handler_and_timeout(mini: ExpandedTemplate) -> None:
    """Globals and local folders go through SAM's transform."""
    probe = mini.functions["ProbeFunction"]
    assert probe.code_dir == MINI.parent / "functions" / "probe"
    assert probe.layer_dirs == (MINI.parent / "layer" / "python",)
    assert (probe.handler, probe.timeout_seconds, probe.memory_mb) == ("app.handler", 1, 128)
    assert mini.functions["AuthorizerFunction"].handler == "app.authorizer"
    assert probe.arn == "arn:aws:lambda:us-east-1:123456789012:function:mini-ProbeFunction"


def test_a_functions_environment_is_resolved_and_points_to_this_machine(mini: ExpandedTemplate) -> None:
    """Ref, GetAtt, Sub, If, NoValue; numbers are text."""
    assert mini.functions["ProbeFunction"].environment == {
        "TABLE": "mini-Table",
        "QUEUE_URL": "http://127.0.0.1:9324/123456789012/mini-Queue",
        "SECRET_ARN": ARN,
        "DAYS": "7",
        "GREETING": "hello, mini ${literal}",
        "MANAGEMENT_ENDPOINT": "http://127.0.0.1:3001/v1",
        "EXTRA": "none",
    }


def test_a_fifo_queue_gets_a_name_that_says_so(mini: ExpandedTemplate) -> None:
    """As CloudFormation names it; SQS takes no other."""
    ordered = mini.queues["OrderedQueue"]
    assert ordered.name == "mini-OrderedQueue.fifo"
    assert ordered.url == "http://127.0.0.1:9324/123456789012/mini-OrderedQueue.fifo"
    assert ordered.arn == "arn:aws:sqs:us-east-1:123456789012:mini-OrderedQueue.fifo"
    assert mini.queues["Queue"].name == "mini-Queue"


def test_without_a_gateway_addresses_are_those_of_aws() -> None:
    """For tests of the template itself."""
    template = load_template(MINI, GIVEN)
    endpoint = template.functions["ProbeFunction"].environment["MANAGEMENT_ENDPOINT"]
    assert template.api is not None
    assert endpoint == f"https://{template.api.api_id}.execute-api.us-east-1.amazonaws.com/v1"


def test_a_functions_policies_are_those_of_its_role(mini: ExpandedTemplate) -> None:
    """So that tests can ask what a function may do."""
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/mini-Table"
    assert mini.functions["ProbeFunction"].statements == (
        {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": table},
    )


def test_a_route_answers_only_with_a_route_response(mini: ExpandedTemplate) -> None:
    """docs/platform.md, "SAM": `AWS::Serverless::WebSocketApi` emits no RouteResponse."""
    assert mini.api is not None
    assert {key: route.has_response for key, route in mini.api.routes.items()} == {
        "$connect": False,
        "$disconnect": False,
        "$default": True,
        "broken": True,
        "oneway": False,  # it has an expression for one, and none
    }
    assert mini.api.authorizer is not None
    assert mini.api.authorizer.function == "AuthorizerFunction"
    assert mini.api.stage == "v1"


def test_what_invokes_an_alias_invokes_its_function(mini: ExpandedTemplate) -> None:
    """An alias's ARN is the function's and its name; here each has one version."""
    alias = mini.resources["AuthorizerFunctionAliaslive"]["Properties"]
    assert (alias["FunctionName"], alias["FunctionVersion"]) == ("mini-AuthorizerFunction", "1")
    authorizer = mini.functions["AuthorizerFunction"]
    (permission,) = (
        item["Properties"]["FunctionName"] for name, item in mini.resources.items() if name == "ApiAuthorizerPermission"
    )
    assert permission == f"{authorizer.arn}:live"
    assert authorizer.is_meant_by(permission)
    assert not authorizer.is_meant_by(f"{authorizer.arn}2:live")


def test_a_resource_whose_condition_is_false_is_not_there(mini: ExpandedTemplate) -> None:
    """Until the parameter says otherwise."""
    assert set(mini.tables) == {"Table"}
    with_extra = load_template(MINI, {**GIVEN, "WithExtra": "true"})
    assert set(with_extra.tables) == {"Table", "ExtraTable"}
    assert with_extra.functions["ProbeFunction"].environment["EXTRA"] == "catchup-ExtraTable"
    assert with_extra.functions["ProbeFunction"].environment["NOTHING"] == "something"


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({}, "JwtSecretArn has no default: give it with PARAMETER_OVERRIDES"),
        ({**GIVEN, "Dasy": "7"}, "Dasy: there is no such one, only JwtSecretArn, Greeting"),
        ({**GIVEN, "Days": "31"}, "must be a number from 1 to 30"),
        ({**GIVEN, "Days": "many"}, "Days=many: must be a number"),
        ({**GIVEN, "Greeting": "ciao"}, "Greeting=ciao: must be one of hello, hi"),
    ],
)
def test_a_parameter_that_cloudformation_would_refuse_is_refused(parameters: dict[str, str], says: str) -> None:
    """With what to change."""
    with pytest.raises(LocalStackError, match=says):
        load_template(MINI, parameters)


def test_a_template_that_is_not_there_or_wrong_is_a_clear_error(tmp_path: Path) -> None:
    """SAM's own explanation is passed on."""
    with pytest.raises(LocalStackError, match="there is no template"):
        load_template(tmp_path / "none.yaml")
    wrong = tmp_path / "template.yaml"
    wrong.write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Wrong: 1}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(LocalStackError, match=r"the template is invalid: .*Wrong"):
        load_template(wrong)


NESTED = """
Parameters: {Name: {Type: String}, Days: {Type: Number}}
Resources:
  Inner:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Sub "${AWS::StackName}/${Name}", RetentionInDays: !Ref Days}
Outputs:
  Group: {Value: !Ref Inner}
"""
OUTER = """
Resources:
  Part:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: part.yaml, Parameters: {Name: !Ref Topic, Days: 7}}
  Topic: {Type: AWS::Logs::LogGroup}
Outputs:
  Group: {Value: !GetAtt Part.Outputs.Group}
"""


def nesting(folder: Path, *, outer: str = OUTER, nested: str = NESTED) -> Path:
    """A template and the one that it nests."""
    (folder / "part.yaml").write_text(nested, encoding="utf-8")
    (folder / "template.yaml").write_text(outer, encoding="utf-8")
    return folder / "template.yaml"


def test_a_nested_stack_is_replaced_by_its_resources(tmp_path: Path) -> None:
    template = load_template(nesting(tmp_path))
    assert set(template.resources) == {"Topic", "Inner"}
    assert template.resources["Inner"]["Properties"] == {
        "LogGroupName": "catchup-Part/catchup-Topic",
        "RetentionInDays": "7",
    }
    assert template.outputs == {"Group": "catchup-Part/catchup-Topic"}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"outer": OUTER.replace("Outputs.Group", "Outputs.Grop")}, r"Part\.Outputs\.Grop: the nested stack has no"),
        ({"outer": OUTER.replace("Days: 7", "Dasy: 7")}, "Dasy: there is no such one"),
        ({"outer": OUTER.replace("part.yaml", "parts.yaml")}, r"there is no template .*parts\.yaml"),
        ({"nested": NESTED.replace("Inner", "Topic")}, "logical ids of another: Topic"),
        ({"nested": NESTED.replace("Logs::LogGroup", "SQS::Queue")}, "runs no functions"),
    ],
)
def test_what_is_wrong_with_a_nested_stack_is_said(tmp_path: Path, changed: dict[str, str], says: str) -> None:
    with pytest.raises(LocalStackError, match=says):
        load_template(nesting(tmp_path, **changed))


def test_catchups_own_template_loads() -> None:
    """Whatever it has, the local stack knows it; its folders are there."""
    template = load_template(ROOT / "template.yaml", GIVEN)
    assert template.api is not None
    assert template.api.authorizer is not None
    assert {"$connect", "$disconnect", "$default"} < set(template.api.routes)
    for function in template.functions.values():
        assert (function.code_dir / "app.py").is_file()
        assert all(folder.is_dir() for folder in function.layer_dirs)


def resolver(conditions: dict[str, Any] | None = None) -> Resolver:
    """A resolver that knows a few things."""
    known = {"Name": "catchup", "List": ["a", "b"]}
    return Resolver(
        known.__getitem__, lambda name, attribute: f"{name}/{attribute}", conditions or {}, {"M": {"a": {"b": 1}}}
    )


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ({"Ref": "Name"}, "catchup"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "Table/Arn"),
        ({"Fn::GetAtt": "Table.Stream.Arn"}, "Table/Stream.Arn"),
        ({"Fn::Sub": "${Name}-${Table.Arn}-${!Name}"}, "catchup-Table/Arn-${Name}"),
        ({"Fn::Sub": ["${X} ${Name}", {"X": {"Ref": "Name"}}]}, "catchup catchup"),
        ({"Fn::Join": ["-", [{"Ref": "Name"}, 1]]}, "catchup-1"),
        ({"Fn::Join": [",", {"Ref": "List"}]}, "a,b"),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::Select": ["1", {"Ref": "List"}]}, "b"),
        ({"Fn::FindInMap": ["M", "a", "b"]}, 1),
        ({"Fn::If": ["Yes", 1, 2]}, 1),
        ({"Fn::If": ["No", 1, 2]}, 2),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
        ({"a": {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, "b": 2}, {"b": 2}),
        ({"Ref": "Name", "Other": 1}, {"Ref": "Name", "Other": 1}),
    ],
)
def test_an_intrinsic_function_becomes_its_value(written: Any, resolved: Any) -> None:
    """AWS documentation, "Intrinsic function reference"."""
    conditions = {
        "Yes": {"Fn::And": [{"Fn::Equals": [{"Ref": "Name"}, "catchup"]}, {"Fn::Not": [{"Condition": "No"}]}]},
        "No": {"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Fn::Equals": ["1", "2"]}]},
    }
    assert resolver(conditions).resolve(written) == resolved


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"Ref": "Nobody"}, "'Nobody' is neither a parameter nor a resource"),
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue is not supported"),
        ({"Fn::If": ["Unknown", 1, 2]}, "there is no condition 'Unknown'"),
    ],
)
def test_what_can_not_be_resolved_is_a_clear_error(written: Any, says: str) -> None:
    """It names what is wrong."""
    with pytest.raises(LocalStackError, match=says):
        resolver().resolve(written)
