"""What the local stack reads from each kind of resource of the expanded template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalStackError
from local.json_types import Json, JsonObject


def is_true(value: Json) -> bool:
    """Whether CloudFormation reads a value as true. From a parameter it is always text."""
    return str(value).lower() == "true"


@dataclass(frozen=True)
class FunctionSpec:
    """An `AWS::Lambda::Function` with its code on this machine.

    `statements` are the IAM statements of its role's inline policies; `layer_dirs` the folders that are `/opt/python`
    on AWS.
    """

    logical_id: str
    name: str
    arn: str
    handler: str
    runtime: str
    code_dir: Path
    layer_dirs: tuple[Path, ...]
    environment: Mapping[str, str]
    timeout_seconds: int
    memory_mb: int
    statements: tuple[JsonObject, ...]

    def is_meant_by(self, target: str) -> bool:
        """Whether `target` means this function: by its name, its ARN, or the ARN of an alias or a version."""
        return target in (self.name, self.arn) or target.startswith(f"{self.arn}:")


def invoked_function(uri: str, functions: Mapping[str, FunctionSpec]) -> str:
    """The logical id of the function that `arn:…:lambda:path/2015-03-31/functions/<arn>/invocations` invokes."""
    target = re.search("/functions/(.+)/invocations", uri)
    for function in functions.values():
        if target and function.is_meant_by(target[1]):
            return function.logical_id
    raise LocalStackError(f"the template invokes a function that it doesn't define: {uri}")


@dataclass(frozen=True)
class RouteSpec:
    """A route of the WebSocket API. The function's answer reaches the client only if there is a route response."""

    key: str
    function: str
    has_response: bool


@dataclass(frozen=True)
class AuthorizerSpec:
    """A REQUEST authorizer. If it has identity sources, it is called only for handshakes that have all of them."""

    function: str
    identity_sources: tuple[str, ...]


@dataclass(frozen=True)
class WebSocketApiSpec:
    """An `AWS::ApiGatewayV2::Api` with its stage, routes and authorizer.

    `rate_per_second` and `burst` are the stage's default throttle; None: the account's.
    """

    logical_id: str
    api_id: str
    stage: str
    route_selection_expression: str
    routes: Mapping[str, RouteSpec]
    authorizer: AuthorizerSpec | None
    rate_per_second: float | None
    burst: float | None


@dataclass(frozen=True)
class TableSpec:
    """An `AWS::DynamoDB::Table`."""

    logical_id: str
    name: str
    properties: JsonObject


@dataclass(frozen=True)
class QueueSpec:
    """An `AWS::SQS::Queue`."""

    logical_id: str
    name: str
    url: str
    arn: str
    properties: JsonObject

    @property
    def fifo(self) -> bool:
        """Whether the queue keeps the order of each message group."""
        return is_true(self.properties.get("FifoQueue", False))


@dataclass(frozen=True)
class QueueMappingSpec:
    """An `AWS::Lambda::EventSourceMapping` of a queue of this template.

    Source of the defaults: AWS documentation, "AWS::Lambda::EventSourceMapping".
    """

    logical_id: str
    queue: QueueSpec
    function: str
    batch_size: int
    window_seconds: float
    reports_failures: bool
    maximum_concurrency: int | None
    enabled: bool
