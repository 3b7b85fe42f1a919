"""The services that hold the stack's data: DynamoDB, the secret of the tokens, queues, and word lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from local.aws import client
from local.dynamodb_local import DynamoDbLocal
from local.engine.moto import MotoServer
from local.errors import LocalStackError
from local.options import Options

# A running DynamoDB lists its tables at once.
LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Engine:
    """The endpoints of AWS services, for boto3. `services` has all but DynamoDB; `moto` is behind it. `s3`: where
    functions find S3, if it is not there."""

    dynamodb: str
    services: str
    moto: MotoServer
    s3: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """Points the AWS SDKs to these endpoints (AWS SDKs reference guide, "Service-specific endpoints")."""
        return {
            # For all services, so that even a call by mistake does not leave this machine.
            "AWS_ENDPOINT_URL": self.services,
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb,
            "AWS_ENDPOINT_URL_S3": self.s3 or self.services,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.services,
            "AWS_ENDPOINT_URL_SQS": self.services,
        }


@contextmanager
def running_engine(options: Options) -> Iterator[Engine]:
    """Runs the engine that `options.engine` names. Secrets, queues and S3 always come from moto."""
    with MotoServer() as moto:
        if options.engine == "moto":
            yield Engine(moto.endpoint, moto.endpoint, moto)
        elif options.engine == "dynamodb-local":
            with DynamoDbLocal(options.dynamodb_local_directory) as dynamodb:
                yield Engine(dynamodb.endpoint, moto.endpoint, moto)
        else:
            _look_at(options.engine, options.region)
            yield Engine(options.engine, moto.endpoint, moto)


def _look_at(endpoint: str, region: str) -> None:
    """Raises LocalStackError if no DynamoDB answers at this address."""
    try:
        answer = client("dynamodb", endpoint, region, retries=0, connect_seconds=LOOK_SECONDS).list_tables(Limit=1)
    except (BotoCoreError, ClientError, ResponseParserError, ValueError) as error:
        raise LocalStackError(f"ENGINE={endpoint}: no DynamoDB answers there: {' '.join(str(error).split())}") from None
    if "TableNames" not in answer:
        raise LocalStackError(f"ENGINE={endpoint}: what answers there is no DynamoDB")
