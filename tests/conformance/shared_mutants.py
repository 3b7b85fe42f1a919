"""What a mutant is, and those that several rules share."""

from typing import Any, NamedTuple

from catchup_client import acks, catch_up, group_catch_up, link, outbox
from catchup_client.connection import Connection
from catchup_client.due import Due
from catchup_client.protocol import counting, gaps
from catchup_client.protocol.codes import Code
from catchup_client.protocol.model import Message
from catchup_client.store import Store, messages
from catchup_client.store.database import Database
from catchup_client.store.incoming import Incoming
from tests.conformance import wrong_acks as settles
from tests.conformance import wrong_counters as counters
from tests.conformance import wrong_counting as counts
from tests.conformance import wrong_fetching as fetches
from tests.conformance import wrong_sending as sends
from tests.conformance.wrong_fetching import does_nothing, returns_nothing


class Mutant(NamedTuple):
    """One way to break a rule."""

    wrong: str
    patches: tuple[tuple[Any, str, Any], ...]
    """Of each: where, the name, and what is put there."""


def mutant(wrong: str, *patch: Any) -> Mutant:
    return Mutant(wrong, tuple(zip(patch[::3], patch[1::3], patch[2::3], strict=True)))


NO_TRANSACTIONS = mutant("saves statement by statement", Database, "transaction", fetches.statement_by_statement)
ADDS_NOTHING = mutant("ignores counters", counting, "add_counter", counters.adds_nothing)
ADDS_FROM_KNOWN = mutant("adds what another has cleared", counting, "add_counter", counters.adds_from_known)
FALLS_BACK = mutant("lowers known to an older counter", counting, "add_counter", counters.falls_back)
NEVER_ASKS = mutant("asks for no counter", Due, "count", returns_nothing)
NEVER_CLEARS = mutant("never clears", Store, "uncleared", settles.clears_nothing)
FORGETS_WHAT_IS_DUE = mutant("forgets what is due", link, "log_in", sends.forgets_what_is_due)
EVERY_PUSH_COUNTS = mutant("counts every push", counting, "add_live", counts.counts_every_push)
DROPS_EARLY_PUSHES = mutant("drops early pushes", Connection, "admit_pushes", sends.drops_early_pushes)
SAME_PAGE = mutant("asks for the same page again", gaps.GapFill, "request", fetches.asks_for_the_same_page)
EVERY_CODE_IS_OK = mutant("takes every code for OK", acks.Acks, "_settle", settles.takes_every_code_for_ok)
SORTS_NOTHING_OUT = mutant("sorts nothing out", Incoming, "recount", counts.sorts_nothing_out)
SORTS_OUT_AT_ONCE = mutant("sorts out at once", Incoming, "recount", counts.sorts_out_at_once)
NO_HISTORY = mutant("asks no history", catch_up.CatchUps, "_fill_gaps", does_nothing)
NO_PULL = mutant(
    "pulls nothing", catch_up.CatchUps, "_pull", does_nothing, group_catch_up.GroupPull, "run", does_nothing
)
IGNORES_LEFT = mutant("ignores left", Incoming, "add_counter", counters.ignores_left)
ENDS_NOTHING = mutant("overlooks removals", Message, "ends_membership_of", counts.ends_nothing)
RETRIES_ALL = mutant("tries everything again", link, "RETRYABLE", frozenset(Code), outbox, "RETRYABLE", frozenset(Code))
LEAVES_OUTBOX_FIRST = mutant("empties the outbox first", outbox.Outbox, "_send", sends.leaves_the_outbox_first)
ACKS_ONCE = mutant("acks a message once", messages, "must_be_acked", returns_nothing)
