"""The engine of a benchmark, one of its own: DynamoDB Local, or that of `make run`. Handlers' output is kept back."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from local.dynamodb_local import DynamoDbLocal
from local.engine.moto import MotoServer

# How much of what the handlers printed is shown after a failure.
LOG_CHARACTERS = 4_000
ENVIRONMENT = {
    "POWERTOOLS_SERVICE_NAME": "catchup",
    "POWERTOOLS_METRICS_NAMESPACE": "Catchup",
    "POWERTOOLS_LOG_LEVEL": "ERROR",
}


@contextmanager
def engine() -> Iterator[str]:
    """The endpoint of a fresh DynamoDB Local, as long as the block lasts. Raises LocalStackError."""
    _forget_settings()
    with DynamoDbLocal(os.environ.get("DYNAMODB_LOCAL_DIRECTORY", "")) as server, _quiet_handlers():
        yield server.endpoint


@contextmanager
def default_engine() -> Iterator[str]:
    """The endpoint of a fresh engine as `make run` has it by default: in this process, as long as the block lasts."""
    _forget_settings()
    with MotoServer() as server, _quiet_handlers():
        yield server.endpoint


def progress(text: str) -> None:
    """A line for who waits."""
    print(text, file=sys.stderr, flush=True)


def _forget_settings() -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT)


@contextmanager
def _quiet_handlers() -> Iterator[None]:
    """Handlers print metrics and logs; they are shown only if something fails."""
    with redirect_stdout(io.StringIO()) as printed:
        try:
            yield
        except Exception:
            progress(printed.getvalue()[-LOG_CHARACTERS:])
            raise
