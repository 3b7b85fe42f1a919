"""The mutants of docs/protocol.md, section 7, "Receipts"."""

from catchup_client import arrivals
from catchup_client.store import Store
from catchup_client.store.sessions import SessionRow
from tests.conformance import wrong_receipts as receipts
from tests.conformance.shared_mutants import Mutant, mutant
from tests.conformance.wrong_fetching import returns_nothing

RECEIPTS: list[Mutant] = [
    mutant("ignores pushes of receipts", arrivals.Arrivals, "take_read_to", returns_nothing),
    mutant("takes receipts back", SessionRow, "other_read_up_to", receipts.takes_any_position),
    mutant("compares numbers alone", SessionRow, "other_read_up_to", receipts.compares_numbers_alone),
    mutant("ignores receipts of sessions", Store, "add_summaries", receipts.ignores_what_sessions_tell),
    mutant("takes receipts of any session", arrivals.Arrivals, "take_read_to", receipts.takes_any_session),
    mutant("takes receipts for its own reading", arrivals.Arrivals, "take_read_to", receipts.takes_it_for_its_own),
]
