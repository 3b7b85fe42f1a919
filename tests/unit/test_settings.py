"""Settings come from the environment, once, and say what is wrong with it."""

from dataclasses import MISSING, fields

import pytest

from catchup.settings import (
    AuthorizerSettings,
    ChatSettings,
    ConnectionSettings,
    FanoutSettings,
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
    assert (settings.presence_table, settings.inbox_retention_days) == ("p", 30)


def test_numbers_are_read_as_numbers() -> None:
    assert load(SyncSettings, {**COMPLETE, "PREVIEW_MESSAGES": "7"}).preview_messages == 7


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_a_missing_variable_is_named(missing: str) -> None:
    environment = {name: value for name, value in COMPLETE.items() if name != missing}
    with pytest.raises(SettingsError, match=f"{missing} is not set"):
        load(SyncSettings, environment)


@pytest.mark.parametrize("text", ["many", "-1", "0", "1.5", "١"])
def test_a_malformed_number_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match=r"INBOX_RETENTION_DAYS is .* it must be a whole number"):
        load(SyncSettings, {**COMPLETE, "INBOX_RETENTION_DAYS": text})


def test_history_is_kept_at_least_as_long_as_the_offline_store() -> None:
    with pytest.raises(SettingsError, match="at least INBOX_RETENTION_DAYS"):
        load(SyncSettings, {**COMPLETE, "INBOX_RETENTION_DAYS": "60", "MESSAGE_RETENTION_DAYS": "30"})


def test_history_outlives_what_recognises_a_retry() -> None:
    with pytest.raises(SettingsError, match="at least 14"):
        load(SyncSettings, {**COMPLETE, "INBOX_RETENTION_DAYS": "10", "MESSAGE_RETENTION_DAYS": "13"})


SENDING = {**COMPLETE, "SENT_TABLE": "s", "FANOUT_QUEUE_URL": "f", "HINT_QUEUE_URL": "h", "HELD_TABLE": "h"}


@pytest.mark.parametrize("given", ["WORD_LIST_BUCKET", "WORD_LIST_KEY"])
def test_half_an_address_of_word_lists_is_none(given: str) -> None:
    with pytest.raises(SettingsError, match="both WORD_LIST_BUCKET and WORD_LIST_KEY"):
        load(ChatSettings, {**SENDING, given: "x"})


def test_what_sends_keeps_the_rules_of_what_it_builds_on() -> None:
    with pytest.raises(SettingsError, match="at least INBOX_RETENTION_DAYS"):
        load(ChatSettings, {**SENDING, "INBOX_RETENTION_DAYS": "60", "MESSAGE_RETENTION_DAYS": "30"})


def test_a_function_asks_only_for_what_it_needs() -> None:
    assert load(ConnectionSettings, {"PRESENCE_TABLE": "p"}).presence_table == "p"
    assert load(AuthorizerSettings, {"JWT_SECRET_ARN": "arn"}).jwt_secret_arn == "arn"


def test_the_document_lists_every_variable_with_its_default() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    for item in (*fields(AuthorizerSettings), *fields(ChatSettings), *fields(FanoutSettings)):
        default = "required" if item.default is MISSING else item.default
        assert f"| `{item.metadata['env']}` | {default} | {item.metadata['meaning']} |" in text
