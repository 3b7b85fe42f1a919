"""The measured functions, each with an event that it answers well, and the baseline."""

import copy
import json
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from local.stack import LocalStack
from tests.support.issuer import AUDIENCE, Issuer

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
# The first event of each function.
EVENTS = {
    "authorizer": "good-token",
    "connection": "connect",
    "sync": "login",
    "chat": "send",
    "group": "create",
    "media": "upload",
    "fanout": "message",
    "sniffer": "picture",
}


@dataclass(frozen=True)
class Subject:
    """A function that is started cold with `environment` and gets one `event()`."""

    name: str
    code_dir: Path
    handler: str
    environment: Mapping[str, str]
    event: Callable[[], dict[str, Any]]


def subjects(stack: LocalStack, issuer: Issuer) -> list[Subject]:
    """The baseline, then the functions. Functions and environments come from the stack's template."""
    functions = [_function(stack, name) for name in EVENTS]
    authorizer, others = functions[0], functions[1:]
    with_secret = replace(
        authorizer, name="authorizer, secret", event=lambda: _with_token(authorizer.event(), stack.token("alice"))
    )
    of_issuer = {"JWT_SECRET_ARN": "", "JWT_ISSUER": issuer.url, "JWT_AUDIENCE": AUDIENCE}
    with_issuer = replace(
        authorizer,
        name="authorizer, issuer",
        environment={**authorizer.environment, **of_issuer},
        event=lambda: _with_token(authorizer.event(), issuer.token()),
    )
    baseline = replace(others[0], name="baseline", code_dir=HERE / "baseline")
    return [baseline, with_secret, with_issuer, *others]


def is_good(answer: Any) -> bool:
    """Whether the function did its work; a failing one would look fast."""
    if not isinstance(answer, dict):
        return False
    if "policyDocument" in answer:
        return bool(answer["policyDocument"]["Statement"][0]["Effect"] == "Allow")
    if not answer:
        # The sniffer has looked, and the bucket has no such file.
        return True
    if "batchItemFailures" in answer:
        return not answer["batchItemFailures"]
    body = json.loads(answer.get("body", '{"code": "OK"}'))
    return bool(answer.get("statusCode") == 200 and body["code"] == "OK")


def _function(stack: LocalStack, name: str) -> Subject:
    logical_id = f"{name.capitalize()}Function"
    spec, environment = stack.template.functions[logical_id], stack.functions.environments[logical_id]
    text = (ROOT / "events" / name / f"{EVENTS[name]}.json").read_text()
    event = json.loads(text)
    probed = {
        "PROBED_HANDLER": spec.handler,
        "PYTHONPATH": os.pathsep.join([str(HERE / "probe"), environment["PYTHONPATH"]]),
        # As on Lambda, where the folders can't be written to.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return Subject(name, spec.code_dir, "cpu_probe.handler", {**environment, **probed}, lambda: _anew(event))


def _anew(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with new ids, so that it is not a retry of the previous one."""
    made = copy.deepcopy(dict(event))
    if "body" in made:
        frame = json.loads(made["body"])
        ids = [name for name in ("msgId", "groupId") if name in frame.get("body", {})]
        frame.setdefault("body", {}).update({name: str(uuid.uuid4()) for name in ids})
        made["body"] = json.dumps(frame)
    return made


def _with_token(event: dict[str, Any], token: str) -> dict[str, Any]:
    header = f"Bearer {token}"
    return {
        **event,
        "headers": {**event["headers"], "Authorization": header},
        "multiValueHeaders": {**event["multiValueHeaders"], "Authorization": [header]},
    }
