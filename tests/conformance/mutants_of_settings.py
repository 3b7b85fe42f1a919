"""The mutants of docs/protocol.md, section 7, "Settings"."""

from catchup_client import Client, arrivals, catch_up, choices
from catchup_client.protocol import json_answers, json_requests
from catchup_client.protocol.codes import Code
from catchup_client.protocol.session_settings import SessionSettings
from catchup_client.server_clock import ServerClock
from catchup_client.store import Store, anew, session_settings
from catchup_client.store.queries import Queries
from tests.conformance import wrong_settings as settings
from tests.conformance.shared_mutants import Mutant, mutant
from tests.conformance.wrong_fetching import returns_nothing

SETTINGS: list[Mutant] = [
    mutant("is told nothing when it was away", arrivals.Arrivals, "compare_settings", returns_nothing),
    mutant("asks for sessions at each login", arrivals.Arrivals, "compare_settings", settings.always_asks),
    mutant("asks twice for sessions", catch_up.CatchUps, "discover", settings.asks_for_ever),
    mutant("ignores pushes of settings", arrivals.Arrivals, "take_settings", returns_nothing),
    mutant("ignores settings of counters", json_answers, "settings_in", returns_nothing),
    mutant("takes any version", session_settings, "put_newer", settings.replaces_with_older),
    mutant("sends no choices", Store, "next_choices", settings.sends_none),
    mutant("forgets a choice that it sends", Store, "next_choices", settings.forgets_what_it_sends),
    mutant("dates each attempt", Store, "next_choices", settings.dates_each_attempt),
    mutant("dates by its clock alone", Store, "choose", settings.dates_by_the_clock_alone),
    mutant("never learns the server's time", ServerClock, "learn", returns_nothing),
    mutant("leaves the place out", json_requests, "encode_choice", settings.sends_no_place),
    mutant("names all settings", json_requests, "encode_choice", settings.sends_everything),
    mutant("sends refused choices again", choices, "RETRYABLE", frozenset(Code) - {Code.OK}),
    mutant("never sends a choice again", choices, "RETRYABLE", frozenset()),
    mutant("does not take what the answer says", Store, "settle_choices", settings.keeps_its_choice),
    mutant("shows nothing before the answer", SessionSettings, "with_choice", settings.waits_for_the_answer),
    mutant("hides for ever", Queries, "_has_come_since", returns_nothing),
    mutant("shows a hidden session after any message", Queries, "_has_come_since", settings.any_seq_shows),
    mutant("hides own messages of other devices", Queries, "_has_come_since", settings.numbers_alone_show),
    mutant("hides nothing", Queries, "_has_come_since", settings.shown_at_once),
    mutant("reads what it hides", choices.Choices, "put", settings.hiding_reads),
    mutant("lists hidden sessions", Client, "chat_list", settings.shows_hidden),
    mutant("ignores pins", Client, "chat_list", settings.sorts_by_messages),
    mutant("totals everything", Client, "unread_total", settings.totals_all),
    mutant("totals what is hidden", Client, "unread_total", settings.totals_hidden),
    mutant("totals what is muted", Client, "unread_total", settings.totals_the_shown),
    mutant("mutes for ever", SessionSettings, "muted", settings.mutes_for_ever),
    mutant("stays marked when others read on", SessionSettings, "seen_at", settings.stays_marked),
    mutant("leaves marks when reading", Client, "mark_read", settings.reading_leaves_marks),
    mutant("chooses at each reading", Client, "mark_read", settings.reading_always_chooses),
    mutant("keeps settings of another epoch", anew, "KEPT_TABLES", (*anew.KEPT_TABLES, "session_settings")),
    mutant("keeps choices of another epoch", anew, "KEPT_TABLES", (*anew.KEPT_TABLES, "choice")),
]
