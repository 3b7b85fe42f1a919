"""The mutants of docs/protocol.md, section 7, "Hiding"."""

from catchup_client import arrivals, hides, link
from catchup_client.due import Due
from catchup_client.protocol import hiding
from catchup_client.protocol.codes import Code
from catchup_client.store import Store, hidden, revisions
from catchup_client.store.hiding import Hiding
from catchup_client.store.incoming import Incoming
from tests.conformance import wrong_hiding as wrong
from tests.conformance.shared_mutants import Mutant, mutant
from tests.conformance.wrong_fetching import returns_nothing

SHOWN_AGAIN = mutant("shows what comes once more", hiding, "blank", wrong.is_seen_once_more)

HIDING: dict[str, list[Mutant]] = {
    "7 / Hiding": [
        SHOWN_AGAIN,
        mutant("shows what is hidden", Hiding, "_blank", wrong.hides_nothing),
        mutant("takes it for read", Incoming, "blank", wrong.takes_it_for_read),
        mutant("deletes it", Incoming, "blank", wrong.deletes_it),
        mutant("hides only what is saved", hidden, "has", returns_nothing),
        mutant("still mentions the person", hiding, "blank", wrong.still_mentions),
        mutant("empties changes of groups", hiding, "blank", wrong.empties_changes),
        mutant("keeps what edits say", revisions, "empty_notices", returns_nothing),
    ],
    "7 / Hiding / 1": [
        mutant("tells nobody", Store, "hide", wrong.tells_nobody),
        mutant("takes what is sent for told", Store, "hides_due", wrong.takes_sent_for_told),
        mutant("tells only once", hides.Hides, "start_over", returns_nothing),
        mutant("never tells again", link, "RETRYABLE", frozenset()),
        mutant("tells for ever", link, "RETRYABLE", frozenset(Code) - {Code.OK}),
        mutant("tells again what was refused", Store, "settle_hide", wrong.tells_what_was_refused),
        mutant("shows what was refused", Store, "settle_hide", wrong.shows_what_was_refused),
    ],
    "7 / Hiding / 2": [
        mutant("believes every version", Hiding, "_take", wrong.believes_every_version),
        mutant("asks after each push", Hiding, "_take", wrong.asks_after_each_push),
        mutant("takes the last version", Hiding, "_take", wrong.takes_the_last_version),
        mutant("asks nothing", Due, "ask_hidden", returns_nothing),
    ],
    "7 / Hiding / 3": [
        mutant("reads no versions", Incoming, "_compare_hidden", returns_nothing),
        mutant("asks for one page", hides.Hides, "_ask", wrong.asks_for_one_page),
        mutant("knows the version of the last page", hides.Hides, "_ask", wrong.knows_the_last_page),
        mutant("asks from the end", hides.Hides, "_ask", wrong.asks_from_the_end),
        mutant("forgets what it knows", hidden, "raise_version", returns_nothing),
    ],
    "7 / Hiding / 4": [
        mutant("compares no sums", arrivals.Arrivals, "compare_hidden", returns_nothing),
        mutant("compares after the pushes", link, "log_in", wrong.compares_after_pushes),
        mutant("goes through the sessions each time", Store, "hidden_sum", lambda _: -1),
    ],
    "7 / Hiding / 5": [
        SHOWN_AGAIN,
        mutant("overlooks that it is hidden", Incoming, "_save", wrong.reads_no_flag),
        mutant("takes it for a version", Incoming, "_save", wrong.raises_the_version),
    ],
}
