"""Every limit and default of the client, with its origin (sections are those of docs/protocol.md)."""

from dataclasses import dataclass

MAX_FRAME_BYTES = 30_000
"""Section 9. The platform closes the connection (1009) over 32 KB, so an over-long frame must never be sent."""

MAX_MESSAGE_BYTES = 16_384
"""Section 9: of one message, in the JSON form and in the protobuf form alike."""

MAX_NESTING = 16
"""Section 9: levels of objects and arrays in `msg`; `msg` itself is counted as the first."""

MAX_EXACT_INTEGER = 2**53
"""Section 3: numbers in `msg` are doubles, which are exact up to here."""

MAX_SESSIONS_PER_REQUEST = 100
"""Section 9: sessions in a `clear`, an `ack` or a `counters`."""

MAX_ACKS_PER_REQUEST = 100
"""Section 9: seqs in an `ack` (all its sessions together) or a `pull`."""

MAX_PAGE_MESSAGES = 100
"""Section 9: the highest `limit`."""

HTTP_TIMEOUT_SECONDS = 30.0
"""Section 11: the gateway answers within that time."""

MAX_UIDS_PER_REQUEST = 50
"""Section 9: uids in a `create`, an `add`, a `remove`, and in `at`."""

MAX_GROUP_NAME_BYTES = 200
"""Section 9: of a group's name."""

MAX_SIGNAL_DATA_BYTES = 256
"""Section 9: of the text of a signal."""

UPLOAD_PART_BYTES = 16 * 1024 * 1024
"""Section 3, *Media*: a larger file goes up in parts of that size."""

MAX_CAPTION_BYTES = 4_000
"""Section 3, *Types of content*."""

MAX_FILE_NAME_BYTES = 255
"""Section 3, *Types of content*."""

MAX_PREVIEW_CHARACTERS = 3_072
"""Section 3, *Types of content*."""

MAX_PIXELS = 100_000
"""Section 3, *Types of content*: of `width` and of `height`."""

MAX_ONLINE_UIDS = 100
"""Section 9: uids in an `online`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an application may tune; the defaults follow the protocol. All times are in seconds."""

    answer_timeout: float = 30.0
    """Section 6: a request without an answer for that long is treated like UNAVAILABLE."""

    ping_after: float = 240.0
    """Section 1: the platform closes a connection that was idle for 600 seconds; a ping before that keeps it open."""

    reconnect_after: float = 6_600.0
    """Section 1: the platform closes each connection after 7,200 seconds; the client reconnects before that. Up to a
    tenth is taken off at random, so that many clients don't reconnect at one moment."""

    token_margin: float = 60.0
    """How long before `exp` a connection with a fresh token is opened, if the token can be refreshed."""

    stable_after: float = 60.0
    """Section 1: a connection that ends sooner after its login doesn't reset the reconnect backoff, because two
    processes that share one device close each other's, and must not do so in a tight loop."""

    backoff_base: float = 0.5
    """The longest wait before the first retry; before each further one, it is twice as long."""

    backoff_cap: float = 30.0
    """No retry waits longer than that."""

    exhausted_pause: float = 10.0
    """Section 9: how long to wait after RESOURCE_EXHAUSTED; an earlier try would be refused again."""

    ack_delay: float = 0.05
    """How long acks of pushed messages are gathered into one frame."""

    repair_delay: float = 0.3
    """How long to wait before a gap is filled from history: pushes come out of order, so most close by themselves."""

    second_look_after: float = 1.0
    """A seq that history left out is asked for once more after that long; then it counts as unreadable."""

    internal_errors: int = 5
    """After so many answers of INTERNAL a request fails; section 6: INTERNAL is retried "a few times"."""

    page_limit: int = 50
    """Messages per page, 1 to 100; over HTTP 1 to 1,000."""

    parallel_sessions: int = 4
    """In how many sessions the client catches up at once, and in how many the outbox sends at once."""

    parallel_uploads: int = 2
    """How many files are uploaded at once."""

    parallel_parts: int = 3
    """How many parts of one file are uploaded at once."""

    signal_pause: float = 1.0
    """Section 7, *Signals*: the least time between two signals."""

    typing_repeat: float = 4.0
    """Section 7, *Signals*: others are told again that the person types after that long."""

    typing_shown: float = 8.0
    """Section 7, *Signals*: somebody seems to type no more when that long nothing was heard of it."""
