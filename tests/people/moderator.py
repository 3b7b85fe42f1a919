"""The moderator of the suite's deployments: one word for each verdict.

While `lax`, it lets everything pass, like lists that do not have these words yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from catchup.domain.screening import PASSED, Action, Verdict

NAME = "tests.people.moderator:judge"
TEXTS = {Action.MASK: "well, damn", Action.HOLD: "my casino", Action.REJECT: "a bomb"}
MASKED = "well, ****"
WORDS = {"damn": Action.MASK, "casino": Action.HOLD, "bomb": Action.REJECT}


def judge(text: str, _sender: str, _session: str) -> Verdict:
    """Judges a text for the deployment."""
    for word, action in WORDS.items():
        if word in text:
            at = text.index(word)
            return Verdict(action, spans=((at, at + len(word)),) if action is Action.MASK else ())
    return PASSED


def action_for(text: str) -> Action:
    """The right action for a text."""
    return next((action for action, its in TEXTS.items() if its == text), Action.PASS)


@contextmanager
def lax() -> Iterator[None]:
    """Lets everything pass inside the `with` block, as before the words were listed."""
    with patch.dict(WORDS, clear=True):
        yield
