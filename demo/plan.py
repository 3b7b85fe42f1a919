"""The plan of the private sessions: the friends and their messages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`messages` in all, spread evenly over `sessions`; each session is one friend writing to Bob."""

    messages: int
    sessions: int

    @property
    def friends(self) -> list[str]:
        """The uids of the friends."""
        return [f"friend-{number:04}" for number in range(1, self.sessions + 1)]

    def texts(self, friend: str) -> list[str]:
        """The texts of a friend, in order. All have the same length, so that logins can be compared."""
        index = self.friends.index(friend)
        count = self.messages // self.sessions + (index < self.messages % self.sessions)
        return [f"{friend} says, for the {number:07}th time: are you there?" for number in range(1, count + 1)]
