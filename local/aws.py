"""Makes boto3 clients for local endpoints that ignore the machine's settings for AWS and proxies."""

import functools
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# moto finds the account by header, DynamoDB Local wants letters and digits only.
ACCESS_KEY_ID = "AKIALOCALSTACK"
SECRET_ACCESS_KEY = "local"  # noqa: S105 - nothing checks it
Service = Literal["dynamodb", "s3", "secretsmanager", "sqs", "apigatewaymanagementapi"]


@overload
def client(
    service: Literal["dynamodb"], endpoint: str, region: str = ..., retries: int = ..., connect_seconds: float = ...
) -> "DynamoDBClient": ...
@overload
def client(service: Literal["s3"], endpoint: str, region: str = ..., retries: int = ...) -> Any: ...
@overload
def client(
    service: Literal["secretsmanager"], endpoint: str, region: str = ..., retries: int = ...
) -> "SecretsManagerClient": ...
@overload
def client(service: Literal["sqs"], endpoint: str, region: str = ..., retries: int = ...) -> "SQSClient": ...
@overload
def client(
    service: Literal["apigatewaymanagementapi"], endpoint: str, region: str = ..., retries: int = ...
) -> "ApiGatewayManagementApiClient": ...


def client(
    service: Service, endpoint: str, region: str = "us-east-1", retries: int = 2, connect_seconds: float = 60.0
) -> Any:
    """A client of `service` at `endpoint` with made-up credentials."""
    config = Config(
        proxies={},
        retries={"total_max_attempts": retries + 1},
        max_pool_connections=32,
        connect_timeout=connect_seconds,
    )
    return _session(region).client(service, endpoint_url=endpoint, config=config)


@functools.cache
def _session(region: str) -> boto3.Session:
    """One session for all clients: loading its service descriptions is most of the work of making a client."""
    return boto3.Session(aws_access_key_id=ACCESS_KEY_ID, aws_secret_access_key=SECRET_ACCESS_KEY, region_name=region)
