"""Limits, defaults and environment variables: each is defined here and nowhere else.

`docs/operations.md` has the table of the environment variables; a test keeps the two equal.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar

# A frame may have 32 KB (API Gateway quota "WebSocket frame size"); the rest is for what intermediaries add.
MAX_FRAME_BYTES = 30_000
# One message always fits into a frame, in base64 too: 16,384 * 4 / 3 = 21,846.
MAX_MESSAGE_BYTES = 16_384
# Protobuf reads 100 levels (its default recursion limit), and each level of content takes three: 16 leave room.
MAX_NESTING = 16
# As long as an id: each answer repeats it, and wire.budget reserves room for it.
MAX_REQ_ID_BYTES = 64
# As many as one BatchGet reads (DynamoDB quota "100 items"); a `clear` of so many is four rounds of 25 updates.
MAX_CLEAR_SESSIONS = 100
# Four BatchWrites (DynamoDB quota "25 items"), side by side. As many as a page, which is acked at once.
MAX_ACK_SEQS = 100
# People named in one frame: each may cost a write, and with 64 bytes each (128 in JSON) they fit in one message.
MAX_NAMED_UIDS = 50
# A line on a screen. Each entry of a list of sessions has it, and wire.budget reserves room for it.
MAX_GROUP_NAME_BYTES = 200
# About as many short messages as a frame holds: some 270 bytes each. One query reads them, with one row more.
MAX_PAGE = 100
DEFAULT_PULL_PAGE = 20
DEFAULT_SESSIONS_PAGE = 50
DEFAULT_MEMBERS_PAGE = 50

# API Gateway closes a connection after two hours; an entry older than this can only be a leftover.
CONNECTION_LIFETIME_MS = 2 * 3_600_000
MAX_DEVICES = 10

# All fit into one row, and into one frame even if JSON escapes every character of a uid (131 bytes each: 26,200).
MAX_BLOCKED = 200
# How long a sender over the limit is refused: within a client's backoff, and long enough that a flood writes rarely.
SEND_COOLDOWN_MS = 10_000

# AWS calls: shorter than the function's 15 s time-out, retries included (pynamodb's and botocore's defaults are not).
CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 2.0
MAX_ATTEMPTS = 3

# Limits of a document of word lists, so that reading one fits into a function's memory and time.
MAX_WORD_LIST_BYTES = 4_000_000
MAX_WORD_LISTS = 100
MAX_LISTED_WORDS = 100_000
MAX_WORD_CHARACTERS = 100

DAY_SECONDS = 86_400
# DynamoDB deletes expired rows within days, not at once.
EXPIRY_LAG_DAYS = 7

S = TypeVar("S")


class SettingsError(Exception):
    """An environment variable is missing or malformed. Raised at cold start, so that a wrong deployment fails at
    once."""


def _variable(name: str, meaning: str, default: object = MISSING) -> Any:
    metadata = {"env": name, "meaning": meaning}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(eq=False, repr=False)
class AuthorizerSettings:
    """What the authorizer needs."""

    jwt_secret_arn: str = _variable("JWT_SECRET_ARN", "the secret with the key that signs tokens (HS256)", "")
    jwt_issuer: str = _variable("JWT_ISSUER", "the issuer of tokens (RS256, ES256): their `iss`", "")
    jwt_audience: str = _variable("JWT_AUDIENCE", "the `aud` or `client_id` of the issuer's tokens", "")
    jwt_keys_url: str = _variable("JWT_KEYS_URL", "the address of the issuer's keys; by default found by discovery", "")
    jwt_uid_claim: str = _variable("JWT_UID_CLAIM", "the claim that holds the uid", "sub")

    def __post_init__(self) -> None:
        """Raises SettingsError unless exactly one way to verify tokens is complete."""
        if bool(self.jwt_secret_arn) == bool(self.jwt_issuer):
            raise SettingsError("set JWT_SECRET_ARN or JWT_ISSUER, and not both: without one nobody gets in")
        if self.jwt_issuer and not self.jwt_audience:
            raise SettingsError("JWT_AUDIENCE is not set: whom tokens of JWT_ISSUER are for; others' must be refused")
        for name, url in (("JWT_ISSUER", self.jwt_issuer), ("JWT_KEYS_URL", self.jwt_keys_url)):
            if url and not url.startswith(("https://", "http://127.0.0.1:")):
                raise SettingsError(f"{name} is {url!r}: it must be an https address")


# The settings of each part of the service. A function has the settings of its parts, and no others.


# A dataclass compiles its methods at every cold start, about a millisecond per class. So these generate only the
# methods that they need; nobody compares or prints them.
@dataclass(kw_only=True, init=False, repr=False, eq=False)
class PresenceSettings:
    """Who is online."""

    presence_table: str = _variable("PRESENCE_TABLE", "who is online")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class CounterSettings:
    """Counters, and members of groups."""

    counter_table: str = _variable("COUNTER_TABLE", "unread counters, and who is in which group")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class GroupTables(CounterSettings):
    """Groups, and a person's place in each."""

    session_table: str = _variable("SESSION_TABLE", "heads of sessions")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class MessageSettings(GroupTables):
    """History."""

    message_table: str = _variable("MESSAGE_TABLE", "history")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class InboxSettings:
    """The offline store."""

    inbox_table: str = _variable("INBOX_TABLE", "the offline store")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class RosterSettings:
    """Rosters of large groups."""

    roster_table: str = _variable("ROSTER_TABLE", "who is online in large groups")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class PushSettings:
    """Pushing to connections."""

    management_endpoint: str = _variable("MANAGEMENT_ENDPOINT", "the address of @connections")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class QueueSettings:
    """The queues of the fan-out."""

    fanout_queue_url: str = _variable("FANOUT_QUEUE_URL", "the queue of group messages to push")
    hint_queue_url: str = _variable("HINT_QUEUE_URL", "the queue of hints for busy groups")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class JudgeSettings:
    """Judging texts."""

    word_list_bucket: str = _variable("WORD_LIST_BUCKET", "the S3 bucket of the word lists", "")
    word_list_key: str = _variable("WORD_LIST_KEY", "the object in that bucket", "")
    word_list_seconds: int = _variable("WORD_LIST_SECONDS", "seconds between checks for changed lists", 60)
    moderator: str = _variable("MODERATOR", "a moderator of your own, `package.module:callable`", "")

    def __post_init__(self) -> None:
        """Raises SettingsError if only one of bucket and key is set."""
        if bool(self.word_list_bucket) != bool(self.word_list_key):
            raise SettingsError("set both WORD_LIST_BUCKET and WORD_LIST_KEY, or neither")


@dataclass(kw_only=True, init=False, repr=False, eq=False)
class WritingSettings(MessageSettings, PresenceSettings, QueueSettings, RosterSettings, JudgeSettings):
    """What functions need that write messages of groups: chats and changes."""

    sent_table: str = _variable("SENT_TABLE", "what each person has sent")
    message_retention_days: int = _variable("MESSAGE_RETENTION_DAYS", "days that history keeps a message", 90)
    sent_retention_days: int = _variable("SENT_RETENTION_DAYS", "days that a retry is recognised", 7)
    send_burst: int = _variable("SEND_BURST", "new messages and group changes that one person may send at once", 300)
    send_rate: int = _variable("SEND_RATE", "new messages and group changes that one person may send per second", 10)

    def __post_init__(self) -> None:
        """Raises SettingsError for numbers that would break a promise."""
        super().__post_init__()
        if self.message_retention_days < self.sent_retention_days + EXPIRY_LAG_DAYS:
            # A retry that is still recognised must find its message, or it would be sent a second time.
            least = self.sent_retention_days + EXPIRY_LAG_DAYS
            raise SettingsError(f"MESSAGE_RETENTION_DAYS must be at least {least} (SENT_RETENTION_DAYS and a week)")


@dataclass(kw_only=True, repr=False, eq=False)
class ConnectionSettings(PresenceSettings):
    """What the connection function needs."""


@dataclass(kw_only=True, repr=False, eq=False)
class SyncSettings(MessageSettings, PresenceSettings, RosterSettings, InboxSettings, PushSettings):
    """What the sync function needs."""

    preview_messages: int = _variable("PREVIEW_MESSAGES", "messages of a session that come with its counter", 5)
    preview_sessions: int = _variable("PREVIEW_SESSIONS", "newest sessions that come with messages at login", 10)


@dataclass(kw_only=True, repr=False, eq=False)
class ChatSettings(WritingSettings, InboxSettings, PushSettings):
    """What the chat function needs."""

    inbox_retention_days: int = _variable("INBOX_RETENTION_DAYS", "days that the offline store keeps a message", 30)
    held_table: str = _variable("HELD_TABLE", "messages that wait for review")
    held_retention_days: int = _variable("HELD_RETENTION_DAYS", "days that a held message waits for review", 30)
    moderated_fields: str = _variable("MODERATED_FIELDS", "members of `msg` to judge, separated by commas", "")

    def __post_init__(self) -> None:
        """Raises SettingsError if history is shorter than the offline store."""
        super().__post_init__()
        if self.message_retention_days < self.inbox_retention_days:
            raise SettingsError("MESSAGE_RETENTION_DAYS must be at least INBOX_RETENTION_DAYS: raise it")


@dataclass(kw_only=True, repr=False, eq=False)
class GroupSettings(WritingSettings):
    """What the group function needs."""


@dataclass(kw_only=True, repr=False, eq=False)
class FanoutSettings(GroupTables, PresenceSettings, QueueSettings, RosterSettings, PushSettings):
    """What the fan-out needs."""


def load(kind: type[S], environment: Mapping[str, str] = os.environ) -> S:
    """Reads settings of this kind from the environment.

    Raises SettingsError naming the variable and what to change.
    """
    values: dict[str, object] = {}
    for item in fields(kind):  # type: ignore[arg-type]
        name = item.metadata["env"]
        text = environment.get(name, "")
        if not text and item.default is MISSING:
            raise SettingsError(f"{name} is not set: {item.metadata['meaning']}; set it in template.yaml")
        if text:
            values[item.name] = _number(name, text) if item.type in (int, "int") else text
    return kind(**values)


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise SettingsError(f"{name} is {text!r}: it must be a whole number, 1 or more")
    return int(text)
