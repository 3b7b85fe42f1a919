"""Secrets Manager on moto."""

from typing import Any

from moto.moto_api._internal import mock_random

from tests.support.engines import REGION, session


def new_secret(text: str) -> str:
    """The ARN of a secret in an empty moto. It is the same each time, so that the template is expanded for it once."""
    mock_random.seed(1)
    manager: Any = session().create_client("secretsmanager", region_name=REGION)
    arn: str = manager.create_secret(Name="jwt", SecretString=text)["ARN"]
    return arn
