"""Each function's role from the expanded template, and clients that can do only what the role allows.

All tests that run a handler give it these clients. A call that the template does not allow ends the test at once. The
used permissions are recorded, and tests/faults/test_unused_grants.py compares them with the granted ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any

from catchup.settings import Settings
from local.options import ROOT
from local.template import ExpandedTemplate, load_template
from tests.support.queues import HINTS_URL, JOBS_URL
from tests.template.resources import listed

# The permission for each part of a transaction. Source: DynamoDB developer guide, "Using IAM with transactions".
TRANSACTED = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


# The template needs some issuer of tokens.
ISSUER = {"JwtIssuer": "https://issuer.example", "JwtAudience": "catchup"}


class NotAllowed(BaseException):
    """A function made a call that its role does not allow. It is no Exception, so that the service can't catch it."""


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one resource, an ARN. In a role parts of the ARN may be wildcards."""

    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


class Role:
    """The permissions of one function. `used`: the ones used so far."""

    def __init__(self, function: str, granted: frozenset[Grant]) -> None:
        self.function = function
        self.granted = granted
        self.used: set[Grant] = set()

    def use(self, call: Grant) -> None:
        """Records the permission for a call. Raises NotAllowed."""
        allowing = _allowing(self.granted, call)
        if not allowing:
            raise NotAllowed(f"{self.function} calls {call}, which no statement of its role in template.yaml allows")
        self.used |= allowing


@lru_cache(10_000)
def _allowing(granted: frozenset[Grant], call: Grant) -> frozenset[Grant]:
    return frozenset(
        grant for grant in granted if grant.action == call.action and fnmatchcase(call.resource, grant.resource)
    )


def deployed_with(settings: Settings) -> ExpandedTemplate:
    """The template with the parameters for these settings, as far as roles depend on them."""
    if "presence_table" not in vars(settings):
        return _expanded(JwtSecretArn=settings.jwt_secret_arn) if settings.jwt_secret_arn else _expanded(**ISSUER)
    moderation = {
        "WordListBucket": settings.word_list_bucket,
        "WordListKey": settings.word_list_key,
        "Moderator": settings.moderator,
    }
    return _expanded(**ISSUER, **moderation)


@cache
def _expanded(**parameters: str) -> ExpandedTemplate:
    return load_template(ROOT / "template.yaml", parameters)


def roles(template: ExpandedTemplate) -> Mapping[str, Role]:
    """New roles by function, with no permission used."""
    return {name: Role(name, granted) for name, granted in _granted(template).items()}


@cache
def _granted(template: ExpandedTemplate) -> Mapping[str, frozenset[Grant]]:
    return {name: frozenset(_grants(function.statements)) for name, function in template.functions.items()}


@dataclass(frozen=True)
class Arns:
    """The template's ARNs for the resources of a test: tables and queues, by name and URL, and the stage."""

    tables: Mapping[str, str]
    queues: Mapping[str, str]
    stage: str


def arns(template: ExpandedTemplate, tables: Mapping[str, str]) -> Arns:
    """The ARNs of a deployment. `tables`: their names by logical id."""
    api = template.api
    assert api is not None
    arn = template.deployment.arn
    return Arns(
        tables={name: arn("dynamodb", f"table/{template.tables[each].name}") for each, name in tables.items()},
        queues={JOBS_URL: template.queues["FanoutQueue"].arn, HINTS_URL: template.queues["HintQueue"].arn},
        stage=arn("execute-api", f"{api.api_id}/{api.stage}"),
    )


class Guarded:
    """A deployment's clients, limited to one function's role."""

    def __init__(self, clients: Any, role: Role, named: Arns) -> None:
        self._clients = clients
        self._role = role
        self._named = named

    @property
    def dynamodb(self) -> Any:
        return self._guarded(self._clients.dynamodb)

    def management(self, endpoint: str) -> Any:
        return self._guarded(self._clients.management(endpoint))

    def sqs(self) -> Any:
        return self._guarded(self._clients.sqs())

    def s3(self) -> Any:
        return self._guarded(self._clients.s3())

    def media(self) -> Any:
        return self._guarded(self._clients.media())

    def signing(self) -> Any:
        return self._clients.signing()

    def secrets(self) -> Any:
        return self._guarded(self._clients.secrets())

    def _guarded(self, client: Any) -> "_Client":
        return _Client(client, self._role, self._named)


class _Client:
    """A client that checks each call against the role."""

    def __init__(self, client: Any, role: Role, named: Arns) -> None:
        self._client = client
        self._role = role
        self._named = named

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            for grant in needed(operation, arguments, self._named):
                self._role.use(grant)
            return getattr(self._client, operation)(**arguments)

        return call


# The permissions of calls of S3. An upload that sets tags needs that one, too.
OF_A_BUCKET = {
    "get_object": ("GetObject",),
    "head_object": ("GetObject",),
    "get_object_tagging": ("GetObjectTagging",),
    "put_object": ("PutObject",),
    "put_object_tagging": ("PutObjectTagging",),
    "delete_object": ("DeleteObject",),
    "generate_presigned_post": ("PutObject", "PutObjectTagging"),
    "create_multipart_upload": ("PutObject", "PutObjectTagging"),
    "upload_part": ("PutObject",),
    "list_parts": ("ListMultipartUploadParts",),
    "complete_multipart_upload": ("PutObject",),
}


def needed(operation: str, arguments: Mapping[str, Any], named: Arns) -> Iterator[Grant]:
    """The permissions that one call of boto3 needs. Raises NotAllowed for unknown calls.

    Source: Service Authorization Reference, "Actions, resources, and condition keys" of each service. For @connections:
    API Gateway developer guide, "Invoke a WebSocket API", "IAM authorization".
    """
    action = f"dynamodb:{operation.title().replace('_', '')}"
    match operation:
        case "put_item" | "update_item" | "delete_item" | "get_item" | "query" | "scan":
            yield Grant(action, _table(arguments, named))
        case "batch_get_item" | "batch_write_item":
            yield from (Grant(action, _table({"TableName": table}, named)) for table in arguments["RequestItems"])
        case "transact_write_items":
            for part in arguments["TransactItems"]:
                yield from (Grant(TRANSACTED[kind], _table(inner, named)) for kind, inner in part.items())
        case "send_message":
            yield Grant("sqs:SendMessage", named.queues[arguments["QueueUrl"]])
        case "post_to_connection" | "delete_connection":
            method = "POST" if operation == "post_to_connection" else "DELETE"
            resource = f"{named.stage}/{method}/@connections/{arguments['ConnectionId']}"
            yield Grant("execute-api:ManageConnections", resource)
        case "get_secret_value":
            yield Grant("secretsmanager:GetSecretValue", arguments["SecretId"])
        case "generate_presigned_url":
            # Whoever has an address may do what its signer may.
            inner = {"Bucket": arguments["Params"]["Bucket"], "Key": arguments["Params"]["Key"]}
            yield from needed(arguments["ClientMethod"], inner, named)
        case _ if operation in OF_A_BUCKET:
            yield from (Grant(f"s3:{name}", _object(arguments)) for name in OF_A_BUCKET[operation])
        case _:
            raise NotAllowed(f"{operation}: say in tests/support/roles.py what it needs")


def _object(arguments: Mapping[str, Any]) -> str:
    return f"arn:aws:s3:::{arguments['Bucket']}/{arguments['Key']}"


def _table(arguments: Mapping[str, Any], named: Arns) -> str:
    """The ARN for a read: a query of an index needs no permission for the table."""
    table, index = named.tables[arguments["TableName"]], arguments.get("IndexName")
    return f"{table}/index/{index}" if index else table


def _grants(statements: Iterable[Mapping[str, Any]]) -> Iterator[Grant]:
    for statement in statements:
        if statement["Effect"] != "Allow" or set(statement) - {"Sid", "Effect", "Action", "Resource"}:
            raise ValueError(f"a statement that only grants is expected: {statement}")
        for action in listed(statement["Action"]):
            yield from (Grant(action, str(resource)) for resource in listed(statement["Resource"]))
