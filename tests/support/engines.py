"""The two engines: moto, the quick look, and DynamoDB Local, the judge."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import botocore.session
from botocore.config import Config
from moto import mock_aws
from moto.core.serialize import ResponseSerializer

from local.dynamodb_local import DynamoDbLocal
from local.tables import creation
from local.template import ExpandedTemplate, load_template
from tests.support.world import ROOT

REGION = "us-east-1"
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:jwt-AbCdEf"
KEY_ARN = f"arn:aws:kms:{REGION}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_NUMBERS = itertools.count(1)


@cache
def template(**parameters: str) -> ExpandedTemplate:
    """The expanded template.yaml, with these parameters beside the signing key's."""
    return load_template(ROOT / "template.yaml", {"JwtSecretArn": SECRET_ARN, **parameters})


@cache
def _session() -> botocore.session.Session:
    """One for all clients: each session reads the models of AWS anew, which costs more than most tests."""
    return botocore.session.get_session()


def dynamodb_client(endpoint: str | None = None, **options: Any) -> Any:
    """A client with credentials that open nothing."""
    return _session().create_client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(max_pool_connections=64, retries={"total_max_attempts": 3, "mode": "standard"}, **options),
    )


@contextmanager
def moto_engine() -> Iterator[Any]:
    """A client of an empty moto."""
    with quick_moto():
        yield dynamodb_client()


@contextmanager
def quick_moto() -> Iterator[None]:
    """An empty moto that takes no detours."""
    with mock_aws(), patch.object(ResponseSerializer, "get_value", _by_its_own_name):
        yield


_by_any_name = ResponseSerializer.get_value


def _by_its_own_name(self: ResponseSerializer, value: Any, key: str, shape: Any) -> Any:
    """moto looks for whatever a structure may have under several names: a third of a test's time, for nothing here."""
    if type(value) is dict and shape.parent.name in ("AttributeValue", "ConsumedCapacity"):
        return value.get(key)
    return _by_any_name(self, value, key, shape)


@contextmanager
def dynamodb_local_engine() -> Iterator[str]:
    """The endpoint of a DynamoDB Local of its own, as `make dynamodb-local` has installed it."""
    with DynamoDbLocal() as server:
        yield server.endpoint


def fresh_tables(client: Any) -> Mapping[str, str]:
    """New tables of the template, by logical id; quickly: no waiting, no TTL. There are thousands of them."""
    number = next(_NUMBERS)
    names = {}
    for logical_id, spec in template().tables.items():
        names[logical_id] = f"t{number}-{logical_id}"
        client.create_table(TableName=names[logical_id], **creation(spec))
    return names
