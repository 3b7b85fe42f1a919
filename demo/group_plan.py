"""Who is in the group, and who says what."""

from collections.abc import Iterator
from dataclasses import dataclass

GROUP = "demo"
# The owner, and some who answer.
SPEAKERS = 5
# The client's and the server's limit of people named in one request.
UIDS_PER_REQUEST = 50
BEFORE_BOB = "Bob is not here yet."


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """`members`, Bob among them; `messages` in all, spread evenly over five members and Bob himself.

    seq    1 create   2 said before Bob   3 add, with Bob   further adds …   messages …
                                          └─ where Bob joins: his unread begins here
    """

    members: int
    messages: int

    @property
    def owner(self) -> str:
        """Who makes the group."""
        return self._uid(1)

    @property
    def speakers(self) -> list[str]:
        """Who says something while Bob is away."""
        return [self._uid(number) for number in range(1, SPEAKERS + 1)]

    @property
    def founders(self) -> list[str]:
        """Whom the owner names when the group is made."""
        return [self._uid(number) for number in range(2, min(UIDS_PER_REQUEST + 2, self.members))]

    def additions(self) -> Iterator[list[str]]:
        """Whom the owner adds, 50 at once; Bob is the first of them."""
        rest = ["bob", *(self._uid(number) for number in range(len(self.founders) + 2, self.members))]
        for start in range(0, len(rest), UIDS_PER_REQUEST):
            yield rest[start : start + UIDS_PER_REQUEST]

    @property
    def changes(self) -> int:
        """System messages that Bob finds: the one that adds him, and those after it."""
        return len(list(self.additions()))

    def texts(self, speaker: str) -> list[str]:
        """What a speaker says, in order; Bob is one of them, on another device than the one that comes back."""
        everyone = [*self.speakers, "bob"]
        index = everyone.index(speaker)
        count = self.messages // len(everyone) + (index < self.messages % len(everyone))
        return [f"{speaker} tells the group, for the {number:05}th time: hello" for number in range(1, count + 1)]

    @property
    def own(self) -> int:
        """Bob's own messages: never unread, always there."""
        return len(self.texts("bob"))

    @property
    def unread(self) -> int:
        """What Bob's red dot must say."""
        return self.changes + self.messages - self.own

    def _uid(self, number: int) -> str:
        return f"member-{number:04}"
