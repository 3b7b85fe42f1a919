"""Parameters reach the functions, have the defaults of settings.py, and are documented."""

import dataclasses
import re

import pytest

from local.sam import read_template
from tests.support.engines import template
from tests.support.world import ROOT
from tests.template.test_template import SETTINGS


def test_every_variable_can_be_set_by_a_deployment() -> None:
    known = {field.metadata["env"] for kind in SETTINGS.values() for field in dataclasses.fields(kind)}
    assert known == {
        name
        for function in template().functions.values()
        for name in function.environment
        if not name.startswith("POWERTOOLS_")
    }


@pytest.mark.parametrize("function", sorted(SETTINGS))
def test_a_deployment_without_wishes_has_the_defaults_of_the_settings(function: str) -> None:
    for field in dataclasses.fields(SETTINGS[function]):
        given = template().functions[function].environment.get(field.metadata["env"], "")
        if given and field.default is not dataclasses.MISSING and field.name != "jwt_secret_arn":
            assert given == str(field.default), field.metadata["env"]


def test_the_document_lists_every_parameter_with_its_default() -> None:
    text = (ROOT / "docs" / "operations.md").read_text().partition("## Deploy")[2].partition("## Environments")[0]
    parameters = read_template(ROOT / "template.yaml")["Parameters"]
    listed = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$", text, re.MULTILINE))
    assert listed == {name: str(item["Default"]) or "none" for name, item in parameters.items()}
