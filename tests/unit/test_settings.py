"""Settings come from the environment, once, and say what is wrong with it."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any

import pytest

from catchup.bootstrap.chat import build_chat
from catchup.bootstrap.clients import Parts
from catchup.bootstrap.connection import build_connection
from catchup.bootstrap.fanout import build_fanout
from catchup.bootstrap.group import build_group
from catchup.bootstrap.sync import build_sync
from catchup.settings import (
    AuthorizerSettings,
    ChatSettings,
    ConnectionSettings,
    FanoutSettings,
    GroupSettings,
    SettingsError,
    SyncSettings,
    load,
)
from tests.support.world import ROOT

COMPLETE = {
    "PRESENCE_TABLE": "p",
    "SESSION_TABLE": "s",
    "MESSAGE_TABLE": "m",
    "INBOX_TABLE": "i",
    "COUNTER_TABLE": "c",
    "ROSTER_TABLE": "r",
    "MANAGEMENT_ENDPOINT": "https://gateway/v1",
}


def test_settings_are_read_with_their_defaults() -> None:
    settings = load(SyncSettings, COMPLETE)
    assert (settings.presence_table, settings.preview_messages) == ("p", 5)


def test_numbers_are_read_as_numbers() -> None:
    assert load(SyncSettings, {**COMPLETE, "PREVIEW_MESSAGES": "7"}).preview_messages == 7


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_a_missing_variable_is_named(missing: str) -> None:
    environment = {name: value for name, value in COMPLETE.items() if name != missing}
    with pytest.raises(SettingsError, match=f"{missing} is not set"):
        load(SyncSettings, environment)


@pytest.mark.parametrize("text", ["many", "-1", "0", "1.5", "١"])
def test_a_malformed_number_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match=r"PREVIEW_MESSAGES is .* it must be a whole number"):
        load(SyncSettings, {**COMPLETE, "PREVIEW_MESSAGES": text})


SENDING = {**COMPLETE, "SENT_TABLE": "s", "FANOUT_QUEUE_URL": "f", "HINT_QUEUE_URL": "h", "HELD_TABLE": "h"}


@pytest.mark.parametrize("kind", [ChatSettings, GroupSettings])
@pytest.mark.parametrize("given", ["WORD_LIST_BUCKET", "WORD_LIST_KEY"])
def test_half_an_address_of_word_lists_is_none(kind: type, given: str) -> None:
    with pytest.raises(SettingsError, match="both WORD_LIST_BUCKET and WORD_LIST_KEY"):
        load(kind, {**SENDING, given: "x"})


def test_history_is_kept_at_least_as_long_as_the_offline_store() -> None:
    with pytest.raises(SettingsError, match="at least INBOX_RETENTION_DAYS"):
        load(ChatSettings, {**SENDING, "INBOX_RETENTION_DAYS": "60", "MESSAGE_RETENTION_DAYS": "30"})


@pytest.mark.parametrize("kind", [ChatSettings, GroupSettings])
def test_history_outlives_what_recognises_a_retry(kind: type) -> None:
    with pytest.raises(SettingsError, match="at least 14"):
        load(kind, {**SENDING, "INBOX_RETENTION_DAYS": "10", "MESSAGE_RETENTION_DAYS": "13"})


def test_a_function_asks_only_for_what_it_needs() -> None:
    assert load(ConnectionSettings, {"PRESENCE_TABLE": "p"}).presence_table == "p"
    assert load(AuthorizerSettings, {"JWT_SECRET_ARN": "arn"}).jwt_secret_arn == "arn"


BUILT: dict[type, Callable[[Any, Parts], Any]] = {
    ConnectionSettings: build_connection,
    SyncSettings: build_sync,
    ChatSettings: build_chat,
    GroupSettings: build_group,
    FanoutSettings: build_fanout,
}
ALL = {
    **SENDING,
    "WORD_LIST_BUCKET": "b",
    "WORD_LIST_KEY": "k",
    "MODERATOR": "catchup.wire.screening:rewrite",
}


class Anything:
    """Clients of which nothing is called while a function starts."""

    dynamodb = sqs = s3 = None


@pytest.mark.parametrize("kind", BUILT)
def test_a_function_uses_each_of_its_settings(kind: type) -> None:
    """What is asked for and not used would be demanded of a deployment in vain."""
    used: set[str] = set()

    class Watched:
        def __getattribute__(self, name: str) -> Any:
            used.add(name)
            return getattr(settings, name)

    settings: Any = load(kind, ALL)
    BUILT[kind](Watched(), Parts(clients=Anything()))
    assert {field.name for field in fields(kind)} <= used


@pytest.mark.parametrize("kind", BUILT)
def test_a_function_starts_with_what_it_must_have_and_with_nothing_less(kind: type) -> None:
    needed = {item.metadata["env"]: "x" for item in fields(kind) if item.default is MISSING}
    BUILT[kind](load(kind, needed), Parts(clients=Anything()))
    for missing in needed:
        with pytest.raises(SettingsError, match=f"{missing} is not set"):
            load(kind, {name: value for name, value in needed.items() if name != missing})


def test_the_document_lists_every_variable_with_its_default() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    kinds = (AuthorizerSettings, *BUILT)
    for item in {item.metadata["env"]: item for kind in kinds for item in fields(kind)}.values():
        default = "required" if item.default is MISSING else item.default
        assert f"| `{item.metadata['env']}` | {default} | {item.metadata['meaning']} |" in text
