"""What a function does not need is not imported when it starts (docs/adr/0019-cold-starts.md)."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from catchup.bootstrap.clients import AwsClients
from local.functions.environment import function_environment
from tests.support.engines import template

# What is imported, and how often the collector ran meanwhile.
START = """
import gc, json, sys, typing
collections = []
gc.collect()
gc.callbacks.append(lambda phase, info: collections.append(info) if phase == "start" else None)
import app
print(json.dumps([*sys.modules, len(collections)]))
"""
# All of the authorizer but for reading its secret, which takes AWS.
START_WITH_SECRET = """
import json, sys
from catchup.bootstrap.authorizer import build_authorizer
from catchup.bootstrap.clients import Parts
from catchup.entrypoint.authorizer import authorizer_handler
from catchup.settings import load

class Clients:
    def secrets(self):
        return self

    def get_secret_value(self, **_):
        return {"SecretString": "x" * 32}

service = build_authorizer(load("authorizer", {"JWT_SECRET_ARN": "arn"}), Parts(clients=Clients()))
authorizer_handler(service.verifier, service.telemetry)
print(json.dumps(list(sys.modules)))
"""
WITH_ISSUER = {"JWT_SECRET_ARN": "", "JWT_ISSUER": "https://issuer", "JWT_AUDIENCE": "chat"}

# Of no function: the tracer, whose import alone costs more than a client; a second SDK; what only moderation takes.
# And puremagic: the first file that no other rule knows imports it.
OF_NONE = {"aws_xray_sdk", "boto3", "ahocorasick_rs", "catchup.screening", "catchup.domain.screening", "puremagic"}
SENDING = {
    "catchup.usecases.sending.send",
    "catchup.usecases.groups.send",
    "catchup.storage.sent_log",
    "catchup.domain.allowance",
}
CATCHING_UP = {
    f"catchup.usecases.catching_up.{name}" for name in ("login", "counters", "sessions", "pull", "acknowledge")
}
# What is used now and then: made at its first use.
RARE = {
    "sync": {
        "catchup.usecases.hiding.hide",
        "catchup.usecases.session_settings.change",
        "catchup.storage.session_settings",
        "catchup.usecases.people.devices",
    },
    "chat": {
        "catchup.usecases.revising.private",
        "catchup.usecases.revising.in_group",
        "catchup.usecases.signals",
        "catchup.usecases.presence",
        "catchup.storage.sightings",
    },
    "group": {"catchup.usecases.groups.requests", "catchup.storage.join_requests"},
}
TABLES = {"pynamodb", "google.protobuf", "catchup.storage", "catchup.wire"}
TOKENS = {"jwt", "cryptography"}
UNNEEDED = {
    "authorizer": {*TABLES, *SENDING, *CATCHING_UP, "catchup.push"},
    "connection": {*SENDING, *CATCHING_UP, *TOKENS, "catchup.push", "catchup.storage.counter_book"},
    "sync": {*SENDING, *TOKENS, *RARE["sync"]},
    "chat": {*CATCHING_UP, *TOKENS, *RARE["chat"], "catchup.usecases.groups.change"},
    "group": {*CATCHING_UP, *TOKENS, *RARE["group"], "catchup.usecases.sending.send", "catchup.storage.inbox"},
    "media": {*SENDING - {"catchup.domain.allowance"}, *CATCHING_UP, *TOKENS, "catchup.push", "catchup.storage.inbox"},
    "fanout": {*SENDING, *CATCHING_UP, *TOKENS, "catchup.storage.inbox"},
    "sniffer": {
        *SENDING,
        *CATCHING_UP,
        *TOKENS,
        "google.protobuf",
        "catchup.wire",
        "catchup.push",
        "catchup.bootstrap.container",
    },
}


@cache
def started(function: str, program: str = START) -> set[str | int]:
    """What the program prints, run as the function with the template's environment."""
    spec = template().functions[f"{function.capitalize()}Function"]
    issuer = WITH_ISSUER if (function, program) == ("authorizer", START) else {}
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=spec.code_dir,
        env={**function_environment(spec, "us-east-1", {}, ""), **issuer},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(run.stdout))


@pytest.mark.parametrize("function", sorted(UNNEEDED))
def test_a_function_starts_without_what_it_does_not_need(function: str) -> None:
    imported = started(function)
    assert f"catchup.bootstrap.{function}" in imported
    assert imported & (OF_NONE | UNNEEDED[function]) == set()


def test_with_a_secret_the_authorizer_knows_of_no_issuer() -> None:
    imported = started("authorizer", START_WITH_SECRET)
    assert imported & (OF_NONE | UNNEEDED["authorizer"] | {"catchup.issuer"}) == set()


def test_every_function_is_looked_at() -> None:
    assert {f"{name.capitalize()}Function" for name in UNNEEDED} == set(template().functions)


@pytest.mark.parametrize("function", sorted(UNNEEDED))
def test_nobody_looks_for_garbage_in_what_is_imported(function: str) -> None:
    # One may come before the first import of ours.
    assert started(function) & {0, 1}


def test_a_client_is_made_without_a_look_at_all_other_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    looked_at: list[str] = []
    list_folder = os.listdir

    def noted(path: str) -> list[str]:
        looked_at.append(path)
        return list_folder(path)

    monkeypatch.setattr(os, "listdir", noted)
    assert AwsClients().dynamodb.meta.service_model.service_name == "dynamodb"
    assert [path for path in looked_at if "botocore" in path and not path.endswith("dynamodb")] == []
