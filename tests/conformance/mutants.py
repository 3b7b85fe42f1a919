"""For each rule of docs/protocol.md: ways in which a client breaks it, by functions put in the place of the client's.

A vector of the rule must fail with at least one of them, and each of them must fail at least one vector of the rule.
"""

import asyncio

from catchup_client import acks, arrivals, catch_up, link, login, outbox
from catchup_client import reads as reads_of_person
from catchup_client.due import Due
from catchup_client.protocol import acking, frames, gaps, json_answers, json_requests, paging
from catchup_client.protocol.codes import Code
from catchup_client.protocol.fields import Fields
from catchup_client.settings import Settings
from catchup_client.store import Store, messages
from catchup_client.store import outbox as outbox_table
from catchup_client.store.incoming import Incoming
from tests.conformance import phone
from tests.conformance import wrong_acks as settles
from tests.conformance import wrong_counters as counters
from tests.conformance import wrong_counting as counts
from tests.conformance import wrong_fetching as fetches
from tests.conformance import wrong_frames as reads
from tests.conformance import wrong_reading as reading
from tests.conformance import wrong_sending as sends
from tests.conformance.mutants_of_duties import DUTIES
from tests.conformance.shared_mutants import (
    EVERY_CODE_IS_OK,
    RETRIES_ALL,
    SAME_PAGE,
    Mutant,
    mutant,
)
from tests.conformance.wrong_fetching import returns_nothing

MUTANTS: dict[str, list[Mutant]] = {
    "2 / Frames": [
        mutant("pulls twice at once", asyncio, "Lock", fetches.NoLock),
        mutant("takes any push for a chat", frames, "decode", reads.takes_every_push_for_a_chat),
        mutant("refuses unknown fields", json_answers, "_message", reads.refuses_unknown_fields),
        mutant("needs a known reason", json_answers, "_page", reads.needs_a_known_reason),
        mutant("tries again after unknown codes", Code, "of_name", reads.tries_again_after_unknown_codes),
    ],
    "3 / Names and numbers": [
        mutant("keeps 32 bits", Fields, "_as_integer", reads.keeps_32_bits),
        mutant("compares uids without case", Incoming, "save_live", counts.ignores_the_case_of_uids),
        mutant("counts quiet messages of unknown types", Incoming, "save_live", counts.knows_one_quiet_type),
        mutant("counts known types only", Incoming, "save_live", counts.takes_unknown_types_for_quiet),
    ],
    "3 / A message": [
        mutant("keeps the text only", messages, "insert", reads.keeps_the_text_only),
        mutant("sends the text only", Store, "next_outgoing", sends.sends_the_text_only),
        mutant("leaves mentions out", json_requests, "encode_message", sends.sends_without_mentions),
        mutant("always wants an ack", json_requests, "encode_message", sends.always_wants_an_ack),
    ],
    "4 / Groups": [
        SAME_PAGE,
        mutant("takes the join point for no end", Store, "save_history", fetches.ignores_the_floor),
        mutant("looks below the join point", messages, "gaps", fetches.looks_below_the_floor),
        mutant("acks messages of groups", messages, "insert", settles.acks_groups),
    ],
    "4 / ack": [
        mutant("ignores what remains", acks.Acks, "_settle", settles.ignores_remaining),
        mutant(
            "names more than 100 seqs", Store, "to_ack", settles.names_all_at_once, acking, "MAX_ACKS_PER_REQUEST", 999
        ),
        EVERY_CODE_IS_OK,
    ],
    "4 / chat": [
        RETRIES_ALL,
        mutant("keeps released messages waiting", outbox_table, "release", returns_nothing),
        mutant("takes HELD for the last word", messages, "is_saved", returns_nothing),
        mutant("shows what was sent", Incoming, "save_own", sends.shows_what_was_sent),
        mutant("counts notes to oneself", Incoming, "save_live", counts.counts_notes),
    ],
    "4 / clear": [
        mutant(
            "clears what the last counter says",
            *(Store, "add_counters", settles.notes_what_counters_say),
            *(Store, "uncleared", settles.clears_what_counters_say),
        ),
        mutant("clears numbers of pages", Incoming, "save_page", counts.knows_by_pages),
        mutant("clears again at once", acks.Acks, "_refuse_clear", settles.clears_again_at_once),
        mutant("forgets a refused clear", Due, "reached", returns_nothing),
        EVERY_CODE_IS_OK,
    ],
    "4 / counters": [
        mutant("asks while a counter is missing", arrivals.Arrivals, "add_counters", counters.asks_for_all)
    ],
    "4 / history": [
        SAME_PAGE,
        mutant("ignores resumeBefore", gaps.GapFill, "receive", fetches.ignores_resume_before),
        mutant("asks from the top", catch_up.CatchUps, "older", fetches.older_from_the_top),
        mutant("acks pages of history", Store, "save_history", settles.acks_history),
    ],
    "4 / login": [
        mutant("reads one frame of counters", link, "log_in", sends.reads_one_frame),
        mutant("throws page zero away", Store, "add_counters", settles.saves_no_last_messages),
    ],
    "4 / pull": [
        mutant("names nothing", paging.PullWalk, "request", fetches.names_nothing),
        mutant("ends at an empty page", paging.PullWalk, "receive", fetches.ends_at_an_empty_page),
        mutant("goes on after RETENTION", paging.PullWalk, "receive", fetches.goes_on_after_retention),
        mutant("takes what remains for deleted", Store, "save_page", fetches.forgets_remaining),
    ],
    "4 / read": [
        mutant("takes every code for OK", reads_of_person.Reads, "_settle", reading.takes_every_code_for_ok),
    ],
    "4 / sessions": [mutant("reads one page", catch_up.CatchUps, "discover", fetches.discovers_one_page)],
    "5 / Pushes": [
        mutant("acks every push", messages, "insert", settles.acks_every_message),
        mutant("asks nothing after a head", arrivals.Arrivals, "take_head", returns_nothing),
        mutant("leaves ackFlg 0 waiting", messages, "must_be_acked", settles.acks_only_ack_flags),
    ],
    "6 / Errors": [
        mutant("tries nothing again", link, "RETRYABLE", frozenset(), outbox, "RETRYABLE", frozenset()),
        RETRIES_ALL,
        mutant("tries again at once", phone, "SETTINGS", Settings(exhausted_pause=0.0)),
        mutant("waits for ever", phone, "SETTINGS", Settings(answer_timeout=1e6)),
        mutant("gives up a refused login", login, "RETRYABLE", frozenset()),
        mutant("takes its place back", login, "DeviceReplaced", sends.LogsInAgain),
    ],
    **DUTIES,
}
