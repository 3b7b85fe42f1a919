"""Settings come from the environment, once, and say what is wrong with it."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pytest

from catchup.bootstrap.chat import build_chat
from catchup.bootstrap.clients import Parts
from catchup.bootstrap.connection import build_connection
from catchup.bootstrap.fanout import build_fanout
from catchup.bootstrap.group import build_group
from catchup.bootstrap.sniffer import build_sniffer
from catchup.bootstrap.sync import build_sync
from catchup.settings import READ_BY, VARIABLES, SettingsError, load
from tests.support.world import ROOT

COMPLETE = {
    "PRESENCE_TABLE": "p",
    "SESSION_TABLE": "s",
    "MESSAGE_TABLE": "m",
    "INBOX_TABLE": "i",
    "HIDDEN_TABLE": "h",
    "COUNTER_TABLE": "c",
    "ROSTER_TABLE": "r",
    "MANAGEMENT_ENDPOINT": "https://gateway/v1",
    "FANOUT_QUEUE_URL": "f",
    "HINT_QUEUE_URL": "h",
}


def test_settings_are_read_with_their_defaults() -> None:
    settings = load("sync", COMPLETE)
    assert (settings.presence_table, settings.preview_messages) == ("p", 5)


def test_numbers_are_read_as_numbers() -> None:
    assert load("sync", {**COMPLETE, "PREVIEW_MESSAGES": "7"}).preview_messages == 7


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_a_missing_variable_is_named(missing: str) -> None:
    environment = {name: value for name, value in COMPLETE.items() if name != missing}
    with pytest.raises(SettingsError, match=f"{missing} is not set"):
        load("sync", environment)


@pytest.mark.parametrize("text", ["many", "-1", "0", "1.5", "١"])
def test_a_malformed_number_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match=r"PREVIEW_MESSAGES is .* it must be a whole number"):
        load("sync", {**COMPLETE, "PREVIEW_MESSAGES": text})


SENDING = {**COMPLETE, "SENT_TABLE": "s", "HELD_TABLE": "h", "MEDIA_BUCKET": "m"}


@pytest.mark.parametrize("function", ["chat", "group"])
@pytest.mark.parametrize("given", ["WORD_LIST_BUCKET", "WORD_LIST_KEY"])
def test_half_an_address_of_word_lists_is_none(function: str, given: str) -> None:
    with pytest.raises(SettingsError, match="both WORD_LIST_BUCKET and WORD_LIST_KEY"):
        load(function, {**SENDING, given: "x"})


def test_history_is_kept_at_least_as_long_as_the_offline_store() -> None:
    with pytest.raises(SettingsError, match="at least INBOX_RETENTION_DAYS"):
        load("chat", {**SENDING, "INBOX_RETENTION_DAYS": "60", "MESSAGE_RETENTION_DAYS": "30"})


@pytest.mark.parametrize("function", ["chat", "group"])
def test_history_outlives_what_recognises_a_retry(function: str) -> None:
    with pytest.raises(SettingsError, match="at least 14"):
        load(function, {**SENDING, "INBOX_RETENTION_DAYS": "10", "MESSAGE_RETENTION_DAYS": "13"})


def test_a_function_asks_only_for_what_it_needs() -> None:
    assert load("connection", {"PRESENCE_TABLE": "p"}).presence_table == "p"
    assert load("authorizer", {"JWT_SECRET_ARN": "arn"}).jwt_secret_arn == "arn"


BUILT: dict[str, Callable[[Any, Parts], Any]] = {
    "connection": build_connection,
    "sync": build_sync,
    "chat": build_chat,
    "group": build_group,
    "fanout": build_fanout,
    "sniffer": build_sniffer,
}
ALL = {
    **SENDING,
    "WORD_LIST_BUCKET": "b",
    "WORD_LIST_KEY": "k",
    "MODERATOR": "catchup.wire.screening:rewrite",
}


class Anything:
    """Clients of which nothing is called while a function starts."""

    dynamodb = sqs = s3 = media = None


@pytest.mark.parametrize("function", BUILT)
def test_a_function_uses_each_of_its_settings_and_no_others(function: str) -> None:
    """What is asked for and not used would be demanded of a deployment in vain."""
    used: set[str] = set()

    class Watched:
        def __getattribute__(self, name: str) -> Any:
            value = getattr(settings, name)
            used.add(name)
            return value

    settings: Any = load(function, ALL)
    service = BUILT[function](Watched(), Parts(clients=Anything()))
    for name, part in vars(type(service)).items():
        if isinstance(part, cached_property):
            getattr(service, name)
    assert used == set(READ_BY[function]) == vars(settings).keys()


@pytest.mark.parametrize("function", BUILT)
def test_a_function_starts_with_what_it_must_have_and_with_nothing_less(function: str) -> None:
    required = [VARIABLES[name].name for name in READ_BY[function] if VARIABLES[name].default is None]
    needed = dict.fromkeys(required, "x")
    BUILT[function](load(function, needed), Parts(clients=Anything()))
    for missing in needed:
        with pytest.raises(SettingsError, match=f"{missing} is not set"):
            load(function, {name: value for name, value in needed.items() if name != missing})


def test_every_variable_is_read_by_a_function() -> None:
    assert {name for names in READ_BY.values() for name in names} == VARIABLES.keys()
    assert READ_BY.keys() == {path.parent.name for path in ROOT.glob("functions/*/app.py")}


def test_the_document_lists_every_variable_with_its_default() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    for variable in VARIABLES.values():
        default = "required" if variable.default is None else variable.default
        assert f"| `{variable.name}` | {default} | {variable.meaning} |" in text
