"""Where the stack's data is: DynamoDB, the token's secret, queues, and word lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from local.dynamodb_local import DynamoDbLocal
from local.engine.moto import MotoServer
from local.errors import LocalStackError
from local.options import Options


@dataclass(frozen=True)
class Engine:
    """The endpoints of AWS services, for boto3. `services` has all but DynamoDB; `moto` is behind it."""

    dynamodb: str
    services: str
    moto: MotoServer

    @property
    def environment(self) -> dict[str, str]:
        """Points the AWS SDKs to these endpoints (AWS SDKs reference guide, "Service-specific endpoints")."""
        return {
            # For all services, so that nothing that a function calls by mistake leaves this machine.
            "AWS_ENDPOINT_URL": self.services,
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb,
            "AWS_ENDPOINT_URL_S3": self.services,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.services,
            "AWS_ENDPOINT_URL_SQS": self.services,
        }


@contextmanager
def running_engine(options: Options) -> Iterator[Engine]:
    """The engine that `options.engine` names. Secrets, queues and S3 are moto's in any case."""
    with MotoServer() as moto:
        if options.engine == "moto":
            yield Engine(moto.endpoint, moto.endpoint, moto)
        elif options.engine == "dynamodb-local":
            with DynamoDbLocal(options.dynamodb_local_directory) as dynamodb:
                yield Engine(dynamodb.endpoint, moto.endpoint, moto)
        elif options.engine.startswith(("http://", "https://")):
            yield Engine(options.engine, moto.endpoint, moto)
        else:
            raise LocalStackError(f"ENGINE={options.engine}: must be moto, dynamodb-local, or an http:// address")
