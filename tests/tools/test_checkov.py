"""What checkov finds is an error, unless it is exempted with a reason; so is an exemption that nothing needs."""

from pathlib import Path

import pytest

from tests.support.engines import template
from tools.checkov import (
    ALL_OF_THEM,
    EVERYTHING,
    EXEMPTIONS,
    PLAIN,
    WITHOUT_A_KEY,
    Exemption,
    Finding,
    findings,
    unexpected,
)

OPEN = Finding("CKV_1", "Queue", "Ensure that it is closed")
SAID = "CKV_1 Queue: Ensure that it is closed"


@pytest.mark.parametrize(
    ("exemptions", "said"),
    [
        ((), [SAID]),
        ((Exemption("CKV_1", ("Queue",), "why"),), []),
        ((Exemption("CKV_1", ALL_OF_THEM, "why"),), []),
        ((Exemption("CKV_1", ("Table",), "why"),), [SAID, "CKV_1: nothing needs this exemption any more"]),
        ((Exemption("CKV_2", ALL_OF_THEM, "why"),), [SAID, "CKV_2: nothing needs this exemption any more"]),
    ],
)
def test_only_what_is_exempted_may_be_found(exemptions: tuple[Exemption, ...], said: list[str]) -> None:
    lines = list(unexpected([OPEN], exemptions))
    assert [line.partition(";")[0] for line in lines] == said


def test_an_exemption_has_a_reason_and_names_what_there_is() -> None:
    for exemption in (*EXEMPTIONS, *WITHOUT_A_KEY):
        assert exemption.reason
        assert exemption.resources == ALL_OF_THEM or set(exemption.resources) <= set(template().resources)


def test_everything_that_a_parameter_adds_is_looked_at() -> None:
    """What no value of a parameter brings in is in neither of the two templates."""
    looked_at = {**template(**{k: v for k, v in EVERYTHING.items() if k not in PLAIN}).resources}
    for name in ("AlarmTopic", "ApiGatewayAccount", "ChatFunctionDeploymentGroup"):
        assert name in looked_at


def test_a_checkov_that_does_not_look_is_an_error(tmp_path: Path) -> None:
    program = tmp_path / "checkov"
    program.write_text("#!/bin/sh\necho 'no such framework' >&2\n")
    program.chmod(0o755)
    with pytest.raises(SystemExit, match="checkov did not look: no such framework"):
        findings(str(program), PLAIN)
