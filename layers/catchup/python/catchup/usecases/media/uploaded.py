"""What follows each upload: what it is, is noted.

A form is good for 15 minutes, however often. Whoever sends it again, after a message has named the object, makes the
same object anew, with the tag of an upload: it would go after a day, and the message would stay. So what is uploaded
again is kept as long as any message that may name it by then. If none does, it stays needlessly: nobody can read it.
"""

from dataclasses import dataclass

from catchup.domain.media import days_to_keep
from catchup.domain.sniffed import Sniffed
from catchup.errors import NoSuchMedia
from catchup.usecases.media.ports import MediaStore
from catchup.usecases.media.sniffing import Sniff


@dataclass(eq=False, repr=False, slots=True)
class Uploaded:
    """Handles uploads. `message_days`: how long a message may be there, and wait for review before that."""

    sniff: Sniff
    store: MediaStore
    message_days: int

    def __call__(self, key: str) -> Sniffed | None:
        """What the object of this key is; None if there is no such object. Raises Unavailable."""
        noted = self.sniff.types.noted(key)
        if noted is None:
            return self.sniff.look(key)
        try:
            if not self.store.is_kept(key):
                self.store.keep(key, days_to_keep(0, self.message_days))
        except NoSuchMedia:
            return None
        return noted
