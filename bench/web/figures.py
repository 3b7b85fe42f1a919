"""What was measured in the browser, and the budgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

# The first screen, with as many waiting; the longest task; and how much longer the first screen may take with a hundred
# thousand waiting than with 200.
FIRST_SCREEN_MS = 300
FIRST_SCREEN_WAITING = 10_000
LONGEST_TASK_MS = 50
# What `pace` of watch.mjs takes on the machine whose quarter is the cheap phone of these budgets. On a slower machine
# the budgets are wider by as much: it is not the page that is slow.
PACE_MS = 78
FLAT = 1.5
# For so long the old way is waited for: each frame of its screen takes longer, the more messages it shows.
OLD_WAY_MS = 300_000

FIELDS = {
    "waiting": "messages that wait for the person, from ten friends",
    "first_screen_ms": "from the login's answer to the frame of the screen that shows all chats with their red dots; "
    "the old way: from the opened connection to the frame that shows the last message",
    "first_screen_cpu_ms": "what the page's main thread worked in this time",
    "longest_task_ms": "the longest task of the page's main thread until 1.5 s after the first screen, in CPU time; "
    "the old way: by the clock",
    "longest_task_wall_ms": "the same by the clock",
    "pace": "how much slower the machine is than the one of the budgets; 1 if it is not",
    "frames": "WebSocket frames that came",
    "kb": "their size in thousands of bytes",
    "old_way": "the same messages pushed at login, a frame each, saved, drawn and acked; with `over_ms` alone, the "
    "last message was not shown by then, and no longer waited for",
    "saved_ms": "until everything is saved and acked",
    "freeze_ms": "the longest time between two frames of the screen",
}


@dataclass(frozen=True, slots=True)
class Size:
    """Logins of new devices with as many messages waiting, and the old way, as measure.mjs says them."""

    waiting: int
    logins: Sequence[Mapping[str, float]]
    old: Mapping[str, float] | None

    def of(self, name: str) -> float:
        """The median of all logins."""
        return median(login[name] for login in self.logins)

    def undisturbed(self, name: str) -> float:
        """The second least of seven logins: what else the machine does only makes a login longer."""
        return sorted(login[name] for login in self.logins)[len(self.logins) // 4]

    @property
    def pace(self) -> float:
        """How much slower this machine is than the one of the budgets; 1 if it is not."""
        return max(1.0, self.undisturbed("paceMs") / PACE_MS)

    def as_json(self) -> dict[str, Any]:
        """The form of the file."""
        return {
            "waiting": self.waiting,
            "catchup": {
                "first_screen_ms": round(self.of("firstScreenMs")),
                "first_screen_cpu_ms": round(self.of("firstScreenCpuMs")),
                "longest_task_ms": round(self.of("longestTaskMs"), 1),
                "longest_task_wall_ms": round(self.of("longestTaskWallMs"), 1),
                "pace": round(self.pace, 2),
                "frames": round(self.of("frames")),
                "kb": round(self.of("bytes") / 1_000, 1),
            },
            "old_way": {"over_ms": OLD_WAY_MS}
            if self.old is None
            else {
                "first_screen_ms": self.old["ms"],
                "saved_ms": self.old["savedMs"],
                "longest_task_ms": self.old["task"],
                "freeze_ms": self.old["freeze"],
                "frames": self.old["frames"],
                "kb": self.old["bytes"],
            },
        }

    def lines(self) -> Sequence[Sequence[str]]:
        """Two lines of the table."""
        said = self.as_json()
        columns = ("first_screen_ms", "first_screen_cpu_ms", "longest_task_ms", "freeze_ms", "frames", "kb")

        def cell(way: str, column: str) -> str:
            if column == "first_screen_ms" and "over_ms" in said[way]:
                return f"over {said[way]['over_ms']:,}"
            return f"{said[way][column]:,}" if column in said[way] else ""

        return [
            (f"{self.waiting:,}", name, *(cell(way, column) for column in columns))
            for name, way in (("Catchup", "catchup"), ("the old way", "old_way"))
        ]


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit, and what was measured."""

    name: str
    limit: float
    measured: float

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return self.measured <= self.limit

    def as_json(self) -> dict[str, Any]:
        """The form of the file."""
        return {"name": self.name, "limit": self.limit, "measured": round(self.measured, 2), "ok": self.ok}

    def line(self) -> Sequence[str]:
        """A line of the table."""
        return (self.name, f"{self.limit:g}", f"{self.measured:.4g}", "ok" if self.ok else "BROKEN")


def budgets(sizes: Sequence[Size], slack: float = 1) -> Sequence[Budget]:
    """The budgets, which are Catchup's alone; the old way is measured and not asserted.

    `slack`: times are allowed so many times their budgets, on a machine that does other things, too. Ratios are not.
    """
    found = [
        Budget(
            f"longest task, ms, {size.waiting:,} waiting",
            LONGEST_TASK_MS * size.pace * slack,
            size.undisturbed("longestTaskMs"),
        )
        for size in sizes
    ]
    found += [
        Budget(
            f"first screen, ms, {size.waiting:,} waiting",
            FIRST_SCREEN_MS * size.pace * slack,
            size.undisturbed("firstScreenMs"),
        )
        for size in sizes
        if size.waiting == FIRST_SCREEN_WAITING
    ]
    first = min(sizes, key=lambda size: size.waiting)
    found += [
        Budget(
            f"work until the first screen, {size.waiting:,} waiting : {first.waiting:,}",
            FLAT,
            size.undisturbed("firstScreenCpuMs") / first.undisturbed("firstScreenCpuMs"),
        )
        for size in sizes
        if size is not first
    ]
    return found
