"""The mutants of docs/protocol.md, section 7."""

from catchup_client import acks, arrivals, catch_up, link, outbox, repair, works
from catchup_client.connection import Connection
from catchup_client.hearing import Hearing
from catchup_client.names import Number
from catchup_client.protocol import counting, gaps, paging
from catchup_client.protocol.model import Message
from catchup_client.protocol.signalling import Pacing, Typists
from catchup_client.settings import Settings
from catchup_client.signalling import Signalling
from catchup_client.store import Store, anew, facade, incoming, mentions, messages, revisions, sessions
from catchup_client.store.incoming import Incoming
from tests.conformance import phone
from tests.conformance import wrong_acks as settles
from tests.conformance import wrong_counters as counters
from tests.conformance import wrong_counting as counts
from tests.conformance import wrong_fetching as fetches
from tests.conformance import wrong_frames as reads
from tests.conformance import wrong_reading as reading
from tests.conformance import wrong_revising as revises
from tests.conformance import wrong_sending as sends
from tests.conformance import wrong_signals as signals
from tests.conformance.mutants_of_hiding import HIDING
from tests.conformance.mutants_of_receipts import RECEIPTS
from tests.conformance.mutants_of_settings import SETTINGS
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
        mutant("knows nothing of reading", Incoming, "add_counter", reading.counts_what_is_not_cleared),
        mutant("takes own cleared messages for unread", Incoming, "add_counter", reading.leaves_own_in),
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
        mutant("keeps what was read to itself", Store, "untold_reads", lambda _: {}),
        mutant("reads nothing", counting, "read", counts.reads_nothing),
        mutant("forgets known", counting, "read", counts.forgets_known_at_reading),
        mutant("keeps ownBelow", counting, "read", counts.keeps_own_below_at_reading),
        mutant("reads every session", Store, "mark_read", counts.reads_every_session),
    ],
    "7 / Count / 5": [
        ENDS_NOTHING,
        mutant("takes any removal for its own", Message, "ends_membership_of", counts.any_change_ends),
        mutant("overlooks the end of a group", Message, "ends_membership_of", counts.only_people_end),
        mutant("takes a text for the end of a group", Message, "ends_membership_of", counts.any_text_dissolves),
        mutant("takes every change for the end of a group", Message, "ends_membership_of", counts.every_change_ends),
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
    "7 / Count / 9": [
        mutant("overlooks what was read elsewhere", Store, "take_reads", lambda *_: {}),
        mutant("lets a late position take something back", Incoming, "take_read", reading.takes_any_position),
        mutant("counts what was read before it came", Incoming, "take_read", reading.counts_again),
        mutant("tells only once what was read", Incoming, "add_counter", reading.believes_itself),
        mutant("tells what the server has told", Incoming, "add_counter", reading.tells_again),
        mutant("counts from what is cleared", Incoming, "add_counter", reading.counts_what_is_not_cleared),
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
        mutant("keeps mentions that were read elsewhere", Incoming, "take_read", reading.keeps_mentions),
        mutant("keeps no told mentions", mentions, "add", returns_nothing),
        mutant("forgets no told mentions", mentions, "forget", returns_nothing),
        mutant("keeps every told mention", Incoming, "add_counter", reads.keeps_every_mention),
        mutant("takes any mention for its own", Message, "mentions", reads.everyone_is_meant),
        mutant("overlooks mentions", Message, "mentions", reads.nobody_is_meant),
        mutant("overlooks atAll", Message, "mentions", reads.only_at_counts),
        mutant("takes an edit for a mention of its own", Incoming, "_mentions_me", revises.edits_mention),
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
    "7 / Count / 10": [
        mutant("counts what was recalled", counting, "recall", revises.recalls_nothing),
        mutant("judges recalled numbers by known", counting, "recall", revises.recalls_what_is_known),
        mutant("reads no recalled numbers", counting, "add_counter", revises.overlooks_recalled_numbers),
        mutant("takes own numbers for others'", Incoming, "_revise", revises.everything_is_of_others),
        mutant("leaves an own message out twice", counting, "recall", revises.knows_no_own_messages),
    ],
    "7 / Recalls and edits / 1": [
        mutant("keeps what was recalled", Incoming, "_put", returns_nothing),
        mutant("forgets recalls", Incoming, "_as_revised", revises.takes_it_as_it_comes),
        mutant("takes what comes last", incoming, "newer", revises.the_last_one_stays),
        mutant("needs the notice", revisions, "with_numbers", revises.finds_none),
        mutant("keeps what edits say", revisions, "empty_notices", returns_nothing),
    ],
    "7 / Recalls and edits / 2": [
        mutant("waits for a page", incoming, "edited", revises.keeps_the_old_content),
        mutant("takes the last push", Incoming, "_revise", revises.the_last_push_stays),
        mutant("forgets edits", Incoming, "_as_revised", revises.takes_it_as_it_comes),
    ],
    "7 / Recalls and edits / 3": [
        mutant("does not ask", revisions, "stale", revises.finds_none),
        mutant("takes what comes last", incoming, "newer", revises.the_last_one_stays),
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
    **RECEIPTS,
    "7 / Settings": SETTINGS,
    "7 / Signals / 1": [
        mutant("shows typing for long", phone, "SETTINGS", Settings(typing_shown=60)),
        mutant("shows typing briefly", phone, "SETTINGS", Settings(typing_shown=6)),
        mutant("shows no typing", Typists, "take", signals.takes_every_kind_for_the_end),
        mutant("needs an end", Hearing, "wrote", returns_nothing),
        mutant("ends with any message", Hearing, "wrote", signals.ends_with_any_message),
        mutant("ends with quiet messages", Hearing, "wrote", signals.ends_with_quiet_messages),
        mutant("hears no end", Typists, "take", signals.hears_no_end),
        mutant("hears of nobody's absence", Hearing, "forget", returns_nothing),
    ],
    "7 / Signals / 2": [
        mutant("hears oneself", Typists, "take", signals.hears_oneself),
        mutant("hears anybody", Typists, "take", signals.hears_anybody),
        mutant("hears the late", Typists, "take", signals.hears_the_late),
        mutant("hears nobody who has written", Typists, "take", signals.hears_nobody_who_has_written),
    ],
    "7 / Signals / 3": [
        mutant("takes every kind for typing", Typists, "take", signals.takes_every_kind_for_typing),
        mutant("takes other kinds for the end", Typists, "take", signals.takes_other_kinds_for_the_end),
        mutant("hears known kinds", Typists, "take", signals.hears_known_kinds),
    ],
    "7 / Signals / 4": [
        mutant("tells of each key", phone, "SETTINGS", Settings(typing_repeat=0)),
        mutant("tells of typing once", phone, "SETTINGS", Settings(typing_repeat=60)),
        mutant("sends as fast as it can", phone, "SETTINGS", Settings(signal_pause=0)),
        mutant("never stops", Pacing, "stopped", returns_nothing),
        mutant("stops what nobody has heard of", Pacing, "stopped", signals.stops_whatever_was_heard),
        mutant("lets all wait", Pacing, "put", signals.lets_all_wait),
        mutant("types on after the message", Pacing, "wrote", returns_nothing),
        mutant("sends when it is connected again", Pacing, "forget", returns_nothing),
        mutant("sends a signal again", Signalling, "_send", signals.sends_twice),
        mutant("sends a signal until it is taken", Signalling, "_send", signals.sends_until_it_is_taken),
    ],
    **HIDING,
}
