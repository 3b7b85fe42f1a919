"""The real clients of AWS, and the parts that a test may replace.

All clients share one botocore session: a second one costs as much as the first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.httpsession import get_cert_path
from botocore.loaders import Loader
from botocore.utils import get_environ_proxies

from catchup import settings as limits
from catchup.calls import in_time
from catchup.clock import Clock, system_clock
from catchup.concurrency import Concurrency, Threads
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings, load

Service = TypeVar("Service")

CLIENT_CONFIG = Config(
    connect_timeout=limits.CONNECT_TIMEOUT_SECONDS,
    read_timeout=limits.READ_TIMEOUT_SECONDS,
    retries={"total_max_attempts": limits.MAX_ATTEMPTS, "mode": "standard"},
    # One connection for each call that may be under way at once.
    max_pool_connections=32,
    # botocore checks every parameter against its model otherwise: CPU for what the tests have shown to be right.
    parameter_validation=False,
)
# For rare calls while a person waits.
_IN_THE_WAY = CLIENT_CONFIG.merge(Config(retries={"total_max_attempts": 2, "mode": "standard"}))


class ServiceModels(Loader):
    """The descriptions of these services, from which botocore makes clients.

    botocore's own loader looks into the folders of all 400 services, twice, before it opens the one that is asked for:
    20 ms of CPU at each cold start.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - of botocore
        """The services that functions call, whatever the type."""
        return ["apigatewaymanagementapi", "dynamodb", "s3", "secretsmanager", "sqs"]


class AwsClients:
    """The real clients, each made at first use."""

    @cached_property
    def _session(self) -> botocore.session.Session:
        session = botocore.session.get_session()
        session.register_component("data_loader", ServiceModels())
        return session

    @cached_property
    def dynamodb(self) -> Any:
        """Made when a function starts."""
        return self._client("dynamodb")

    def management(self, endpoint: str) -> Any:
        """The @connections client of a stage. Behind a proxy, as on some laptops, it is botocore's own."""
        if get_environ_proxies(endpoint):
            client = self._session.create_client("apigatewaymanagementapi", endpoint_url=endpoint, config=CLIENT_CONFIG)
            return in_time(client)
        self.signing()
        # Imported here, at the first push: a cold start has none.
        from catchup.push.management import ManagementClient

        return ManagementClient(
            endpoint,
            region=self._session.get_config_variable("region"),
            credentials=lambda: self.signing()[0],
            ca_bundle=self._session.get_config_variable("ca_bundle") or str(get_cert_path(True)),
        )

    def signing(self) -> tuple[Any, str]:
        """What signs an address: the function's credentials, as they are now, and the region."""
        found = self._session.get_credentials()
        if found is None:
            raise NoCredentialsError
        return found.get_frozen_credentials(), str(self._session.get_config_variable("region"))

    def sqs(self) -> Any:
        """The client of the queues."""
        return self._client("sqs")

    def s3(self) -> Any:
        """The client of the word lists: it gives up early, because a send waits for it."""
        return self._client("s3", _IN_THE_WAY)

    def media(self) -> Any:
        """The client of the bucket of media: one, for what files are and for the files themselves."""
        return self._media

    @cached_property
    def _media(self) -> Any:
        # Browsers can't follow the redirects of S3's global address, and new regions take only this signature.
        virtual = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        return self._client("s3", _IN_THE_WAY.merge(virtual))

    def secrets(self) -> Any:
        """The client of the signing key: it gives up early, because a handshake waits for it."""
        return self._client("secretsmanager", _IN_THE_WAY)

    def _client(self, service: str, config: Config = CLIENT_CONFIG) -> Any:
        return in_time(self._session.create_client(service, config=config))


@dataclass(eq=False, repr=False, slots=True)
class Parts:
    """The parts that a test may replace."""

    clients: Any = field(default_factory=AwsClients)
    concurrency: Concurrency = field(default_factory=Threads)
    clock: Clock = system_clock
    telemetry: FunctionTelemetry = field(default_factory=FunctionTelemetry)


def started(function: str, build: Callable[[Settings, Parts], Service]) -> Service:
    """Makes what a folder of functions/ does, from the environment."""
    return build(load(function), Parts(telemetry=FunctionTelemetry(function)))
