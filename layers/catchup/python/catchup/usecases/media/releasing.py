"""Deletes the object of a message that was recalled, unless another message has it too."""

from dataclasses import dataclass

from catchup.concurrency import Concurrency
from catchup.domain.media import is_key
from catchup.domain.message import Message
from catchup.usecases.media.ports import MediaStore


@dataclass(eq=False, repr=False, slots=True)
class Releasing:
    """Deletes objects of recalled messages."""

    store: MediaStore
    concurrency: Concurrency

    def __call__(self, recalled: Message) -> None:
        """After the content of the message is replaced: `usecases.media.attaching` says why. A recalled message keeps
        the key, so that a retry finds it. An object that was uploaded for another message stays. Raises Unavailable."""
        key = recalled.media_key
        if not is_key(key):
            return
        found, is_shared = self.concurrency.run(lambda: self.store.look(key), lambda: self.store.is_shared(key))
        if found is not None and not is_shared and found.msg_id == recalled.draft.msg_id:
            self.store.remove(key)
