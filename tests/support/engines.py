"""The two engines of the tests: moto, which is fast, and DynamoDB Local, which is exact."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from local.dynamodb_local import DynamoDbLocal
from local.engine import answers, expressions
from local.engine.dynamodb import dynamodb_of
from local.tables import creation
from local.template import ExpandedTemplate, load_template
from tests.support.rows import delete_rows, is_in_process
from tests.support.world import ROOT

REGION = "us-east-1"
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:jwt-AbCdEf"
KEY_ARN = f"arn:aws:kms:{REGION}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_NUMBERS = itertools.count(1)
# Sets of empty tables, by endpoint.
_FREE: dict[str, list[Mapping[str, str]]] = {}


@cache
def template(**parameters: str) -> ExpandedTemplate:
    """The expanded template.yaml, with these parameters and the parameter of the signing key."""
    return load_template(ROOT / "template.yaml", {"JwtSecretArn": SECRET_ARN, **parameters})


@cache
def session() -> botocore.session.Session:
    """One session for all clients. A new session reads AWS's models again, which takes longer than most tests."""
    return botocore.session.get_session()


def dynamodb_client(endpoint: str | None = None, **options: Any) -> Any:
    """A client with made-up credentials."""
    return session().create_client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(max_pool_connections=64, retries={"total_max_attempts": 3, "mode": "standard"}, **options),
    )


def quick_client(endpoint: str | None = None) -> Any:
    """A client that does not sign, which takes a fifth of a small request's time. No engine of the tests checks
    signatures; DynamoDB Local only wants to see one."""
    client = dynamodb_client(endpoint, signature_version=UNSIGNED)
    client.meta.events.register("before-sign.dynamodb", _seem_signed)
    return client


def _seem_signed(request: Any, **_: Any) -> None:
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential=test/20200101/{REGION}/dynamodb/aws4_request"


@contextmanager
def moto_engine() -> Iterator[Any]:
    """A client of an empty engine of the local stack."""
    with quick_moto():
        dynamodb_of(DEFAULT_ACCOUNT_ID, REGION)
        yield quick_client()


@contextmanager
def quick_moto() -> Iterator[None]:
    """An empty moto with our faster parts."""
    with mock_aws():
        answers.install()
        expressions.install()
        yield


def empty_moto() -> None:
    """Deletes the data of all services while moto runs."""
    mock_aws().reset()
    dynamodb_of(DEFAULT_ACCOUNT_ID, REGION)


@contextmanager
def moto_services() -> Iterator[None]:
    """moto's other services. They are emptied at the end, even if moto runs on for the rest of a module."""
    with mock_aws():
        yield
        empty_moto()


@contextmanager
def dynamodb_local_engine() -> Iterator[str]:
    """The endpoint of a separate DynamoDB Local, which `make dynamodb-local` has installed."""
    with DynamoDbLocal() as server:
        yield server.endpoint


def fresh_tables(client: Any) -> Mapping[str, str]:
    """Makes new tables of the template, by logical id. It neither waits nor sets a TTL, since there are thousands."""
    number = next(_NUMBERS)
    names = {}
    for logical_id, spec in template().tables.items():
        names[logical_id] = f"t{number}-{logical_id}"
        if is_in_process(client):
            _create_on_moto(names[logical_id], creation(spec))
        else:
            client.create_table(TableName=names[logical_id], **creation(spec))
    return names


@contextmanager
def lent_tables(client: Any) -> Iterator[Callable[[], Mapping[str, str]]]:
    """Returns a function that gives empty tables; they are taken back at the end.

    DynamoDB Local needs half a second for eight new tables, and becomes slow with thousands. So the same tables are
    emptied and used again. Tables of moto cost nothing.
    """
    lent = []
    free = _FREE.setdefault(client.meta.endpoint_url, [])

    def lend() -> Mapping[str, str]:
        lent.append(free.pop() if free else fresh_tables(client))
        return lent[-1]

    yield lend
    if not is_in_process(client):
        for tables in lent:
            for logical_id, name in tables.items():
                delete_rows(client, name, template().tables[logical_id].properties)
        free += lent


def _create_on_moto(name: str, properties: Mapping[str, Any]) -> None:
    """Creates tables directly in moto. Eight requests of a client would take half of a usual test's time."""
    dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].create_table(
        name=name,
        schema=properties["KeySchema"],
        attr=properties["AttributeDefinitions"],
        global_indexes=properties.get("GlobalSecondaryIndexes", []),
        indexes=properties.get("LocalSecondaryIndexes", []),
        billing_mode=properties["BillingMode"],
        throughput=None,
        streams=None,
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )
