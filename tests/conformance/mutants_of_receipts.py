"""The mutants of docs/protocol.md, section 7, "Receipts"."""

from catchup_client import arrivals
from catchup_client.receipts import ReceiptsSender
from catchup_client.store import Store
from catchup_client.store import receipts as receipts_table
from catchup_client.store.queries import Queries
from catchup_client.store.sessions import SessionRow
from tests.conformance import wrong_receipts as receipts
from tests.conformance.shared_mutants import RETRIES_ALL, Mutant, mutant
from tests.conformance.wrong_fetching import returns_nothing

READ_TO: list[Mutant] = [
    mutant("ignores pushes of receipts", arrivals.Arrivals, "take_read_to", returns_nothing),
    mutant("takes receipts back", SessionRow, "other_read_up_to", receipts.takes_any_position),
    mutant("compares numbers alone", SessionRow, "other_read_up_to", receipts.compares_numbers_alone),
    mutant("ignores receipts of sessions", Store, "add_summaries", receipts.ignores_what_sessions_tell),
    mutant("takes receipts of any session", arrivals.Arrivals, "take_read_to", receipts.takes_any_session),
    mutant("takes receipts for its own reading", arrivals.Arrivals, "take_read_to", receipts.takes_it_for_its_own),
]

CHOOSING: list[Mutant] = [
    mutant("tells no choice", Store, "choose_receipts", receipts.chooses_for_this_device_alone),
    mutant("dates choices by the clock alone", Store, "choose_receipts", receipts.dates_by_the_clock_alone),
    mutant("dates each try anew", Store, "redate_receipts", receipts.dates_each_try_anew),
    mutant("keeps the date of a clock that is ahead", Store, "redate_receipts", returns_nothing),
    mutant("forgets a choice with the process", ReceiptsSender, "start_over", returns_nothing),
    mutant("takes no choice of the server", arrivals.Arrivals, "take_receipts", returns_nothing),
    mutant("takes choices back", receipts_table, "take", receipts.takes_what_comes_last),
    mutant("takes off for all for a choice", receipts_table, "take", receipts.takes_off_for_all_for_a_choice),
    RETRIES_ALL,
]

WHILE_OFF: list[Mutant] = [
    mutant("shows receipts while they are off", Queries, "_read_to", receipts.shows_all_the_same),
    mutant("drops receipts while they are off", Store, "take_read_to", receipts.drops_what_is_read_while_off),
    mutant("asks who has read while receipts are off", ReceiptsSender, "readers", receipts.asks_all_the_same),
]

RECEIPTS: dict[str, list[Mutant]] = {
    "7 / Receipts / 1": READ_TO,
    "7 / Receipts / 3": CHOOSING,
    "7 / Receipts / 4": WHILE_OFF,
}
