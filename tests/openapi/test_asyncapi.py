"""docs/asyncapi.json is what AsyncAPI's own parser takes, and its examples are what it describes."""

import json
import subprocess
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from catchup.commands import COMMANDS
from tests.support.world import ROOT
from tools.api_documents.asyncapi import SAID_OF_PUSHES

PATH = ROOT / "docs" / "asyncapi.json"
DOCUMENT = json.loads(PATH.read_text())
MESSAGES = DOCUMENT["components"]["messages"]
# Of a parser's diagnostic: 0 is an error, 1 a warning, 2 advice.
ADVICE = 2


def test_the_description_of_the_websocket_is_valid_for_asyncapis_parser() -> None:
    """Which says that there is an AsyncAPI 3.1, and nothing else."""
    command = ["node", "tests/openapi/parse.mjs", str(PATH)]
    found = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
    assert [each for each in found["diagnostics"] if each["severity"] < ADVICE] == []
    received = [name for name, action in found["operations"] if action == "receive"]
    assert received == list(COMMANDS)
    assert [name for name, action in found["operations"] if action == "send"] == [
        f"{cmd}Push" for cmd in SAID_OF_PUSHES
    ]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_messages_examples_are_what_it_describes(name: str) -> None:
    """They come from events/, so that tests/expected proves them against the real handlers."""
    message: Any = MESSAGES[name]
    validator = Draft202012Validator({**message["payload"], "components": DOCUMENT["components"]})
    for example in message.get("examples", ()):
        assert not list(validator.iter_errors(example["payload"])), example["name"]


def test_each_request_is_shown() -> None:
    assert all("examples" in MESSAGES[cmd] for cmd in COMMANDS)
