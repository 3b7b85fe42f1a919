"""The mutants of docs/protocol.md, section 7."""

from catchup_client import Client, acks, arrivals, catch_up, choices, link, outbox, repair, works
from catchup_client.connection import Connection
from catchup_client.names import Number
from catchup_client.protocol import counting, gaps, json_answers, json_requests, paging
from catchup_client.protocol.codes import Code
from catchup_client.protocol.model import Message
from catchup_client.protocol.session_settings import SessionSettings
from catchup_client.server_clock import ServerClock
from catchup_client.settings import Settings
from catchup_client.store import Store, anew, facade, mentions, messages, session_settings, sessions
from catchup_client.store.incoming import Incoming
from catchup_client.store.queries import Queries
from tests.conformance import phone
from tests.conformance import wrong_acks as settles
from tests.conformance import wrong_counters as counters
from tests.conformance import wrong_counting as counts
from tests.conformance import wrong_fetching as fetches
from tests.conformance import wrong_frames as reads
from tests.conformance import wrong_sending as sends
from tests.conformance import wrong_settings as settings
from tests.conformance.shared_mutants import (
    ACKS_ONCE,
    ADDS_FROM_KNOWN,
    ADDS_NOTHING,
    DROPS_EARLY_PUSHES,
    ENDS_NOTHING,
    EVERY_PUSH_COUNTS,
    FALLS_BACK,
    FORGETS_WHAT_IS_DUE,
    IGNORES_LEFT,
    LEAVES_OUTBOX_FIRST,
    NEVER_ASKS,
    NEVER_CLEARS,
    NO_HISTORY,
    NO_PULL,
    NO_TRANSACTIONS,
    SORTS_NOTHING_OUT,
    SORTS_OUT_AT_ONCE,
    Mutant,
    mutant,
)
from tests.conformance.wrong_fetching import returns_nothing

DUTIES: dict[str, list[Mutant]] = {
    "7 / Clear": [
        NEVER_CLEARS,
        mutant("leaves groups that have nothing new", facade, "CLEAR_IS_DUE", Number(10**9)),
        mutant("clears what another has cleared", Store, "add_counters", settles.ignores_other_devices),
        mutant("clears again what is confirmed", Store, "settle", settles.forgets_confirmed_clears),
        FORGETS_WHAT_IS_DUE,
    ],
    "7 / Connect": [
        mutant("does not ping", phone, "SETTINGS", Settings(ping_after=1e9)),
        mutant("keeps its connection", phone, "SETTINGS", Settings(reconnect_after=1e9)),
        mutant("sends before the answer of login", link, "log_in", sends.sends_before_the_answer),
        mutant("gives up after a lost login", link, "log_in", sends.gives_up_after_a_lost_login),
        mutant("uses the first login only", arrivals.Arrivals, "add_counters", counters.uses_the_first_login_only),
    ],
    "7 / Count / 1": [
        ADDS_NOTHING,
        ADDS_FROM_KNOWN,
        FALLS_BACK,
        NO_TRANSACTIONS,
        mutant("replaces what is unread", counting, "add_counter", counters.replaces),
        mutant("adds what was added", counting, "add_counter", counters.adds_from_cleared),
        mutant("adds own messages", counting, "add_counter", counters.adds_own),
        mutant("stops before own messages", counting, "add_counter", counters.stops_before_own),
        mutant("ignores joinedNumber", counting, "add_counter", counters.ignores_joined_number),
        mutant("forgets all at joining", counting, "add_counter", counters.forgets_all_at_joining),
    ],
    "7 / Count / 2": [
        EVERY_PUSH_COUNTS,
        NO_TRANSACTIONS,
        mutant("counts no push", counting, "add_live", counts.counts_no_push),
        mutant("counts own pushes", counting, "add_live", counts.counts_own_pushes),
        mutant("counts own private messages", Incoming, "save_live", counts.counts_own_private_messages),
        mutant("counts quiet messages", Incoming, "save_live", counts.counts_quiet_messages),
    ],
    "7 / Count / 3": [
        NEVER_ASKS,
        mutant("jumps over missing numbers", counting, "add_live", counts.jumps),
        mutant("asks at once", phone, "SETTINGS", Settings(repair_delay=0.0)),
        mutant("asks twice", catch_up.CatchUps, "ask_counters", fetches.asks_twice),
        mutant("asks for own numbers", Incoming, "_is_uncounted", counts.any_number_is_missing),
        mutant("asks while a counter is below", arrivals.Arrivals, "add_counters", counters.asks_while_below),
        mutant("counts pages", Incoming, "save_page", counts.counts_pages),
    ],
    "7 / Count / 4": [
        mutant("reads nothing", counting, "read", counts.reads_nothing),
        mutant("forgets known", counting, "read", counts.forgets_known_at_reading),
        mutant("keeps ownBelow", counting, "read", counts.keeps_own_below_at_reading),
        mutant("reads every session", Store, "mark_read", counts.reads_every_session),
    ],
    "7 / Count / 5": [
        ENDS_NOTHING,
        mutant("takes any removal for its own", Message, "ends_membership_of", counts.any_change_ends),
        mutant("takes a removal for the end of all", counting, "forget", counts.forgets_everything),
        mutant("takes a text for a removal", Message, "ends_membership_of", counts.any_text_ends),
        mutant("overlooks its own coming and going", Incoming, "note_change", counts.own_stay_is_nothing),
        mutant("takes any change for its own going", Incoming, "note_change", counts.every_change_is_own_stay),
        mutant("counts own changes", Incoming, "note_change", counts.counts_changes),
    ],
    "7 / Count / 6": [
        IGNORES_LEFT,
        mutant("is never out", Incoming, "_is_out", counts.is_never_out),
        mutant("is always out", Incoming, "_is_out", counts.is_always_out),
        mutant("takes any coming for its own", Message, "may_begin_membership_of", counts.begins_anybody),
    ],
    "7 / Count / 7": [
        mutant("takes no numbers of sessions", Incoming, "add_summary", counters.hears_of_sessions_only),
        mutant("adds groups of sessions", Incoming, "add_summary", counters.takes_groups_of_sessions),
        mutant("ignores joined of sessions", Incoming, "add_summary", counters.ignores_joined_of_sessions),
    ],
    "7 / Count / 8": [
        SORTS_NOTHING_OUT,
        SORTS_OUT_AT_ONCE,
        mutant("ignores ownBelow", counting, "add_counter", counters.ignores_own_below),
        mutant("adds what is vague", counting, "is_vague", counts.is_never_out),
        mutant("subtracts an old ownBelow", counting, "add_counter", counters.subtracts_old_own_below),
        mutant("keeps one ownBelow", counting, "add_counter", counters.keeps_one_own_below),
    ],
    "7 / Epoch": [
        NO_TRANSACTIONS,
        DROPS_EARLY_PUSHES,
        mutant("ignores the epoch", Store, "meet", sends.meets_nothing),
        mutant("begins anew at each login", Store, "meet", sends.meets_another_each_time),
        mutant("takes no epoch for another", arrivals.Arrivals, "meet", sends.takes_no_epoch_for_another),
        mutant("loses the outbox", anew, "KEPT_TABLES", ("meta",)),
        mutant("keeps what is held", anew, "forget_all", sends.keeps_what_is_held),
        mutant("uses pushes at once", Connection, "__init__", sends.uses_pushes_at_once),
        mutant("goes on with old work", works.Works, "begin_anew", returns_nothing),
    ],
    "7 / Gaps": [
        NO_HISTORY,
        NO_PULL,
        mutant("overlooks gaps", Incoming, "_note_gap", returns_nothing),
        mutant(
            "fetches at every push",
            *(Incoming, "_note_gap", fetches.fetches_at_every_push),
            *(repair.Repairs, "_close_gap", fetches.catches_up),
        ),
        mutant("takes one answer for final", messages, "FINAL_ANSWERS", 1),
        mutant("never gives up a seq", messages, "FINAL_ANSWERS", 99),
        mutant("ignores lastSeq of sessions", Incoming, "add_summary", counters.ignores_last_seq_of_sessions),
    ],
    "7 / Mentions": [
        mutant("keeps no told mentions", mentions, "add", returns_nothing),
        mutant("forgets no told mentions", mentions, "forget", returns_nothing),
        mutant("keeps every told mention", Incoming, "add_counter", reads.keeps_every_mention),
        mutant("takes any mention for its own", Message, "mentions", reads.everyone_is_meant),
        mutant("overlooks mentions", Message, "mentions", reads.nobody_is_meant),
        mutant("overlooks atAll", Message, "mentions", reads.only_at_counts),
        mutant("mentions itself", messages, "insert", reads.own_mentions_count),
        mutant("lists read mentions", mentions, "unread", reads.lists_read_mentions),
        mutant("lists mentions twice", mentions, "unread", reads.lists_mentions_twice),
    ],
    "7 / Opening a session": [
        NO_PULL,
        mutant("pulls the whole group", gaps.GapFill, "request", fetches.pulls_the_whole_group),
    ],
    "7 / Overtaken answers": [
        EVERY_PUSH_COUNTS,
        DROPS_EARLY_PUSHES,
        FALLS_BACK,
        ADDS_FROM_KNOWN,
        NEVER_ASKS,
        mutant("takes the end for all", Store, "finish_catch_up", fetches.takes_the_end_for_all),
        mutant("lowers the highest seq", sessions.SessionRow, "hear_of", fetches.lowers_the_highest_seq),
    ],
    "7 / Page": [
        NO_TRANSACTIONS,
        ACKS_ONCE,
        FORGETS_WHAT_IS_DUE,
        mutant("pulls after the end", paging.PullWalk, "receive", fetches.needs_two_ends),
        mutant("takes acks for confirmed", acks.Acks, "_next", settles.settles_when_sent),
        mutant("shows what it has", Incoming, "_save", settles.shows_again),
        mutant("compares seqs of any session", messages, "find", settles.finds_in_any_session),
        mutant("notes acks apart", Store, "save_page", fetches.saves_page_in_two_steps),
    ],
    "7 / Retention": [
        SORTS_NOTHING_OUT,
        SORTS_OUT_AT_ONCE,
        mutant("takes own numbers for saved", messages, "numbers_of_others", counts.numbers_of_all),
    ],
    "7 / Send": [
        NO_TRANSACTIONS,
        LEAVES_OUTBOX_FIRST,
        mutant("sends all at once", outbox.Outbox, "_lane", sends.sends_all_at_once),
        mutant("changes groups at any time", outbox.Outbox, "turn", sends.takes_no_turn),
        mutant("keeps its turn", outbox.Outbox, "turn", sends.keeps_its_turn),
        mutant("sends over one connection", link.Link, "request", sends.asks_once),
        mutant("discards nothing", Store, "discard", sends.keeps_in_the_outbox),
        mutant("leaves pushed messages waiting", Incoming, "save_own", sends.takes_from_the_outbox_if_new),
        mutant("stores answers in two steps", Store, "sent", sends.stores_the_answer_in_two_steps),
        mutant("forgets the outbox", outbox.Outbox, "run", sends.forgets_the_outbox),
    ],
    "7 / Settings": [
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
        mutant("leaves marks when reading", Client, "mark_read", settings.reading_leaves_marks),
        mutant("chooses at each reading", Client, "mark_read", settings.reading_always_chooses),
        mutant("keeps settings of another epoch", anew, "KEPT_TABLES", (*anew.KEPT_TABLES, "session_settings")),
        mutant("keeps choices of another epoch", anew, "KEPT_TABLES", (*anew.KEPT_TABLES, "choice")),
    ],
}
