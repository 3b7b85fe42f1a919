"""Limits, defaults and environment variables: each is defined here and nowhere else.

`docs/operations.md` has the table of the environment variables; a test keeps the two equal.
"""

import os
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Annotated, NamedTuple

# A frame may have 32 KB (API Gateway quota "WebSocket frame size"); the rest is for what intermediaries add.
MAX_FRAME_BYTES = 30_000
# What a page holds over HTTP, before gzip. Lambda's answers have 6 MB (quota "Invocation payload"), in which base64
# makes four bytes of three.
MAX_HTTP_ANSWER_BYTES = 1_000_000
# As much as a message over the WebSocket may have (API Gateway quota "Message payload size").
MAX_HTTP_BODY_BYTES = 131_072
# Below this, gzip saves less than its headers and time cost.
GZIP_FROM_BYTES = 1_025
# One message always fits into a frame, in base64 too: 16,384 * 4 / 3 = 21,846.
MAX_MESSAGE_BYTES = 16_384
# Protobuf reads 100 levels (its default recursion limit), and each level of content takes three: 16 leave room.
MAX_NESTING = 16
# As long as an id: each answer repeats it, and wire.budget reserves room for it.
MAX_REQ_ID_BYTES = 64
# As many as one BatchGet reads (DynamoDB quota "100 items"); a `clear` of so many is four rounds of 25 updates.
MAX_CLEAR_SESSIONS = 100
# People named in one frame: each may cost a write, and with 64 bytes each (128 in JSON) they fit in one message.
MAX_NAMED_UIDS = 50
# A line on a screen. Each entry of a list of sessions has it, and wire.budget reserves room for it.
MAX_GROUP_NAME_BYTES = 200
# A line to those who decide. A page of requests has it, and a page holds fewer if they are long (wire.budget).
MAX_NOTE_BYTES = 200
# A line or two of a typed content, such as the address of a location.
MAX_LABEL_BYTES = 500
# Some paragraphs beside a picture or a file.
MAX_CAPTION_BYTES = 4_000
# As long as file systems take (POSIX: NAME_MAX).
MAX_FILE_NAME_BYTES = 255
# An upload of so many bytes has 320 parts, whose checksums fit into one frame.
MAX_MEDIA_BYTES = 320 * 16 * 1_024 * 1_024
# A thumbnail of some 40 pixels. A page of 20 pictures has at most 60 KB of them: three frames.
MAX_PREVIEW_CHARACTERS = 3_072
# Some paragraphs. The first page of a list of members has it, with room for all members (wire.budget).
MAX_ANNOUNCEMENT_BYTES = 2_000
# About as many short messages as a frame holds: some 270 bytes each. One query reads them, with one row more.
MAX_PAGE = 100
# The same over HTTP: some ten requests load a history of 10,000 messages.
MAX_HTTP_PAGE = 1_000
# As many as a page, which is acked at once: four BatchWrites (DynamoDB quota "25 items"), side by side.
MAX_ACK_SEQS = MAX_PAGE
# In a private session each costs a mark in its message, and a deletion: four rounds of 25 calls.
MAX_HIDDEN_SEQS = 100
DEFAULT_PULL_PAGE = 20
DEFAULT_SESSIONS_PAGE = 50
DEFAULT_MEMBERS_PAGE = 50
DEFAULT_REQUESTS_PAGE = 50

# API Gateway closes a connection after two hours; an entry older than this can only be a leftover.
CONNECTION_LIFETIME_MS = 2 * 3_600_000
# How long a job of the fan-out waits at most: `MessageRetentionPeriod` of its queue.
JOB_LIFETIME_MS = 3_600_000
MAX_DEVICES = 10

# All fit into one row, and into one frame even if JSON escapes every character of a uid (131 bytes each: 26,200).
MAX_BLOCKED = 200

# A text beside a signal: a name or a number, not a message.
MAX_SIGNAL_DATA_BYTES = 256
# All fit into one frame, and their rows into two BatchGets.
MAX_ONLINE_UIDS = 100
# As long as a month's absence is news.
LAST_SEEN_DAYS = 30
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


class SettingsError(Exception):
    """An environment variable is missing or malformed. Raised at cold start, so that a wrong deployment fails at
    once."""


class Settings(SimpleNamespace):
    """Values of environment variables: an attribute's variable has its name in capitals.

    Beside the type stands what it means, and its default: what has none is required. A function has those that
    `READ_BY` names, and no others.
    """

    presence_table: Annotated[str, "who is online"]
    counter_table: Annotated[str, "unread counters, and who is in which group"]
    session_table: Annotated[str, "groups, and who blocks whom"]
    message_table: Annotated[str, "history"]
    inbox_table: Annotated[str, "the offline store"]
    roster_table: Annotated[str, "who is online in large groups"]
    sent_table: Annotated[str, "what each person has sent"]
    held_table: Annotated[str, "messages that wait for review"]
    hidden_table: Annotated[str, "what people have hidden from themselves"]
    message_retention_days: Annotated[int, "days that history keeps a message", 90]
    inbox_retention_days: Annotated[int, "days that the offline store keeps a message", 30]
    sent_retention_days: Annotated[int, "days that a retry is recognised", 7]
    held_retention_days: Annotated[int, "days that a held message waits for review", 30]

    management_endpoint: Annotated[str, "the address of @connections"]
    fanout_queue_url: Annotated[str, "the queue of group messages to push"]
    hint_queue_url: Annotated[str, "the queue of hints for busy groups"]

    send_burst: Annotated[int, "new messages and group changes that one person may send at once", 300]
    send_rate: Annotated[int, "new messages and group changes that one person may send per second", 10]
    recall_seconds: Annotated[int, "seconds in which an author may recall a message; 0 means never", 120]
    edit_seconds: Annotated[int, "seconds in which an author may edit a message; 0 means never", 900]
    preview_messages: Annotated[int, "messages of a session that come with its counter", 5]
    preview_sessions: Annotated[int, "newest sessions that come with messages at login", 10]

    media_bucket: Annotated[str, "the S3 bucket of pictures, voice, videos and files"]
    max_voice_seconds: Annotated[int, "seconds that a voice message may have", 60]
    max_image_bytes: Annotated[int, "bytes that a picture may have", 20_000_000]
    max_voice_bytes: Annotated[int, "bytes that a voice message may have", 2_000_000]
    max_video_bytes: Annotated[int, "bytes that a video may have", 100_000_000]
    max_file_bytes: Annotated[int, "bytes that a file may have", 100_000_000]
    media_bytes_per_day: Annotated[int, "bytes that one person may upload in a day", 1_000_000_000]

    online_status: Annotated[str, "what `online` tells of a person: `hidden`, `online` or `lastSeen`", "online"]
    receipts: Annotated[str, "whether people may learn how far others have read, `ON` or `OFF`", "ON"]
    dissolved_history: Annotated[str, "whether former members may read a dissolved group, `true` or `false`", "true"]

    word_list_bucket: Annotated[str, "the S3 bucket of the word lists", ""]
    word_list_key: Annotated[str, "the object in that bucket", ""]
    word_list_seconds: Annotated[int, "seconds between checks for changed lists", 60]
    moderator: Annotated[str, "a moderator of your own, `package.module:callable`", ""]
    moderated_fields: Annotated[str, "members of `msg` to judge, separated by commas", ""]

    jwt_secret_arn: Annotated[str, "the secret with the key that signs tokens (HS256)", ""]
    jwt_issuer: Annotated[str, "the issuer of tokens (RS256, ES256): their `iss`", ""]
    jwt_audience: Annotated[str, "the `aud` or `client_id` of the issuer's tokens", ""]
    jwt_keys_url: Annotated[str, "the address of the issuer's keys; by default found by discovery", ""]
    jwt_uid_claim: Annotated[str, "the claim that holds the uid", "sub"]


class Variable(NamedTuple):
    """An environment variable. `default`: None if it is required."""

    name: str
    kind: type
    meaning: str
    default: str | int | None


VARIABLES: Mapping[str, Variable] = {
    name: Variable(name.upper(), note.__origin__, *(*note.__metadata__, None)[:2])
    for name, note in Settings.__annotations__.items()
}

# The values of `online_status`.
HIDDEN, ONLINE, LAST_SEEN = ONLINE_STATUS = ("hidden", "online", "lastSeen")
# The values of `receipts`.
ON, OFF = ("ON", "OFF")

_GROUPS = ("presence_table", "counter_table", "session_table", "roster_table")
_QUEUES = ("fanout_queue_url", "hint_queue_url")
_WORD_LISTS = ("word_list_bucket", "word_list_key", "word_list_seconds", "moderator")
_LIMITS = ("message_retention_days", "sent_retention_days", "send_burst", "send_rate")
_WRITING = (*_GROUPS, "message_table", "sent_table", *_QUEUES, *_LIMITS, *_WORD_LISTS)
_OFFLINE = ("inbox_table", "management_endpoint")
_REVISING = ("recall_seconds", "edit_seconds")
_MAX_BYTES = ("max_image_bytes", "max_voice_bytes", "max_video_bytes", "max_file_bytes")
_HELD = ("held_table", "held_retention_days")
# What each folder of functions/ reads; tests/unit/test_settings.py proves that it uses all of it, and no more.
READ_BY: Mapping[str, tuple[str, ...]] = {
    "authorizer": ("jwt_secret_arn", "jwt_issuer", "jwt_audience", "jwt_keys_url", "jwt_uid_claim"),
    "connection": ("presence_table",),
    "sync": (
        *_GROUPS,
        "message_table",
        "hidden_table",
        *_OFFLINE,
        *_QUEUES,
        "preview_messages",
        "preview_sessions",
        "online_status",
        "dissolved_history",
        "receipts",
    ),
    "chat": (
        *_WRITING,
        *_OFFLINE,
        "inbox_retention_days",
        *_HELD,
        "moderated_fields",
        "online_status",
        *_REVISING,
        "receipts",
        "media_bucket",
        "max_voice_seconds",
        "hidden_table",
        "dissolved_history",
    ),
    "group": _WRITING,
    "media": (
        *("presence_table", "counter_table", "session_table", "message_table", "hidden_table", "dissolved_history"),
        *("send_burst", "send_rate", "media_bucket", *_MAX_BYTES, "media_bytes_per_day"),
    ),
    "fanout": (*_GROUPS, *_QUEUES, "management_endpoint", "receipts"),
    "sniffer": ("media_bucket", "message_retention_days", "held_retention_days"),
}


def load(function: str, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a folder of functions/, from the environment.

    Raises SettingsError naming the variable and what to change.
    """
    return read(READ_BY[function], environment)


def read(names: Iterable[str], environment: Mapping[str, str]) -> Settings:
    """These settings. Raises SettingsError."""
    settings = Settings(**{name: _value(VARIABLES[name], environment) for name in names})
    given = vars(settings)
    if "jwt_secret_arn" in given:
        _check_tokens(settings)
    if given.get("dissolved_history", "true") not in ("true", "false"):
        raise SettingsError(f"DISSOLVED_HISTORY is {settings.dissolved_history!r}: it must be true or false")
    if "word_list_bucket" in given and bool(settings.word_list_bucket) != bool(settings.word_list_key):
        raise SettingsError("set both WORD_LIST_BUCKET and WORD_LIST_KEY, or neither")
    if "sent_retention_days" in given:
        # A retry that is still recognised must find its message, or it would be sent a second time.
        least = settings.sent_retention_days + EXPIRY_LAG_DAYS
        if settings.message_retention_days < least:
            raise SettingsError(f"MESSAGE_RETENTION_DAYS must be at least {least} (SENT_RETENTION_DAYS and a week)")
    if given.get("online_status", "online") not in ONLINE_STATUS:
        raise SettingsError(
            f"ONLINE_STATUS is {settings.online_status!r}: it must be one of {', '.join(ONLINE_STATUS)}"
        )
    if given.get("receipts", ON) not in (ON, OFF):
        raise SettingsError(f"RECEIPTS is {settings.receipts!r}: it must be {ON} or {OFF}")
    if "media_bytes_per_day" in given:
        _check_uploads(settings)
    # History must not forget what still waits.
    if "inbox_retention_days" in given and settings.message_retention_days < settings.inbox_retention_days:
        raise SettingsError("MESSAGE_RETENTION_DAYS must be at least INBOX_RETENTION_DAYS: raise it")
    return settings


def _check_tokens(settings: Settings) -> None:
    """Exactly one way to verify tokens must be complete."""
    if bool(settings.jwt_secret_arn) == bool(settings.jwt_issuer):
        raise SettingsError("set JWT_SECRET_ARN or JWT_ISSUER, and not both: without one nobody gets in")
    if settings.jwt_issuer and not settings.jwt_audience:
        raise SettingsError("JWT_AUDIENCE is not set: whom tokens of JWT_ISSUER are for; others' must be refused")
    for name, url in (("JWT_ISSUER", settings.jwt_issuer), ("JWT_KEYS_URL", settings.jwt_keys_url)):
        if url and not url.startswith(("https://", "http://127.0.0.1:")):
            raise SettingsError(f"{name} is {url!r}: it must be an https address")


def _check_uploads(settings: Settings) -> None:
    """Each file that is allowed must be possible."""
    for name in _MAX_BYTES:
        size = getattr(settings, name)
        if size > MAX_MEDIA_BYTES:
            raise SettingsError(f"{name.upper()} is {size}: it must be at most {MAX_MEDIA_BYTES}")
        if size > settings.media_bytes_per_day:
            raise SettingsError(f"MEDIA_BYTES_PER_DAY must be at least {size}: {name.upper()} allows so many")


def _value(variable: Variable, environment: Mapping[str, str]) -> str | int:
    text = environment.get(variable.name, "")
    if text:
        return _number(variable, text) if variable.kind is int else text
    if variable.default is None:
        raise SettingsError(f"{variable.name} is not set: {variable.meaning}; set it in template.yaml")
    return variable.default


def _number(variable: Variable, text: str) -> int:
    least = 0 if variable.name.lower() in _REVISING else 1
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise SettingsError(f"{variable.name} is {text!r}: it must be a whole number, {least} or more")
    return int(text)
