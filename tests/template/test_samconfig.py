"""samconfig.toml fits the template: parameters exist, their values are allowed, each environment keeps the rules."""

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest

from local.errors import LocalStackError
from local.parameters import parameter_values
from local.rules import broken_assertions
from local.sam import read_template
from tests.support.engines import SECRET_ARN
from tests.support.world import ROOT

CONFIG: Mapping[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
# `account` is of another template.
ENVIRONMENTS = sorted(set(CONFIG) - {"version", "account"})
STAGES = ["dev", "prod", "staging"]
# What an account adds to the file.
OWN = {"JwtSecretArn": SECRET_ARN}
TOLD = {"AlarmEmail": "oncall@example.com"}


def overrides(environment: str) -> dict[str, str]:
    """The template's parameters that an environment sets."""
    entries = CONFIG[environment]["deploy"]["parameters"].get("parameter_overrides", [])
    return dict(entry.split("=", 1) for entry in entries)


def broken_rules(given: Mapping[str, str]) -> list[str]:
    """What CloudFormation would say of these parameters: the texts of the assertions that do not hold."""
    document = read_template(ROOT / "template.yaml")
    return [said for _, said in broken_assertions(document, parameter_values(document["Parameters"], given), {})]


def test_there_is_an_environment_for_each_stage_and_a_default() -> None:
    assert {"default", *STAGES} == set(ENVIRONMENTS)
    allowed = read_template(ROOT / "template.yaml")["Parameters"]["Stage"]["AllowedValues"]
    assert sorted(allowed) == STAGES


@pytest.mark.parametrize("environment", STAGES)
def test_an_environment_is_of_its_stage_and_its_resources_say_so(environment: str) -> None:
    deploy = CONFIG[environment]["deploy"]["parameters"]
    assert overrides(environment)["Stage"] == environment
    assert deploy["tags"] == f"service=catchup stage={environment}"
    assert CONFIG[environment]["global"]["parameters"]["stack_name"] == f"catchup-{environment}"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_may_make_roles_and_finds_a_bucket(environment: str) -> None:
    deploy = CONFIG[environment]["deploy"]["parameters"]
    # The second one because of the nested stack.
    assert deploy["capabilities"].split() == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert deploy["resolve_s3"] is True
    assert deploy["confirm_changeset"] == (environment != "dev")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environments_values_are_allowed_and_keep_the_rules(environment: str) -> None:
    told = TOLD if environment == "prod" else {}
    assert broken_rules({**overrides(environment), **OWN, **told}) == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_nothing_is_deployed_before_somebody_signs_tokens(environment: str) -> None:
    assert broken_rules({**overrides(environment), **TOLD}) == [
        "Give JwtSecretArn or JwtIssuer; without one nobody gets in."
    ]


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"AlarmEmail": ""}, "In prod, somebody must hear of alarms; give AlarmEmail or AlarmTopicArn."),
        ({"DeletionProtection": "false"}, "In prod, DeletionProtection must be true."),
        (
            {"AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:oncall"},
            "Give AlarmEmail or AlarmTopicArn, not both.",
        ),
    ],
)
def test_prod_is_not_deployed_without_what_it_needs(spoilt: dict[str, str], said: str) -> None:
    assert broken_rules({**overrides("prod"), **OWN, **TOLD, **spoilt}) == [said]


def test_prod_may_tell_a_topic_that_is_there() -> None:
    topic = {"AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:oncall"}
    assert broken_rules({**overrides("prod"), **OWN, **topic}) == []


def test_prod_has_protection_and_canaries() -> None:
    prod = overrides("prod")
    assert (prod["DeletionProtection"], prod["CanaryDeployment"]) == ("true", "true")


def test_what_the_account_has_once_is_a_small_stack_of_its_own() -> None:
    account = CONFIG["account"]
    deploy = account["deploy"]["parameters"]
    assert deploy["template_file"] == "account.yaml"
    assert not any("CreateApiGatewayLogRole=true" in str(CONFIG[environment]) for environment in ENVIRONMENTS)
    stacks = [CONFIG[each]["global"]["parameters"]["stack_name"] for each in (*ENVIRONMENTS, "account")]
    assert len(set(stacks)) == len(stacks)


def test_a_value_that_is_not_allowed_is_noticed() -> None:
    with pytest.raises(LocalStackError, match="Stage=production"):
        broken_rules({**overrides("prod"), **OWN, **TOLD, "Stage": "production"})
