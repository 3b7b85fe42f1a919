"""Deletes the object of a message that was recalled, unless another message has it too."""

from dataclasses import dataclass

from catchup.domain.media import is_key
from catchup.domain.message import Message
from catchup.usecases.media.ports import MediaStore


@dataclass(eq=False, repr=False, slots=True)
class Releasing:
    """Deletes objects of recalled messages."""

    store: MediaStore

    def __call__(self, recalled: Message) -> None:
        """After the content of the message is replaced: `usecases.media.attaching` says why. A recalled message keeps
        the key of what was uploaded for it, so that a retry finds it; a forward keeps none. Raises Unavailable."""
        key = recalled.media_key
        if is_key(key) and not self.store.is_shared(key):
            self.store.remove(key)
