"""Lists what a person has hidden from themselves, for a device that was away, or is new."""

from dataclasses import dataclass

from catchup.commands import rule_of
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership
from catchup.errors import NotAMember
from catchup.usecases.catching_up.ports import Counters
from catchup.usecases.hiding.hide import Hidden
from catchup.usecases.hiding.ports import Hiding


@dataclass(eq=False, repr=False, slots=True)
class ListHidden:
    """Lists hidden messages in the order of seq. Changes nothing."""

    counters: Counters
    hiding: Hiding

    def __call__(self, uid: Uid, session: SessionId, after: Seq) -> Hidden:
        """Returns those above this seq, as many as an answer holds. The version is read first, so that the pages of a
        list, read from its beginning, have all that its first version stands for.

        Raises NotAMember (a group), Unavailable.
        """
        rows = self.counters.named(uid, [session])
        if not rows or (isinstance(rows[0], Membership) and not rule_of("hidden").allows_in_group(rows[0])):
            raise NotAMember
        version = rows[0].hidden_version
        if not version:
            return Hidden(session, (), 0)
        page = self.hiding.page(uid, session, after)
        return Hidden(session, page.seqs, version, page.more)
