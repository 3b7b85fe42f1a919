"""The review of held messages."""

from catchup.bootstrap import sending, stores
from catchup.bootstrap.clients import Parts
from catchup.settings import ChatSettings
from catchup.usecases.review import ReleaseGate, Review


def build_review(settings: ChatSettings, parts: Parts) -> Review:
    """The review of held messages: for operators, with their own permissions."""
    gate, limit = ReleaseGate(stores.sent_log(settings, parts)), sending.send_limit(settings, parts)
    send, to_group = sending.send(settings, parts, gate, limit), sending.send_to_group(settings, parts, gate, limit)
    return Review(stores.held(settings, parts), send, to_group)
