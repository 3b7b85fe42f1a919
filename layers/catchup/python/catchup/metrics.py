"""All metrics, and the interface that counts and logs. docs/operations.md has the same table; a test compares the two.

Namespace and the dimension `service` come from the environment (POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME).
"""

from enum import StrEnum
from typing import Any, Literal, Protocol

# As CloudWatch calls them.
Unit = Literal["Count", "Milliseconds"]


class Metric(StrEnum):
    """A metric: its name, meaning, unit, and an optional dimension beside `service`. A metric with such a dimension is
    counted both with and without it."""

    meaning: str
    unit: Unit
    dimension: str

    def __new__(cls, name: str, meaning: str, unit: Unit = "Count", dimension: str = "") -> "Metric":
        """A member is its name."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.meaning, member.unit, member.dimension = meaning, unit, dimension
        return member

    STORED = "Stored", "messages put into the offline store"
    PUSHED = "Pushed", "stored messages that a device of the receiver took at once, pushes of retries included"
    PUSHED_LIVE = "PushedLive", "`ackFlg` 0 messages that a device took"
    PULLED = "Pulled", "messages in the pages of `pull`"
    ACKED = (
        "Acked",
        "messages that an `ack` or `pull` names and the offline store deletes, repetitions included",
    )
    CLEARED = "Cleared", "sessions cleared by a `clear` or an `ack`, repetitions included"
    READ = "Read", "sessions whose read position a `read` has moved, repetitions included"
    HIDDEN = "Hidden", "messages that people have hidden from themselves, repetitions included"
    LOGINS = "Logins", "logins that registered a connection"
    RETRIED = "Retried", "retries of a msgId"
    SENDS_REFUSED = (
        "SendsRefused",
        "messages refused because their sender was too fast ([ADR 28](adr/0028-all-processes-fill-one-bucket.md))",
    )
    SEQ_COLLISIONS = "SeqCollisions", "seqs that another sender took first"
    SIGNALS = "Signals", "pushes of signals that were delivered; signals are never stored"
    FANNED_OUT = "FannedOut", "pushes of group messages and hints that were delivered"
    NOTICED = (
        "Noticed",
        "pushes of notices that were delivered, such as those of read positions to a person's other devices",
    )
    RECEIPTS = "Receipts", "pushes that were delivered of how far the other person of a private session has read"
    FAN_OUT_LAG = (
        "FanOutLag",
        "time from queueing a group message to working on its fan-out; repeated jobs are measured again, hints are not",
        "Milliseconds",
    )
    FAILED_JOBS = (
        "FailedJobs",
        "fan-out jobs that failed with an unforeseen error; after five failures a job is in the dead-letter queue,"
        " a hint is replaced by the next one",
    )
    GONE_CONNECTIONS = "GoneConnections", "pushes to connections that were gone"
    THROTTLED_PUSHES = "ThrottledPushes", "times that @connections answered 429; a push is tried up to three times"
    MODERATED = "Moderated", "messages that moderation masked, held or refused", "Count", "action"
    WORD_LISTS_UNREACHABLE = "WordListsUnreachable", "attempts to renew the word lists that S3 did not answer"
    WORD_LISTS_MALFORMED = (
        "WordListsMalformed",
        "attempts to renew the word lists that found a malformed document; the log says where",
    )
    MODERATOR_FAILURES = "ModeratorFailures", "texts on which your own moderator failed to give a verdict"
    LYING_FILES = "LyingFiles", "uploads that are not what their senders say; their download is refused"
    REFUSED = "Refused", "handshakes that the authorizer refused, with 401 or 403", "Count", "reason"
    SIGNING_KEY_UNREADABLE = (
        "SigningKeyUnreadable",
        "failed attempts to read the signing key (HS256) again; the previous keys stay in use",
    )
    # These are raised, so Lambda counts them as errors; the alarm subtracts this metric.
    UNAUTHORIZED = "Unauthorized", "handshakes that the authorizer refused with 401, by an exception"
    POISON_ROWS = "PoisonRows", "rows that could not be read; the log has their keys"
    INTERNAL_ERRORS = (
        "InternalErrors",
        "unforeseen errors; the log has their kinds and places, and AWS's codes, but not their texts",
    )
    COLD_STARTS = "ColdStarts", "first invocations of a process", "Count", "function"


class Telemetry(Protocol):
    """Counts and logs for operators. Callers pass ids and kinds of errors, and never a token, a key, listed words, or
    what a person wrote."""

    def count(self, metric: Metric, value: int = 1, *, by: str = "") -> None:
        """Adds to a metric. `by`: the value of its dimension; required if the metric has one."""

    def duration(self, metric: Metric, milliseconds: int) -> None:
        """Notes one value of a metric whose unit is milliseconds."""

    def warning(self, line: str, metric: Metric, *, by: str = "", **keys: Any) -> None:
        """Logs a warning with these keys, and counts it."""

    def error(self, line: str, metric: Metric, **keys: Any) -> None:
        """Logs an error with these keys, and counts it."""
