"""Loads a custom moderator, beside the word lists or instead of them: MODERATOR="package.module:callable"."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from catchup.domain.ids import SessionId, Uid
from catchup.domain.screening import Action, Finding, Picture, Verdict, strongest
from catchup.domain.texts import apart, starts
from catchup.errors import CatchupError, Unavailable
from catchup.metrics import Metric, Telemetry
from catchup.settings import SettingsError

SOURCE = "moderator"
# (text, sender, session) -> Verdict, or just an Action.
Moderator = Callable[[str, Uid, SessionId], Verdict | Action]
# (picture, sender, session) -> the same: the attribute `image` of a moderator, if it has one.
ImageModerator = Callable[[Picture, Uid, SessionId], Verdict | Action]


class OwnModerator:
    """A judge that asks a callable, and trusts neither its errors nor its answers."""

    def __init__(self, ask: Moderator, telemetry: Telemetry) -> None:
        self._ask = ask
        self._telemetry = telemetry

    @property
    def judges_pictures(self) -> bool:
        """Whether it judges pictures too."""
        return hasattr(self._ask, "image")

    def __call__(self, text: str, sender: Uid, session: SessionId) -> Verdict:
        """Raises Unavailable if there is no usable answer: nothing gets through unjudged."""
        texts = apart(text)
        verdicts = [self._answer(partial(self._ask, one, sender, session)) for one in texts]
        if len(texts) == 1:
            return verdicts[0]
        return strongest(map(_moved, verdicts, texts, starts(texts)))

    def image(self, picture: Picture, sender: Uid, session: SessionId) -> Verdict:
        """As for a text, by the moderator's `image`. Nobody can mask a picture: it is held instead."""
        ask: ImageModerator = self._ask.image  # type: ignore[attr-defined]  # load_moderator has checked it
        verdict = self._answer(partial(ask, picture, sender, session))
        if verdict.action is not Action.MASK:
            return verdict
        return Verdict(Action.HOLD, tuple(replace(finding, action=Action.HOLD) for finding in verdict.findings))

    def _answer(self, asked: Callable[[], Any]) -> Verdict:
        try:
            answer = asked()
        except CatchupError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the message does not pass
            # The kind of the error and never its text, which may repeat the message.
            self._failed(type(error).__name__)
            raise Unavailable("the moderator failed") from None
        if isinstance(answer, Action):
            answer = Verdict(answer)
        if not isinstance(answer, Verdict):
            self._failed(f"answered {type(answer).__name__}")
            raise Unavailable("the moderator gave no verdict")
        findings = answer.findings or (Finding(SOURCE, "", answer.action),)
        return Verdict(answer.action, findings, answer.spans)

    def _failed(self, reason: str) -> None:
        self._telemetry.error("the moderator failed", Metric.MODERATOR_FAILURES, reason=reason)


def _moved(verdict: Verdict, text: str, start: int) -> Verdict:
    """A verdict on one of several texts as one on all, in which it starts there."""
    spans = verdict.spans or ((0, len(text)),)
    ranges = [range(len(text))[slice(*span)] for span in spans]
    moved = tuple((start + found.start, start + found.stop) for found in ranges)
    return Verdict(verdict.action, verdict.findings, moved)


def load_moderator(name: str) -> Moderator:
    """Raises SettingsError, at cold start, if there is no such callable."""
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise SettingsError(f"MODERATOR is {name!r}: it must be package.module:callable")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"MODERATOR is {name!r}: {error}; put it into the layer") from error
    if not callable(found):
        raise SettingsError(f"MODERATOR is {name!r}: it is not callable")
    if not callable(getattr(found, "image", found)):
        raise SettingsError(f"MODERATOR is {name!r}: its image is not callable")
    moderator: Moderator = found
    return moderator
