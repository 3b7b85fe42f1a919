"""The answers about the block list (docs/protocol.md, section 4)."""

from dataclasses import dataclass

from catchup_client.names import Uid


@dataclass(frozen=True, slots=True)
class BlockReply:
    """The answer of `block` and `unblock`: whether this person is blocked now."""

    uid: Uid
    blocked: bool


@dataclass(frozen=True, slots=True)
class BlockedReply:
    """The answer of `blocked`."""

    uids: tuple[Uid, ...]
