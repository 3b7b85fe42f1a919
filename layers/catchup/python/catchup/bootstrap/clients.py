"""The real clients of AWS, and the parts that a test may replace.

All clients share one botocore session: a second one costs as much as the first.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import botocore.session
from botocore.config import Config

from catchup import settings as limits
from catchup.clock import Clock, system_clock
from catchup.concurrency import Concurrency, Threads
from catchup.observability import Telemetry

CLIENT_CONFIG = Config(
    connect_timeout=limits.CONNECT_TIMEOUT_SECONDS,
    read_timeout=limits.READ_TIMEOUT_SECONDS,
    retries={"total_max_attempts": limits.MAX_ATTEMPTS, "mode": "standard"},
    # One connection for each call that may be under way at once.
    max_pool_connections=32,
    # botocore checks every parameter against its model otherwise: CPU for what the tests have shown to be right.
    parameter_validation=False,
)
# Of calls that are made now and then while a person waits.
_IN_THE_WAY = CLIENT_CONFIG.merge(Config(retries={"total_max_attempts": 2, "mode": "standard"}))


class AwsClients:
    """The real clients, each made at first use."""

    @cached_property
    def _session(self) -> botocore.session.Session:
        return botocore.session.get_session()

    @cached_property
    def dynamodb(self) -> Any:
        """Made when a function starts."""
        return self._session.create_client("dynamodb", config=CLIENT_CONFIG)

    def management(self, endpoint: str) -> Any:
        """The @connections client of a stage."""
        return self._session.create_client("apigatewaymanagementapi", endpoint_url=endpoint, config=CLIENT_CONFIG)

    def sqs(self) -> Any:
        """The client of the queues."""
        return self._session.create_client("sqs", config=CLIENT_CONFIG)

    def s3(self) -> Any:
        """The client of the word lists: it gives up early, because a send waits for it."""
        return self._session.create_client("s3", config=_IN_THE_WAY)

    def secrets(self) -> Any:
        """The client of the signing key: it gives up early, because a handshake waits for it."""
        return self._session.create_client("secretsmanager", config=_IN_THE_WAY)


@dataclass(eq=False, repr=False, slots=True)
class Parts:
    """What a test may replace."""

    clients: Any = field(default_factory=AwsClients)
    concurrency: Concurrency = field(default_factory=Threads)
    clock: Clock = system_clock
    telemetry: Telemetry = field(default_factory=Telemetry)
