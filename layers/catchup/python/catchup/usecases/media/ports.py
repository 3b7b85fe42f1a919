"""What media need from the outside."""

from typing import NamedTuple, Protocol

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.sniffed import Sniffed


class StoredObject(NamedTuple):
    """An object of the store. `sha256`: as in `Media`. `created_at_ms`: the store's clock."""

    mime: str
    bytes: int
    sha256: str
    created_at_ms: int


class MediaStore(Protocol):
    """The objects. Each method raises Unavailable, and may be repeated."""

    def look(self, key: str) -> StoredObject | None:
        """The object; None if there is none."""

    def keep(self, key: str, days: int) -> None:
        """Keeps the object this many days after its upload, instead of one."""

    def share(self, key: str) -> None:
        """Notes that another message has the object too."""

    def is_shared(self, key: str) -> bool:
        """Whether another message has it too."""

    def remove(self, key: str) -> None:
        """Deletes the object."""


class Beginning(NamedTuple):
    """How an object begins. `bytes`: the size of the object; `mime`: what its sender says that it is."""

    first: bytes
    bytes: int
    mime: str


class MediaTypes(Protocol):
    """What objects are, and their bytes. Each method raises Unavailable, and may be repeated."""

    def noted(self, key: str) -> Sniffed | None:
        """What is noted of the object; None if nothing is."""

    def note(self, key: str, found: Sniffed) -> None:
        """Notes it, for some weeks."""

    def begin(self, key: str) -> Beginning | None:
        """The first bytes of the object, at most FIRST_BYTES; None if there is none."""

    def read(self, key: str, offset: int, length: int) -> bytes:
        """More of its bytes. Raises NoSuchMedia if it is gone."""


class Readable(Protocol):
    """History, as one person may read it."""

    def __call__(self, uid: Uid, session: SessionId, seq: Seq) -> Message | None:
        """The message as this person sees it now; None if there is none for them. One consistent read in private
        sessions, two in groups. Raises NotAMember, Unavailable."""
