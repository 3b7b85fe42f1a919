"""Whether a person is told of a message by a notification, or left in quiet."""

from catchup.domain.ids import Uid
from catchup.domain.message import Draft
from catchup.domain.session_settings import SessionSettings


def keeps_quiet(settings: SessionSettings, draft: Draft, uid: Uid, now_ms: int) -> bool:
    """Whether no notification tells this person of the message: it is their own, it counts for nobody, or they have
    muted the session and it does not mention them. `now_ms`: when they would be told; no event ends a mute."""
    if draft.sender == uid or draft.is_system:
        return True
    return settings.is_muted(now_ms) and not (draft.at_all or uid in draft.at)
