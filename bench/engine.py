"""Starts an engine for a benchmark: DynamoDB Local, or the engine of `make run`. The handlers' output is hidden."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from local.dynamodb_local import DynamoDbLocal
from local.engine.moto import MotoServer
from local.errors import LocalStackError

# How much of the handlers' output is shown after a failure.
LOG_CHARACTERS = 4_000
ENVIRONMENT = {
    "POWERTOOLS_SERVICE_NAME": "catchup",
    "POWERTOOLS_METRICS_NAMESPACE": "Catchup",
    "POWERTOOLS_LOG_LEVEL": "ERROR",
}


@contextmanager
def engine() -> Iterator[str]:
    """The endpoint of a fresh DynamoDB Local, inside the `with` block. If it can't start, the process ends with 2."""
    _forget_settings()
    try:
        with DynamoDbLocal(os.environ.get("DYNAMODB_LOCAL_DIRECTORY", "")) as server, _quiet_handlers():
            yield server.endpoint
    except LocalStackError as error:
        progress(str(error))
        raise SystemExit(2) from None


@contextmanager
def default_engine() -> Iterator[str]:
    """The endpoint of a fresh default engine of `make run`, which runs in this process inside the `with` block."""
    _forget_settings()
    with MotoServer() as server, _quiet_handlers():
        yield server.endpoint


def progress(text: str) -> None:
    """Prints a line of progress."""
    print(text, file=sys.stderr, flush=True)


def _forget_settings() -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT)


@contextmanager
def _quiet_handlers() -> Iterator[None]:
    """Hides the metrics and logs of handlers, and shows them only after a failure."""
    with redirect_stdout(io.StringIO()) as printed:
        try:
            yield
        except Exception:
            progress(printed.getvalue()[-LOG_CHARACTERS:])
            raise
