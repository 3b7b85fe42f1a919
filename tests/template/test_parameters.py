"""Parameters reach the functions, have the defaults of settings.py, and are documented."""

import re

import pytest

from catchup.settings import VARIABLES
from local.sam import read_template
from tests.support.engines import template
from tests.support.world import ROOT
from tests.template.test_template import SETTINGS

# What every function has: names and addresses, most of which more than one function reads.
GLOBALS = read_template(ROOT / "template.yaml")["Globals"]["Function"]["Environment"]["Variables"].keys()


def known(function: str) -> set[str]:
    """The variables that a function reads."""
    return {VARIABLES[name].name for name in SETTINGS[function]}


@pytest.mark.parametrize("function", sorted(SETTINGS))
def test_a_function_is_deployed_with_the_variables_that_it_reads(function: str) -> None:
    given = template().functions[function].environment.keys()
    assert known(function) <= given
    assert given - known(function) <= GLOBALS


def test_a_variable_of_all_functions_is_read_by_one() -> None:
    read = set().union(*map(known, SETTINGS))
    assert {name for name in GLOBALS if not name.startswith("POWERTOOLS_")} <= read


@pytest.mark.parametrize("function", sorted(SETTINGS))
def test_a_deployment_without_wishes_has_the_defaults_of_the_settings(function: str) -> None:
    for variable in map(VARIABLES.get, SETTINGS[function]):
        assert variable is not None
        given = template().functions[function].environment.get(variable.name, "")
        if given and variable.default is not None and variable.name != "JWT_SECRET_ARN":
            assert given == str(variable.default), variable.name


def test_the_document_lists_every_parameter_with_its_default() -> None:
    text = (ROOT / "docs" / "operations.md").read_text().partition("## Deploy")[2].partition("## Environments")[0]
    parameters = read_template(ROOT / "template.yaml")["Parameters"]
    listed = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$", text, re.MULTILINE))
    assert listed == {name: str(item["Default"]) or "none" for name, item in parameters.items()}
