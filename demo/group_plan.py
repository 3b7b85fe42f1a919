"""The plan of the group: its members and their messages."""

from dataclasses import dataclass

GROUP = "demo"
# The owner and four members who answer.
SPEAKERS = 5
BEFORE_BOB = "Bob is not here yet."


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group of `members`, including Bob. Five members and Bob himself write `messages` in all, in equal parts.

    seq    1 create   2 said before Bob   3 add, of Bob   messages …
                                          └─ where Bob joins: his unread begins here
    """

    members: int
    messages: int

    @property
    def owner(self) -> str:
        """The person who creates the group."""
        return self._uid(1)

    @property
    def speakers(self) -> list[str]:
        """The members who write while Bob is away."""
        return [self._uid(number) for number in range(1, SPEAKERS + 1)]

    @property
    def others(self) -> list[str]:
        """Everyone but Bob, the owner first."""
        return [self._uid(number) for number in range(1, self.members)]

    @property
    def changes(self) -> int:
        """How many system messages Bob finds: only the one that adds him. It counts for nobody."""
        return 1

    def texts(self, speaker: str) -> list[str]:
        """The texts of a speaker, in order. Bob is a speaker too, on another device than the one that comes back."""
        everyone = [*self.speakers, "bob"]
        index = everyone.index(speaker)
        count = self.messages // len(everyone) + (index < self.messages % len(everyone))
        return [f"{speaker} tells the group, for the {number:05}th time: hello" for number in range(1, count + 1)]

    @property
    def own(self) -> int:
        """How many messages Bob writes himself. They are stored, but never unread."""
        return len(self.texts("bob"))

    @property
    def unread(self) -> int:
        """The number that Bob's red dot must show."""
        return self.messages - self.own

    def _uid(self, number: int) -> str:
        return f"member-{number:04}"
