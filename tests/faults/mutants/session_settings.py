"""Settings of sessions that are broken on purpose."""

from collections.abc import Callable
from typing import Any

from catchup.domain.session_settings import SessionSettings
from catchup.push.notices import Notices
from catchup.storage import session_settings as storage
from tests.faults.mutants.registry import mutant


@mutant(
    "of a choice that is overtaken in part the rest is lost",
    "settings of which a later choice has overtaken some",
    storage,
    "_later",
)
def _(_original: Callable[..., Any], *_: Any) -> Any:
    return ()


@mutant(
    "answers and pushes do not say what is pinned",
    "settings by somebody whose old connection is still entered",
    storage,
    "settings_of_row",
)
def _(original: Callable[..., SessionSettings], row: Any) -> SessionSettings:
    return original(row)._replace(pinned_at_ms=0)


@mutant("a hidden session stays hidden for ever", "a hidden session gets a message", SessionSettings, "is_hidden")
def _(_original: Callable[..., Any], self: SessionSettings, _received: int) -> bool:
    return self.hidden_at is not None


@mutant("nobody is told of choices", "settings are chosen for the first time", Notices, "settings")
def _(_original: Callable[..., Any], *_: Any) -> None:
    return None
