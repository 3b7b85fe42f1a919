"""The review of held messages."""

from catchup.bootstrap import sending, stores
from catchup.bootstrap.clients import Parts
from catchup.settings import ChatSettings
from catchup.usecases.review import ReleaseGate, Review


def build_review(settings: ChatSettings, parts: Parts) -> Review:
    """The review of held messages: for operators, with their own permissions."""
    sent_log = stores.sent_log(settings, parts)
    gate, limit = ReleaseGate(sent_log), sending.send_limit(settings, parts)
    send, to_group = sending.send(settings, parts, gate, limit), sending.send_to_group(settings, parts, gate, limit)
    return Review(stores.held(settings, parts), sent_log, stores.messages(settings, parts), send, to_group)
