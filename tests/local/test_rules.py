"""The template's rules hold on this machine as they do in CloudFormation."""

from pathlib import Path
from typing import Any

import pytest

from local.deployment import Deployment
from local.errors import LocalStackError
from local.options import ROOT
from local.parameters import parameter_values
from local.rules import broken_assertions, check_rules
from local.sam import read_template
from local.template import load_template
from tests.local.support import ARN
from tests.support.world import ROOT as PROJECT

PARAMETERS: dict[str, Any] = {
    "Stage": {"Type": "String", "Default": "dev"},
    "Days": {"Type": "Number", "Default": 7},
    "Zones": {"Type": "CommaDelimitedList", "Default": "a, b"},
    "Vpc": {"Type": "AWS::EC2::VPC::Id", "Default": "vpc-1"},
    "OtherVpc": {"Type": "AWS::EC2::VPC::Id", "Default": "vpc-2"},
}
STAGE = {"Ref": "Stage"}
IS_PROD = {"Fn::Equals": [STAGE, "prod"]}


def broken(rules: dict[str, Any], **given: str) -> list[str]:
    """The descriptions of what does not hold."""
    document = {"Parameters": PARAMETERS, "Rules": rules}
    values = parameter_values(PARAMETERS, given)
    return [said for _, said in broken_assertions(document, values, Deployment().pseudo_parameters)]


def asserting(expression: Any) -> dict[str, Any]:
    return {"Rule": {"Assertions": [{"Assert": expression, "AssertDescription": "said"}]}}


@pytest.mark.parametrize(
    ("expression", "given", "holds"),
    [
        (IS_PROD, {"Stage": "prod"}, True),
        (IS_PROD, {"Stage": "Prod"}, False),
        ({"Fn::Equals": [{"Ref": "Days"}, 7]}, {}, True),
        ({"Fn::Equals": [{"Ref": "Days"}, "7"]}, {"Days": "7"}, True),
        ({"Fn::Equals": [STAGE, True]}, {"Stage": "true"}, True),
        ({"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}, {}, True),
        ({"Fn::Not": [IS_PROD]}, {}, True),
        ({"Fn::And": [IS_PROD, {"Fn::Not": [IS_PROD]}]}, {}, False),
        ({"Fn::And": [IS_PROD, IS_PROD]}, {"Stage": "prod"}, True),
        ({"Fn::Or": [IS_PROD, {"Fn::Not": [IS_PROD]}]}, {}, True),
        ({"Fn::Or": [IS_PROD, IS_PROD]}, {}, False),
        ({"Fn::Contains": [["dev", "prod"], STAGE]}, {}, True),
        ({"Fn::Contains": [["staging", "prod"], STAGE]}, {}, False),
        ({"Fn::Contains": [[7, 14], {"Ref": "Days"}]}, {"Days": "14"}, True),
        ({"Fn::Contains": [{"Ref": "Zones"}, "b"]}, {}, True),
        ({"Fn::Contains": [{"Ref": "Zones"}, "c"]}, {"Zones": "a,b"}, False),
        ({"Fn::EachMemberEquals": [{"Ref": "Zones"}, "a"]}, {"Zones": "a,a"}, True),
        ({"Fn::EachMemberEquals": [{"Ref": "Zones"}, "a"]}, {}, False),
        ({"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a", "b", "c"]]}, {}, True),
        ({"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a"]]}, {}, False),
        ({"Fn::EachMemberIn": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, ["vpc-1", "vpc-2"]]}, {}, True),
        ({"Fn::EachMemberIn": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, ["vpc-1"]]}, {}, False),
        ({"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, "vpc-3"]}, {"OtherVpc": "vpc-3"}, True),
    ],
)
def test_a_function_of_rules_says_what_cloudformation_says(expression: Any, given: dict[str, str], holds: bool) -> None:
    assert broken(asserting(expression), **given) == ([] if holds else ["said"])


def test_a_rule_whose_condition_does_not_hold_asserts_nothing() -> None:
    rules = {"Guarded": {"RuleCondition": IS_PROD, **asserting({"Fn::Equals": [{"Ref": "Days"}, 90]})["Rule"]}}
    assert broken(rules) == []
    assert broken(rules, Stage="prod") == ["said"]
    assert broken(rules, Stage="prod", Days="90") == []


def test_each_assertion_that_does_not_hold_is_told_in_one_line() -> None:
    never = {"Fn::Equals": ["a", "b"]}
    rules = {
        "One": {"Assertions": [{"Assert": never, "AssertDescription": "first"}, {"Assert": never}]},
        "Two": {"Assertions": [{"Assert": never, "AssertDescription": "third"}, {"Assert": {"Fn::Not": [never]}}]},
    }
    with pytest.raises(LocalStackError) as caught:
        check_rules({"Rules": rules}, {}, {})
    assert str(caught.value) == (
        "template rule One: first; template rule One: assertion 2 does not hold; template rule Two: third"
    )


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ({"Ref": "Table"}, "a rule refers to parameters alone"),
        ({"Fn::If": ["WithTable", True, False]}, "Fn::If is no function of rules"),
        ({"Condition": "WithTable"}, "Condition is no function of rules"),
        ({"Fn::Equals": ["a"]}, "Fn::Equals takes a list of two values"),
        ({"Fn::And": [IS_PROD]}, "Fn::And takes 2 to 10 conditions"),
        ({"Fn::Or": [IS_PROD] * 11}, "Fn::Or takes 2 to 10 conditions"),
        ({"Fn::Not": IS_PROD}, "Fn::Not takes a list of one condition"),
        ({"Fn::Contains": ["dev", STAGE]}, "stands where a list belongs"),
        ({"Fn::Contains": [["dev"], {"Ref": "Zones"}]}, "stands where one text belongs"),
        (STAGE, "neither true nor false"),
        ({"Fn::Equals": [{"Fn::ValueOf": ["Vpc", "Tags.Department"]}, "IT"]}, "Fn::ValueOf asks AWS"),
        ({"Fn::Contains": [{"Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "CidrBlock"]}, "x"]}, "Fn::ValueOfAll asks AWS"),
    ],
)
def test_a_rule_that_is_wrong_or_asks_for_what_only_aws_knows_is_a_clear_error(expression: Any, said: str) -> None:
    with pytest.raises(LocalStackError, match=f"template rule Rule: .*{said}"):
        broken(asserting(expression))


def test_a_rule_without_assertions_is_a_clear_error() -> None:
    for rule in ({}, {"Assertions": [{"AssertDescription": "said"}]}):
        with pytest.raises(LocalStackError, match="template rule Empty"):
            broken({"Empty": rule})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "SomeoneSignsTokens: Give JwtSecretArn or JwtIssuer; without one nobody gets in."),
        ({"JwtSecretArn": ARN, "JwtIssuer": "https://i.example", "JwtAudience": "a"}, "OnlyOneWay: "),
        ({"JwtIssuer": "https://i.example"}, "TokensAreForSomeone: Give JwtAudience with JwtIssuer"),
        ({"JwtSecretArn": ARN, "WordListBucket": "rules"}, "ListsHaveAnAddress: Give both"),
        ({"JwtSecretArn": ARN, "Stage": "prod"}, "ProdIsGuarded: In prod, somebody must hear of alarms"),
        (
            {"JwtSecretArn": ARN, "Stage": "prod", "AlarmEmail": "a@b", "DeletionProtection": "false"},
            "ProdIsGuarded: In prod, DeletionProtection must be true.",
        ),
    ],
)
def test_the_projects_own_rules_are_kept(given: dict[str, str], said: str) -> None:
    document = read_template(PROJECT / "template.yaml")
    with pytest.raises(LocalStackError, match=said):
        check_rules(document, parameter_values(document["Parameters"], given), {})


def test_parameters_are_looked_at_one_by_one_before_they_are_looked_at_together() -> None:
    with pytest.raises(LocalStackError, match="template parameter Stage=production: must be one of dev, staging, prod"):
        load_template(ROOT / "template.yaml", {"Stage": "production"}, keeps_rules=True)


def test_a_template_that_keeps_its_rules_loads(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Parameters: {Days: {Type: Number, Default: 7}}\n"
        "Rules: {Long: {Assertions: [{Assert: !Contains [[7, 14], !Ref Days], AssertDescription: a week or two}]}}\n"
        "Resources: {Queue: {Type: 'AWS::SQS::Queue'}}\n",
        encoding="utf-8",
    )
    assert load_template(path, {"Days": "14"}, keeps_rules=True).queues
    with pytest.raises(LocalStackError, match="template rule Long: a week or two"):
        load_template(path, {"Days": "8"}, keeps_rules=True)
