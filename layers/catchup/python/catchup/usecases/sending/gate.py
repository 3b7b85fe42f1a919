"""The gate that a message passes before it gets a place. With moderation the gate is `screening.Screening`, in another
module, so that a function without moderation does not load it.
"""

from typing import Protocol

from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import Draft
from catchup.domain.signal import Signal
from catchup.errors import ContentHeld, MsgIdReused
from catchup.usecases.sending.ports import Sent


class Gate(Protocol):
    """The gate that a message passes before it gets a place.

    `judges`: whether it may refuse or change messages. Then a retry must know for certain whether it has a place.
    """

    @property
    def judges(self) -> bool:
        """See above."""

    def screen_new(self, draft: Draft, session: SessionId, digest: bytes) -> Draft:
        """As `screen`, for a message that looks new in an eventually consistent read. If it is not new, this does not
        raise; the next step finds its reservation."""

    def screen(self, draft: Draft, session: SessionId, digest: bytes) -> Draft:
        """Returns the draft as it may be stored. It had no place when it was last looked up. Raises ContentRejected,
        ContentHeld, MsgIdReused, Unavailable."""

    def screen_edit(self, draft: Draft, session: SessionId) -> Draft:
        """Returns the draft, with the new content of a message, as it may be stored. What would be held is refused: a
        message that everybody has can't wait. Raises ContentRejected, Unavailable."""

    def screen_text(self, text: str, field: str, draft: Draft, session: SessionId) -> tuple[str, Draft]:
        """Returns a text of a group, such as its name, and the system message that has it in this field, as they may be
        stored. Raises ContentRejected, Unavailable."""

    def screen_note(self, note: str, uid: Uid, session: SessionId) -> str:
        """Returns what this person says when they ask to join a group, as it may be stored. Raises ContentRejected,
        Unavailable."""

    def screen_signal(self, signal: Signal) -> Signal:
        """Returns a signal as it may be delivered. Raises ContentRejected, Unavailable."""

    def resume(self, sent: Sent, digest: bytes) -> Sent:
        """Returns the Sent row for a retry to continue with. Raises ContentHeld if the message is held, MsgIdReused."""


class OpenGate:
    """A gate without moderation. Messages that were held earlier stay held."""

    judges = False

    def screen_new(self, draft: Draft, _session: SessionId, _digest: bytes) -> Draft:
        return draft

    def screen(self, draft: Draft, _session: SessionId, _digest: bytes) -> Draft:
        return draft

    def screen_edit(self, draft: Draft, _session: SessionId) -> Draft:
        return draft

    def screen_text(self, text: str, _field: str, draft: Draft, _session: SessionId) -> tuple[str, Draft]:
        return text, draft

    def screen_note(self, note: str, _uid: Uid, _session: SessionId) -> str:
        return note

    def screen_signal(self, signal: Signal) -> Signal:
        return signal

    def resume(self, sent: Sent, digest: bytes) -> Sent:
        if sent.is_held:
            if sent.digest != digest:
                raise MsgIdReused(sent.msg_id)
            raise ContentHeld(sent.msg_id)
        return sent
