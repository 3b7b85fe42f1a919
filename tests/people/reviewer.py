"""The operator who decides about held messages, and repeats failed decisions."""

from collections.abc import Callable

from catchup.clock import Deadline, must_end_by
from catchup.domain.ids import MsgId, Uid
from catchup.errors import Denied, PartlyReleased, Unavailable
from catchup.usecases.screening.review import Review
from tests.people.line import NoAnswer
from tests.people.person import Person
from tests.support.world import Context, World

Held = tuple[str, str]


class Reviewer(Person):
    """A reviewer. `due`: open decisions, `release` or `drop`, by sender and msgId. `decided`: their results.

    A message that can't be released (`refused`) stays held. One that is already out can't be dropped, and is released
    instead.
    """

    def __init__(
        self, world: World, review: Review, context: Callable[[], Context] = Context, name: str = "reviewer"
    ) -> None:
        super().__init__(world, name, context=context)
        self.review = review
        self.due: dict[Held, str] = {}
        self.decided: dict[Held, str] = {}

    def decide(self, what: str, sender: Person, msg_id: str) -> None:
        """Makes one attempt to `release` or `drop` a message."""
        self.due[sender.uid, msg_id] = what
        self.work()

    def work(self) -> None:
        """Makes one attempt for everything that is due."""
        for held, what in list(self.due.items()):
            try:
                self._do(what, Uid(held[0]), MsgId(held[1]))
            except (Unavailable, NoAnswer):
                continue
            if self.world.fans_out_at_once:
                self.world.fan_out()

    def _do(self, what: str, sender: Uid, msg_id: MsgId) -> None:
        decide = self.review.release if what == "release" else self.review.drop
        try:
            with must_end_by(Deadline(self._context().get_remaining_time_in_millis)):
                decide(sender, msg_id)
        except Denied:
            self.decided[sender, msg_id] = "refused"
        except PartlyReleased:
            self.due[sender, msg_id] = "release"
            return
        else:
            self.decided[sender, msg_id] = what
        del self.due[sender, msg_id]

    # ---------------------------------------------------------------- no device

    @property
    def is_due(self) -> bool:
        return bool(self.due)

    @property
    def connected(self) -> bool:
        return False

    def connect(self) -> None:
        return

    def crash(self) -> None:
        return

    def read_pushes(self) -> None:
        return

    def flush(self) -> bool:
        self.work()
        return not self.due
