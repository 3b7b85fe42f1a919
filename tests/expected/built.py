"""The functions of a build in AWS's own runtime interface emulator, on tables, queues and a secret of moto."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.aws import client
from local.buckets import create_buckets
from local.deployment import Deployment
from local.engine import Engine
from local.functions.environment import function_environment
from local.ports import free_port
from local.queues import create_queues
from local.specs import FunctionSpec
from local.tables import create_tables
from local.template import ExpandedTemplate, load_template
from tests.expected.cases import SECRET_OF_THE_EVENTS
from tools.runtime_emulator import RuntimeEmulator

if TYPE_CHECKING:
    pass

REGION = "us-east-1"


class BuiltFunctions:
    """The functions of a build, each in a sandbox that starts when it is first asked for."""

    def __init__(self, template: ExpandedTemplate, engine: Engine, python: Path, exits: contextlib.ExitStack) -> None:
        self._template = template
        self._engine = engine
        self._python = python
        self._exits = exits
        self._sandboxes: dict[str, RuntimeEmulator] = {}

    def __call__(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """As `Invoke` says."""
        answer = self._sandbox(function).invoke(event)
        assert isinstance(answer, dict), answer
        # What the emulator answers if a handler raises: AWS documentation, "Lambda function errors in Python".
        return {"raises": answer["errorMessage"]} if "errorMessage" in answer else answer

    def output(self, function: str) -> str:
        """What a function has printed."""
        return self._sandbox(function).output()

    def _sandbox(self, function: str) -> RuntimeEmulator:
        if function not in self._sandboxes:
            spec = self._template.functions[logical_id(function)]
            sandbox = RuntimeEmulator(spec.handler, spec.code_dir, self._environment(spec), python=str(self._python))
            self._sandboxes[function] = self._exits.enter_context(sandbox)
        return self._sandboxes[function]

    def _environment(self, spec: FunctionSpec) -> dict[str, str]:
        return {
            **function_environment(spec, REGION, self._engine.environment, ""),
            # The emulator's own variable: it makes the deadline of it.
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(spec.timeout_seconds),
            # On Lambda neither a function's folder nor a layer can be written.
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def logical_id(function: str) -> str:
    """The name in template.yaml, and for `sam local invoke`.

    >>> logical_id("chat")
    'ChatFunction'
    """
    return f"{function.capitalize()}Function"


def deploy(build: Path, engine: Engine) -> ExpandedTemplate:
    """Makes the secret, tables, queues and buckets of a build's template."""
    manager = client("secretsmanager", engine.services, REGION)
    secret = manager.create_secret(Name="jwt", SecretString=SECRET_OF_THE_EVENTS)
    # Nobody is online in these events: a post to a connection would fail at this address, where nothing listens.
    place = Deployment(
        region=REGION,
        account_id=engine.moto.account_id,
        gateway=f"127.0.0.1:{free_port()}",
        queues=engine.services,
    )
    template = load_template(build / "template.yaml", {"JwtSecretArn": secret["ARN"]}, place)
    create_tables(client("dynamodb", engine.dynamodb, REGION), template)
    create_queues(client("sqs", engine.services, REGION), template)
    create_buckets(client("s3", engine.services, REGION), template)
    return template
