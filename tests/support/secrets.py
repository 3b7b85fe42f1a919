"""Secrets Manager on moto."""

import boto3
from moto.moto_api._internal import mock_random


def new_secret(text: str) -> str:
    """The ARN of a secret in an empty moto. It is the same each time, so that the template is expanded for it once."""
    mock_random.seed(1)
    arn: str = boto3.client("secretsmanager").create_secret(Name="jwt", SecretString=text)["ARN"]
    return arn
