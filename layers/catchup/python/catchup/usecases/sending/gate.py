"""What a message passes before it gets a place. Where texts are judged, the gate is `screening.Screening`: a module of
its own, so that a function without moderation starts without it.
"""

from typing import Protocol

from catchup.domain.ids import SessionId
from catchup.domain.message import Draft
from catchup.errors import ContentHeld, MsgIdReused
from catchup.usecases.sending.ports import Sent


class Gate(Protocol):
    """What a message passes before it gets a place.

    `judges`: whether it may refuse or change anything; a retry must then know for certain whether it has a place.
    """

    @property
    def judges(self) -> bool:
        """See above."""

    def screen_new(self, draft: Draft, session: SessionId, digest: bytes) -> Draft:
        """As `screen`, of what looks new by an eventually consistent read. If it is not, nothing is raised: its
        reservation, which is found next, says what it is."""

    def screen(self, draft: Draft, session: SessionId, digest: bytes) -> Draft:
        """The draft, which had no place a moment ago, as it may be stored. Raises ContentRejected, ContentHeld,
        MsgIdReused, Unavailable."""

    def screen_name(self, name: str, draft: Draft, session: SessionId) -> tuple[str, Draft]:
        """A name of a group, and the system message that tells of it. Raises ContentRejected, Unavailable."""

    def resume(self, sent: Sent, digest: bytes) -> Sent:
        """What a retry goes on with. Raises ContentHeld if it is held, MsgIdReused."""


class OpenGate:
    """No moderation; what was held while there was some stays so."""

    judges = False

    def screen_new(self, draft: Draft, _session: SessionId, _digest: bytes) -> Draft:
        """As it is."""
        return draft

    def screen(self, draft: Draft, _session: SessionId, _digest: bytes) -> Draft:
        """As it is."""
        return draft

    def screen_name(self, name: str, draft: Draft, _session: SessionId) -> tuple[str, Draft]:
        """As they are."""
        return name, draft

    def resume(self, sent: Sent, digest: bytes) -> Sent:
        """Raises ContentHeld, MsgIdReused."""
        if sent.is_held:
            if sent.digest != digest:
                raise MsgIdReused(sent.msg_id)
            raise ContentHeld(sent.msg_id)
        return sent
