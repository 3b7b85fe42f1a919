"""Who judges a message before it is stored, and the name of a group.

Moderation is imported only where there is some.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from catchup.bootstrap import stores
from catchup.bootstrap.clients import Parts
from catchup.settings import ChatSettings, JudgeSettings
from catchup.usecases.gate import Gate, OpenGate

if TYPE_CHECKING:
    from catchup.usecases.screening import Judge


def gate(settings: ChatSettings, parts: Parts) -> Gate:
    """Of messages."""
    judges = _judges(settings, parts)
    if not judges:
        return OpenGate()
    from catchup.usecases.screening import Screening
    from catchup.wire.texts import rewrite

    return Screening(
        asked=judges,
        rewrite=rewrite,
        held=stores.held(settings, parts),
        sent_log=stores.sent_log(settings, parts),
        messages=stores.messages(settings, parts),
        telemetry=parts.telemetry,
        clock=parts.clock,
        fields=tuple(name.strip() for name in settings.moderated_fields.split(",") if name.strip()),
    )


def gate_of_names(settings: JudgeSettings, parts: Parts) -> Gate:
    """Of names of groups: all that a person writes in a change of one."""
    judges = _judges(settings, parts)
    if not judges:
        return OpenGate()
    from catchup.usecases.screening import NameScreening
    from catchup.wire.texts import rewrite

    return NameScreening(asked=judges, rewrite=rewrite, telemetry=parts.telemetry)


def _judges(settings: JudgeSettings, parts: Parts) -> "Sequence[Judge]":
    judges: list[Judge] = []
    if settings.word_list_bucket:
        from catchup.moderation.word_lists import WordLists

        lists = WordLists(
            parts.clients.s3,
            bucket=settings.word_list_bucket,
            key=settings.word_list_key,
            fresh_seconds=settings.word_list_seconds,
            clock=parts.clock,
            telemetry=parts.telemetry,
        )
        judges.append(lists)
    if settings.moderator:
        from catchup.moderation.hook import OwnModerator, load_moderator

        judges.append(OwnModerator(load_moderator(settings.moderator), parts.telemetry))
    return judges
