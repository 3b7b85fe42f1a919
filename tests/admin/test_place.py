"""Where a deployment is: what is wrong with what the operator says is one line, which says what to change."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from moto import mock_aws

from catchup.bootstrap.clients import Parts
from catchup.settings import Settings
from catchup_admin.bootstrap import Admin, build_admin
from commands.stacks import State, write_state
from tests.admin.conftest import Terminal

VARIABLES = {
    "PRESENCE_TABLE": "presence",
    "SESSION_TABLE": "session",
    "MESSAGE_TABLE": "message",
    "INBOX_TABLE": "inbox",
    "COUNTER_TABLE": "counter",
    "ROSTER_TABLE": "roster",
    "SENT_TABLE": "sent",
    "HELD_TABLE": "held",
    "HIDDEN_TABLE": "hidden",
    "MEDIA_BUCKET": "media",
    "MANAGEMENT_ENDPOINT": "https://api/v1",
    "FANOUT_QUEUE_URL": "https://queue",
    "HINT_QUEUE_URL": "https://hints",
    "INBOX_RETENTION_DAYS": "14",
}


class Built:
    """Keeps the settings that a command was built with."""

    settings: Settings | None = None

    def __call__(self, settings: Settings, parts: Parts) -> Admin:
        self.settings = settings
        return build_admin(settings, parts)


@pytest.fixture
def built() -> Built:
    return Built()


@pytest.fixture
def run(built: Built, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(command: str, environment: dict[str, str] | None = None) -> tuple[int, str, str]:
        return Terminal(environment or {}, built, capsys).run(command)

    return run


def deploy(name: str) -> None:
    """A stack whose chat function has these variables."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}}
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": "app.handler",
            "Runtime": "python3.13",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": "handler = None"},
            "Environment": {"Variables": VARIABLES},
        },
    }
    client: Any = botocore.session.get_session().create_client("cloudformation")
    client.create_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": {"Role": role, "ChatFunction": function}})
    )


def test_a_stack_is_what_its_chat_function_was_deployed_with(built: Built, run: Any) -> None:
    with mock_aws():
        deploy("chat-prod")
        status, out, err = run("person bob --stack chat-prod")
    assert built.settings is not None
    assert (built.settings.held_table, built.settings.inbox_retention_days) == ("held", 14)
    assert (status, out) == (1, "")
    assert err.startswith("error: Query: no such resource in this account and region")


def test_a_stack_that_is_not_there_is_named(run: Any) -> None:
    with mock_aws():
        status, out, err = run("person bob --stack chat-prod")
    assert (status, out) == (1, "")
    assert err == "error: no stack 'chat-prod' with a ChatFunction in us-east-1: check --stack and AWS_REGION\n"


def test_credentials_that_are_missing_are_asked_for(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    for command, environment in (("person bob --stack chat-prod", {}), ("person bob", VARIABLES)):
        status, out, err = run(command, environment)
        assert (status, out) == (1, "")
        assert err.startswith("error: no AWS credentials: set AWS_PROFILE")


def test_the_environment_may_say_it(built: Built, run: Any) -> None:
    with mock_aws():
        run("person bob", {**VARIABLES})
    assert built.settings is not None
    assert built.settings.counter_table == "counter"


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({}, "error: no target: give --local or --stack NAME, or set"),
        ({**VARIABLES, "HELD_TABLE": ""}, "error: the environment: HELD_TABLE is not set"),
        ({**VARIABLES, "INBOX_RETENTION_DAYS": "soon"}, "error: the environment: INBOX_RETENTION_DAYS is 'soon'"),
    ],
)
def test_an_environment_that_does_not_is_told_what_is_missing(
    run: Any, environment: dict[str, str], complaint: str
) -> None:
    status, out, err = run("person bob", environment)
    assert (status, out) == (2, "")
    assert err.startswith(complaint)
    assert err.count("\n") == 1


def test_a_local_stack_that_does_not_run_is_to_be_started(run: Any, tmp_path: Path) -> None:
    status, out, err = run(f"person bob --local --state-file {tmp_path / 'none.json'}")
    assert (status, out) == (1, "")
    assert "make run" in err


def test_the_operators_own_aws_settings_do_not_reach_into_the_local_stack(
    built: Built, run: Any, tmp_path: Path
) -> None:
    functions = {"ChatFunction": {**VARIABLES, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "PATH": "/nowhere"}}
    environment = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "x", "PATH": "/bin"}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"ws://127.0.0.1:{listener.getsockname()[1]}/v1"
        write_state(State(url, "secret", os.getpid(), functions), tmp_path / "stack.json")
        run(f"held list --local --state-file {tmp_path / 'stack.json'}", environment)
    assert built.settings is not None
    assert {name: text for name, text in environment.items() if name.lower() != "no_proxy"} == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "PATH": "/bin",
    }


def test_both_places_are_one_too_many(run: Any) -> None:
    for command in ("person bob --local --stack chat-prod", "--local person bob --stack chat-prod"):
        assert run(command) == (2, "", "error: give --local or --stack, not both\n")


@pytest.mark.parametrize("command", ["--stack chat-prod person bob", "person --stack chat-prod bob"])
def test_where_may_stand_anywhere(built: Built, run: Any, command: str) -> None:
    with mock_aws():
        deploy("chat-prod")
        run(command)
    assert built.settings is not None
    assert built.settings.held_table == "held"


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("persn bob", "error: No such command 'persn'. Did you mean 'person'?"),
        ("person", "error: Missing argument 'UID'."),
        ("person b:b", "error: Invalid value for 'UID': 'b:b' is no uid: it must match "),
        ("person bob --backlog 0", "error: Invalid value for '--backlog': 0 is not in the range x>=1."),
        ("recount bob --session p:bob:alice", "error: Invalid value for '--session': 'p:bob:alice' is no session: "),
        ("held", "error: Missing command."),
        ("held show alice", "error: Missing argument 'MSGID'."),
        ("overview --local --port 99999", "error: Invalid value for '--port': 99999 is not in the range 1<=x<=65535."),
    ],
)
def test_a_wrong_command_line_is_one_line_and_status_2(run: Any, command: str, complaint: str) -> None:
    status, out, err = run(command)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(complaint)
