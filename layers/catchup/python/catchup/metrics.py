"""Every metric that there is, and what counts and logs. docs/operations.md has this table; a test keeps them equal.

Namespace and the dimension `service` come from the environment (POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME).
"""

from enum import StrEnum
from typing import Any, Literal, Protocol

# As CloudWatch calls them.
Unit = Literal["Count", "Milliseconds"]


class Metric(StrEnum):
    """A metric's name, what it says, its unit, and the dimension that it has beside `service`, if it has one: it is
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

    STORED = "Stored", "messages stored and counted for someone"
    PUSHED = "Pushed", "stored messages that a device of the receiver took at once; a retry's push is one more"
    PUSHED_LIVE = "PushedLive", "`ackFlg` 0 messages that a device took"
    PULLED = "Pulled", "messages in the pages of `pull`"
    ACKED = (
        "Acked",
        "messages named by an `ack` or `pull` and deleted from the offline store; named again, counted again",
    )
    CLEARED = "Cleared", "sessions cleared, by a `clear` or an `ack`; a repetition, which changes nothing, is one more"
    LOGINS = "Logins", "logins that registered a connection"
    RETRIED = "Retried", "retries of a msgId"
    SENDS_REFUSED = (
        "SendsRefused",
        "messages that were refused because their sender was too fast"
        " ([ADR 28](adr/0028-all-processes-fill-one-bucket.md))",
    )
    SEQ_COLLISIONS = "SeqCollisions", "seqs that another sender took first"
    FANNED_OUT = "FannedOut", "pushes of group messages and hints that were delivered"
    FAN_OUT_LAG = (
        "FanOutLag",
        "from the queueing of a group message to the work on its fan-out; a job that comes again is measured again,"
        " hints are not",
        "Milliseconds",
    )
    FAILED_JOBS = (
        "FailedJobs",
        "jobs of the fan-out that failed for a reason nobody foresaw; after five times they are in the dead-letter"
        " queue; hints are replaced by the next one",
    )
    GONE_CONNECTIONS = "GoneConnections", "pushes to connections that were gone"
    THROTTLED_PUSHES = "ThrottledPushes", "answers 429 of @connections; a push is tried up to three times"
    MODERATED = "Moderated", "messages that moderation masked, held or refused", "Count", "action"
    WORD_LISTS_UNREACHABLE = "WordListsUnreachable", "renewals of the word lists that S3 did not answer"
    WORD_LISTS_MALFORMED = (
        "WordListsMalformed",
        "renewals of the word lists whose document can't be used; the log says where",
    )
    MODERATOR_FAILURES = "ModeratorFailures", "texts that a moderator of your own gave no verdict on"
    REFUSED = "Refused", "handshakes that the authorizer refused, with 401 or 403", "Count", "reason"
    SIGNING_KEY_UNREADABLE = (
        "SigningKeyUnreadable",
        "renewals of the key that signs tokens (HS256) that failed; the keys from before go on",
    )
    # Lambda counts exactly these as errors, for they are raised: an alarm takes them off.
    UNAUTHORIZED = "Unauthorized", "handshakes that the authorizer refused with 401, by an exception"
    POISON_ROWS = "PoisonRows", "rows that could not be read; the log has their keys"
    INTERNAL_ERRORS = (
        "InternalErrors",
        "unforeseen errors; the log has their kinds and places, and AWS's codes, but not their texts",
    )
    COLD_STARTS = "ColdStarts", "first invocations of a process", "Count", "function"


class Telemetry(Protocol):
    """Counts and logs what an operator asks about. It is given ids and kinds of errors; never a token, a key, the words
    of a list, or what a person wrote."""

    def count(self, metric: Metric, value: int = 1, *, by: str = "") -> None:
        """Adds to a metric. `by`: the value of its dimension, which a metric that has one needs."""

    def duration(self, metric: Metric, milliseconds: int) -> None:
        """Notes one value of a metric whose unit is milliseconds."""

    def warning(self, line: str, metric: Metric, *, by: str = "", **keys: Any) -> None:
        """Logs what an operator may want to look at, with these keys, and counts it."""

    def error(self, line: str, metric: Metric, **keys: Any) -> None:
        """Logs what an operator has to look at, with these keys, and counts it."""
