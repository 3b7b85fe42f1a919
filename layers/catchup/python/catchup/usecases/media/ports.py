"""What media need from the outside."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.media import Upload
from catchup.domain.message import Message
from catchup.domain.pace import Pace
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

    def is_kept(self, key: str) -> bool:
        """Whether the object is kept for longer than an upload: a message names it. Raises NoSuchMedia."""

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


class Form(NamedTuple):
    """A form by which anybody may upload one file until it expires. `fields`: what it has before the file."""

    url: str
    fields: Mapping[str, str]


class PartThere(NamedTuple):
    """A part that was uploaded. `sha256`: in base64; `etag`: the store's name of it."""

    number: int
    bytes: int
    sha256: str
    etag: str


class UploadStore(MediaStore, Protocol):
    """Uploads, and the objects that they become. Each method raises Unavailable, and may be repeated. Addresses are for
    whoever has them; each is bound to the key, the size, the type and the checksum."""

    def form(self, key: str, upload: Upload, seconds: int) -> Form:
        """A form for all of it. No call."""

    def begin(self, key: str, upload: Upload) -> str:
        """Begins an upload in parts. Returns its id. Repeated, it begins another one."""

    def parts(self, key: str, upload_id: str) -> Sequence[PartThere] | None:
        """The parts that are there; None if no such upload is under way."""

    def address_of_part(self, key: str, upload_id: str, part: PartThere, seconds: int) -> str:
        """Where to put this part. No call."""

    def complete(self, key: str, upload_id: str, parts: Sequence[PartThere]) -> bool:
        """Makes an object of the parts. False: no such upload is under way. An object that is there already stays."""


class AddressBook(Protocol):
    """Addresses of objects."""

    def address(self, key: str, served: "Served", signed_at_ms: int, seconds: int) -> str:
        """Where the object can be read, by whoever has this address, from then on for so long. No call. The same
        arguments give the same address, as long as the credentials last."""


class Served(NamedTuple):
    """How an object is served. `mime`: the type; `saved_as`: the name under which a browser saves it instead of showing
    it; None: it is shown."""

    mime: str
    saved_as: str | None


class Spent(NamedTuple):
    """What a person has uploaded on a day, in bytes. `day`: days since 1970; 0: nothing is known. `last`: the key of
    the last upload: who asks for it again, spends nothing."""

    day: int = 0
    bytes: int = 0
    last: str = ""


class QuotaBook(Protocol):
    """How much people upload. Each method raises Unavailable."""

    def of(self, uid: Uid) -> tuple[Pace, Spent]:
        """How fast the person sends, and what they have spent. One consistent call."""

    def spend(self, uid: Uid, seen: Spent, now: Spent) -> Spent | None:
        """Writes `now` on condition that it still is as `seen`; None: written; else what it is. Repeated after a lost
        answer, it says what was written."""


class Readable(Protocol):
    """History, as one person may read it."""

    def __call__(self, uid: Uid, session: SessionId, seq: Seq) -> Message | None:
        """The message as this person sees it now; None if there is none for them. One consistent read in private
        sessions, two in groups. Raises NotAMember, Unavailable."""
