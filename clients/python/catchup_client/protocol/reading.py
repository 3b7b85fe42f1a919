"""How far the person has read a session, on whichever device (docs/protocol.md, section 4, "read")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from catchup_client.names import Number, Seq, SessionId


class ReadPosition(NamedTuple):
    """All messages up to `seq` are read, of which the last counted one has this number. It only rises.

    Positions are compared by their numbers; the seq decides between two with the same one.
    """

    number: Number
    seq: Seq


NOTHING_READ = ReadPosition(Number(0), Seq(0))


@dataclass(frozen=True, slots=True)
class ReadPush:
    """The person has read on another device."""

    sessions: Mapping[SessionId, ReadPosition]
