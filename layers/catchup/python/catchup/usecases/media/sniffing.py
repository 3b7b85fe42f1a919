"""Finds out what the bytes of media are, once, and notes it beside the object.

    a note? ── the first bytes ── more of them where a rule looks ── the note

An event of the bucket starts this after each upload; a download that finds no note does the same. Both come to the same
result, so it does not matter which is first, or whether an event comes twice, late, or never.
"""

from dataclasses import dataclass

from catchup.domain.content_bytes import ContentBytes
from catchup.domain.sniffed import Sniffed
from catchup.domain.sniffing import Signature, sniff
from catchup.errors import NoSuchMedia
from catchup.usecases.media.ports import MediaTypes


@dataclass(eq=False, repr=False, slots=True)
class Sniff:
    """Tells what an object is."""

    types: MediaTypes
    signature: Signature

    def __call__(self, key: str) -> Sniffed | None:
        """What the object of this key is; None if there is no such object. One call if it is noted; else three, and at
        most MAX_READS more. Raises Unavailable."""
        noted = self.types.noted(key)
        return self.look(key) if noted is None else noted

    def look(self, key: str) -> Sniffed | None:
        """The same, whatever is noted. Three calls, and at most MAX_READS more. Raises Unavailable."""
        begun = self.types.begin(key)
        if begun is None:
            return None
        content = ContentBytes(begun.first, begun.bytes, lambda offset, length: self.types.read(key, offset, length))
        try:
            found = sniff(content, begun.mime, self.signature)
        except NoSuchMedia:
            # It was recalled meanwhile.
            return None
        self.types.note(key, found)
        return found
