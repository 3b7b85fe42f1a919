"""Who writes what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`messages` in all, spread evenly over `sessions`; each session is one friend writing to Bob."""

    messages: int
    sessions: int

    @property
    def friends(self) -> list[str]:
        """Their uids."""
        return [f"friend-{number:04}" for number in range(1, self.sessions + 1)]

    def texts(self, friend: str) -> list[str]:
        """What a friend writes, in order. All texts are of one length, so that logins can be compared."""
        index = self.friends.index(friend)
        count = self.messages // self.sessions + (index < self.messages % self.sessions)
        return [f"{friend} says, for the {number:07}th time: are you there?" for number in range(1, count + 1)]
