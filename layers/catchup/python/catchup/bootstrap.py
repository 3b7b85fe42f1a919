"""The one composition root: nothing else reads the environment or builds a client.

Each function calls its own `…_service()` once, at cold start. Tests call the `build_…` functions with parts of theirs.
All clients share one botocore session: a second one costs as much as the first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import botocore.session
from botocore.config import Config

from catchup import settings as limits
from catchup.clock import Clock, system_clock
from catchup.concurrency import Concurrency, Threads
from catchup.observability import Telemetry
from catchup.push.connections import Connections
from catchup.settings import AuthorizerSettings, ChatSettings, ConnectionSettings, SyncSettings, load
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.dynamo import Dynamo
from catchup.storage.inbox import DynamoInbox
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.storage.sent_log import DynamoSentLog
from catchup.tokens import TokenVerifier
from catchup.usecases.acknowledge import Acknowledge
from catchup.usecases.clear import Clear
from catchup.usecases.counters import ReadCounters
from catchup.usecases.disconnect import Disconnect
from catchup.usecases.history import ReadHistory
from catchup.usecases.login import LogIn
from catchup.usecases.pull import Pull
from catchup.usecases.send import SendMessage
from catchup.usecases.sessions import ListSessions

CLIENT_CONFIG = Config(
    connect_timeout=limits.CONNECT_TIMEOUT_SECONDS,
    read_timeout=limits.READ_TIMEOUT_SECONDS,
    retries={"total_max_attempts": limits.MAX_ATTEMPTS, "mode": "standard"},
    # One connection for each call that may be under way at once.
    max_pool_connections=32,
    # botocore checks every parameter against its model otherwise: CPU for what the tests have shown to be right.
    parameter_validation=False,
)


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

    def secret(self, arn: str) -> str:
        """The text of a secret."""
        client: Any = self._session.create_client("secretsmanager", config=CLIENT_CONFIG)
        return str(client.get_secret_value(SecretId=arn)["SecretString"])


@dataclass(frozen=True)
class Parts:
    """What a test may replace."""

    clients: Any = field(default_factory=AwsClients)
    concurrency: Concurrency = field(default_factory=Threads)
    clock: Clock = system_clock
    telemetry: Telemetry = field(default_factory=Telemetry)


@dataclass(frozen=True)
class AuthorizerService:
    """What the authorizer does."""

    telemetry: Telemetry
    verifier: TokenVerifier


@dataclass(frozen=True)
class ConnectionService:
    """What the connection function does."""

    telemetry: Telemetry
    disconnect: Disconnect


@dataclass(frozen=True)
class SyncService:
    """What the sync function does."""

    telemetry: Telemetry
    log_in: LogIn
    counters: ReadCounters
    clear: Clear
    acknowledge: Acknowledge
    pull: Pull
    history: ReadHistory
    sessions: ListSessions


@dataclass(frozen=True)
class ChatService:
    """What the chat function does."""

    telemetry: Telemetry
    send: SendMessage


def build_connection(settings: ConnectionSettings, parts: Parts) -> ConnectionService:
    """The connection function's use cases."""
    return ConnectionService(parts.telemetry, Disconnect(_presence(settings, parts)))


def build_sync(settings: SyncSettings, parts: Parts) -> SyncService:
    """The sync function's use cases."""
    inbox, counters, messages = _inbox(settings, parts), _counters(settings, parts), _messages(settings, parts)
    clear = Clear(counters, parts.concurrency)
    log_in = LogIn(
        presence=_presence(settings, parts),
        counters=counters,
        inbox=inbox,
        push=_push(settings, parts),
        concurrency=parts.concurrency,
        preview_messages=settings.preview_messages,
        preview_sessions=settings.preview_sessions,
    )
    return SyncService(
        telemetry=parts.telemetry,
        log_in=log_in,
        counters=ReadCounters(counters),
        clear=clear,
        acknowledge=Acknowledge(inbox, clear, parts.concurrency),
        pull=Pull(inbox, parts.concurrency),
        history=ReadHistory(messages),
        sessions=ListSessions(counters, messages),
    )


def build_chat(settings: ChatSettings, parts: Parts) -> ChatService:
    """The chat function's use cases."""
    sent_log = DynamoSentLog(
        _dynamo(parts),
        sent_table=settings.sent_table,
        session_table=settings.session_table,
        presence_table=settings.presence_table,
        retention_days=settings.sent_retention_days,
        clock=parts.clock,
        report=parts.telemetry,
    )
    send = SendMessage(
        sent_log=sent_log,
        messages=_messages(settings, parts),
        inbox=_inbox(settings, parts),
        counters=_counters(settings, parts),
        presence=_presence(settings, parts),
        push=_push(settings, parts),
        concurrency=parts.concurrency,
        clock=parts.clock,
        meter=parts.telemetry,
    )
    return ChatService(parts.telemetry, send)


def authorizer_service() -> AuthorizerService:
    """From the environment; reads the signing key."""
    parts = Parts()
    return AuthorizerService(
        parts.telemetry, TokenVerifier(parts.clients.secret(load(AuthorizerSettings).jwt_secret_arn))
    )


def connection_service() -> ConnectionService:
    """From the environment."""
    return build_connection(load(ConnectionSettings), Parts())


def sync_service() -> SyncService:
    """From the environment."""
    return build_sync(load(SyncSettings), Parts())


def chat_service() -> ChatService:
    """From the environment."""
    return build_chat(load(ChatSettings), Parts())


def _dynamo(parts: Parts) -> Dynamo:
    return Dynamo(parts.clients.dynamodb)


def _presence(settings: ConnectionSettings, parts: Parts) -> DynamoPresenceBook:
    return DynamoPresenceBook(_dynamo(parts), table=settings.presence_table, clock=parts.clock)


def _counters(settings: SyncSettings, parts: Parts) -> DynamoCounters:
    return DynamoCounters(_dynamo(parts), table=settings.counter_table, report=parts.telemetry)


def _inbox(settings: SyncSettings, parts: Parts) -> DynamoInbox:
    return DynamoInbox(
        _dynamo(parts),
        table=settings.inbox_table,
        retention_days=settings.inbox_retention_days,
        clock=parts.clock,
        concurrency=parts.concurrency,
        report=parts.telemetry,
    )


def _messages(settings: SyncSettings, parts: Parts) -> DynamoMessageLog:
    return DynamoMessageLog(
        _dynamo(parts),
        message_table=settings.message_table,
        session_table=settings.session_table,
        counter_table=settings.counter_table,
        retention_days=settings.message_retention_days,
        clock=parts.clock,
        report=parts.telemetry,
    )


def _push(settings: SyncSettings, parts: Parts) -> Connections:
    make: Callable[[], Any] = lambda: parts.clients.management(settings.management_endpoint)  # noqa: E731
    return Connections(make, parts.clock)
