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
from catchup.domain.allowance import Allowances
from catchup.observability import Telemetry
from catchup.push.connections import Connections
from catchup.push.queues import Queues
from catchup.settings import AuthorizerSettings, ChatSettings, ConnectionSettings, FanoutSettings, SyncSettings, load
from catchup.storage.block_book import DynamoBlocks
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.dynamo import Dynamo
from catchup.storage.group_book import DynamoGroups
from catchup.storage.held_messages import DynamoHeldMessages
from catchup.storage.inbox import DynamoInbox
from catchup.storage.member_book import DynamoMembers
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.storage.roster import DynamoRoster
from catchup.storage.sent_log import DynamoSentLog
from catchup.tokens import SecretTokens, Tokens
from catchup.usecases.acknowledge import Acknowledge
from catchup.usecases.blocks import Blocks
from catchup.usecases.clear import Clear
from catchup.usecases.counters import ReadCounters
from catchup.usecases.disconnect import Disconnect
from catchup.usecases.group.change import ChangeGroup
from catchup.usecases.group.fan_out import FanOut
from catchup.usecases.group.members import ListMembers
from catchup.usecases.group.pages import GroupPages
from catchup.usecases.group.send import Delivery, SendToGroup
from catchup.usecases.history import ReadHistory
from catchup.usecases.login import LogIn
from catchup.usecases.placing import Placing
from catchup.usecases.pull import Pull
from catchup.usecases.review import ReleaseGate, Review
from catchup.usecases.screening import Gate, Judge, OpenGate, Screening
from catchup.usecases.send import SendMessage
from catchup.usecases.send_limit import SendLimit
from catchup.usecases.sessions import ListSessions
from catchup.wire.texts import rewrite

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

    def sqs(self) -> Any:
        """The client of the queues."""
        return self._session.create_client("sqs", config=CLIENT_CONFIG)

    def s3(self) -> Any:
        """The client of the word lists: it gives up early, because a send waits for it."""
        config = CLIENT_CONFIG.merge(Config(retries={"total_max_attempts": 2, "mode": "standard"}))
        return self._session.create_client("s3", config=config)

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
    verifier: Tokens


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
    send_to_group: SendToGroup
    blocks: Blocks


@dataclass(frozen=True)
class GroupService:
    """What the group function does."""

    telemetry: Telemetry
    change: ChangeGroup
    members: ListMembers


@dataclass(frozen=True)
class FanoutService:
    """What the fan-out function does."""

    telemetry: Telemetry
    fan_out: FanOut


def build_authorizer(settings: AuthorizerSettings, parts: Parts) -> AuthorizerService:
    """What the authorizer does: one of two ways, which the settings have checked."""
    if settings.jwt_secret_arn:
        secret = parts.clients.secret(settings.jwt_secret_arn)
        return AuthorizerService(parts.telemetry, SecretTokens(secret, settings.jwt_uid_claim))
    # Imported only here: its libraries cost a cold start more than the rest of the authorizer.
    from catchup.issuer import IssuerTokens

    issuer = IssuerTokens(
        settings.jwt_issuer,
        settings.jwt_audience,
        keys_url=settings.jwt_keys_url,
        uid_claim=settings.jwt_uid_claim,
    )
    return AuthorizerService(parts.telemetry, issuer)


def build_connection(settings: ConnectionSettings, parts: Parts) -> ConnectionService:
    """The connection function's use cases."""
    return ConnectionService(parts.telemetry, Disconnect(_presence(settings, parts)))


def build_sync(settings: SyncSettings, parts: Parts) -> SyncService:
    """The sync function's use cases."""
    inbox, counters, messages = _inbox(settings, parts), _counters(settings, parts), _messages(settings, parts)
    groups, members = _groups(settings, parts), _members(settings, parts)
    clear = Clear(counters, groups, members, messages, parts.concurrency)
    pages = GroupPages(groups, messages, parts.concurrency)
    log_in = LogIn(
        presence=_presence(settings, parts),
        counters=counters,
        inbox=inbox,
        messages=messages,
        groups=groups,
        members=members,
        roster=_roster(settings, parts),
        push=_push(settings, parts),
        concurrency=parts.concurrency,
        preview_messages=settings.preview_messages,
        preview_sessions=settings.preview_sessions,
    )
    return SyncService(
        telemetry=parts.telemetry,
        log_in=log_in,
        counters=ReadCounters(counters, groups),
        clear=clear,
        acknowledge=Acknowledge(inbox, clear, parts.concurrency),
        pull=Pull(inbox, pages, parts.concurrency),
        history=ReadHistory(messages, pages),
        sessions=ListSessions(counters, messages, groups, parts.concurrency),
    )


def build_chat(settings: ChatSettings, parts: Parts) -> ChatService:
    """The chat function's use cases."""
    gate, limit = _gate(settings, parts), _send_limit(settings, parts)
    send, to_group = _send(settings, parts, gate, limit), _send_to_group(settings, parts, gate, limit)
    blocks = Blocks(DynamoBlocks(_dynamo(parts), table=settings.session_table))
    return ChatService(parts.telemetry, send, to_group, blocks)


def build_review(settings: ChatSettings, parts: Parts) -> Review:
    """The review of held messages: for operators, with their own permissions."""
    gate, limit = ReleaseGate(_sent_log(settings, parts)), _send_limit(settings, parts)
    send, to_group = _send(settings, parts, gate, limit), _send_to_group(settings, parts, gate, limit)
    return Review(_held(settings, parts), send, to_group)


def _send(settings: ChatSettings, parts: Parts, gate: Gate, limit: SendLimit) -> SendMessage:
    sent_log, messages = _sent_log(settings, parts), _messages(settings, parts)
    return SendMessage(
        limit=limit,
        placing=Placing(sent_log, messages, parts.clock, parts.telemetry),
        sent_log=sent_log,
        messages=messages,
        inbox=_inbox(settings, parts),
        counters=_counters(settings, parts),
        presence=_presence(settings, parts),
        push=_push(settings, parts),
        gate=gate,
        concurrency=parts.concurrency,
        clock=parts.clock,
        meter=parts.telemetry,
    )


def _send_to_group(settings: ChatSettings, parts: Parts, gate: Gate, limit: SendLimit) -> SendToGroup:
    sent_log = _sent_log(settings, parts)
    placing = Placing(sent_log, _messages(settings, parts), parts.clock, parts.telemetry)
    return SendToGroup(limit, placing, sent_log, gate, _delivery(settings, parts))


def _send_limit(settings: ChatSettings, parts: Parts) -> SendLimit:
    allowances = Allowances(settings.send_burst, settings.send_rate, limits.SEND_HOLD_MS)
    return SendLimit(allowances, _presence(settings, parts), parts.clock, parts.telemetry)


def build_group(settings: ChatSettings, parts: Parts) -> GroupService:
    """The group function's use cases."""
    sent_log, groups, members = _sent_log(settings, parts), _groups(settings, parts), _members(settings, parts)
    change = ChangeGroup(
        placing=Placing(sent_log, _messages(settings, parts), parts.clock, parts.telemetry),
        sent_log=sent_log,
        groups=groups,
        members=members,
        presence=_presence(settings, parts),
        roster=_roster(settings, parts),
        delivery=_delivery(settings, parts),
        gate=_gate(settings, parts),
        concurrency=parts.concurrency,
    )
    return GroupService(parts.telemetry, change, ListMembers(groups, members))


def build_fanout(settings: FanoutSettings, parts: Parts) -> FanoutService:
    """The fan-out function's use case."""
    fan_out = FanOut(
        groups=_groups(settings, parts),
        members=_members(settings, parts),
        roster=_roster(settings, parts),
        presence=_presence(settings, parts),
        push=_push(settings, parts),
        jobs=_queues(settings, parts),
        concurrency=parts.concurrency,
        clock=parts.clock,
        meter=parts.telemetry,
    )
    return FanoutService(parts.telemetry, fan_out)


def authorizer_service() -> AuthorizerService:
    """From the environment; reads the signing key, or learns of the issuer's at the first token."""
    return build_authorizer(load(AuthorizerSettings), Parts())


def connection_service() -> ConnectionService:
    """From the environment."""
    return build_connection(load(ConnectionSettings), Parts())


def sync_service() -> SyncService:
    """From the environment."""
    return build_sync(load(SyncSettings), Parts())


def chat_service() -> ChatService:
    """From the environment."""
    return build_chat(load(ChatSettings), Parts())


def group_service() -> GroupService:
    """From the environment."""
    return build_group(load(ChatSettings), Parts())


def fanout_service() -> FanoutService:
    """From the environment."""
    return build_fanout(load(FanoutSettings), Parts())


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


def _sent_log(settings: ChatSettings, parts: Parts) -> DynamoSentLog:
    return DynamoSentLog(
        _dynamo(parts),
        sent_table=settings.sent_table,
        session_table=settings.session_table,
        presence_table=settings.presence_table,
        counter_table=settings.counter_table,
        retention_days=settings.sent_retention_days,
        clock=parts.clock,
        report=parts.telemetry,
    )


def _held(settings: ChatSettings, parts: Parts) -> DynamoHeldMessages:
    return DynamoHeldMessages(
        _dynamo(parts),
        table=settings.held_table,
        retention_days=settings.held_retention_days,
        clock=parts.clock,
        report=parts.telemetry,
    )


def _gate(settings: ChatSettings, parts: Parts) -> Gate:
    """Moderation is imported only where there is some."""
    judges: list[Judge] = []
    if settings.word_list_bucket:
        from catchup.moderation.word_lists import WordLists

        lists = WordLists(
            parts.clients.s3,
            bucket=settings.word_list_bucket,
            key=settings.word_list_key,
            fresh_seconds=settings.word_list_seconds,
            clock=parts.clock,
            report=parts.telemetry,
        )
        judges.append(lists)
    if settings.moderator:
        from catchup.moderation.hook import OwnModerator, load_moderator

        judges.append(OwnModerator(load_moderator(settings.moderator), parts.telemetry.moderator_failed))
    if not judges:
        return OpenGate()
    return Screening(
        asked=judges,
        rewrite=rewrite,
        held=_held(settings, parts),
        sent_log=_sent_log(settings, parts),
        audit=parts.telemetry,
        clock=parts.clock,
        fields=tuple(name.strip() for name in settings.moderated_fields.split(",") if name.strip()),
    )


def _groups(settings: SyncSettings | FanoutSettings, parts: Parts) -> DynamoGroups:
    return DynamoGroups(
        _dynamo(parts),
        session_table=settings.session_table,
        counter_table=settings.counter_table,
        concurrency=parts.concurrency,
        report=parts.telemetry,
    )


def _members(settings: SyncSettings | FanoutSettings, parts: Parts) -> DynamoMembers:
    return DynamoMembers(_dynamo(parts), table=settings.counter_table, report=parts.telemetry)


def _roster(settings: SyncSettings | FanoutSettings, parts: Parts) -> DynamoRoster:
    return DynamoRoster(
        _dynamo(parts),
        table=settings.roster_table,
        clock=parts.clock,
        concurrency=parts.concurrency,
        report=parts.telemetry,
    )


def _delivery(settings: ChatSettings, parts: Parts) -> Delivery:
    return Delivery(
        messages=_messages(settings, parts),
        groups=_groups(settings, parts),
        members=_members(settings, parts),
        jobs=_queues(settings, parts),
        concurrency=parts.concurrency,
        clock=parts.clock,
        connection_lifetime_ms=limits.CONNECTION_LIFETIME_MS,
    )


def _queues(settings: ChatSettings | FanoutSettings, parts: Parts) -> Queues:
    return Queues(parts.clients.sqs, jobs_url=settings.fanout_queue_url, hints_url=settings.hint_queue_url)


def _push(settings: SyncSettings | FanoutSettings, parts: Parts) -> Connections:
    make: Callable[[], Any] = lambda: parts.clients.management(settings.management_endpoint)  # noqa: E731
    return Connections(make, parts.clock)
