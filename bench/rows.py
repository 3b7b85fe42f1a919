"""The rows of the result, and their budgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from bench.metering import Cost
from bench.stage import Measured

# DynamoDB on demand, us-east-1 (https://aws.amazon.com/dynamodb/pricing/on-demand/). The dollars include neither Lambda
# nor WebSocket messages.
USD_PER_MILLION_WRITE_UNITS = 0.625
USD_PER_MILLION_READ_UNITS = 0.125


@dataclass(frozen=True, slots=True)
class Budget:
    """Upper limits; None: no limit. `calls`: sequential calls; `total_calls`: all calls."""

    wu: float | None = None
    ru: float | None = None
    calls: float | None = None
    total_calls: float | None = None

    def broken_by(self, row: "Row") -> Sequence[str]:
        """The names of the limits that the row exceeds."""
        return [name for name, bound in self.bounds.items() if bound is not None and getattr(row, name) > bound]

    @property
    def bounds(self) -> Mapping[str, float | None]:
        """All limits, by the name of the limited number of a row."""
        return {"wu": self.wu, "ru": self.ru, "calls": self.calls, "total_calls": self.total_calls}


NO_BUDGET = Budget()
LOGIN = "login, 50 sessions unread"
# A message with ackFlg 0 to someone away is stored, so it has the budget of a stored message.
BUDGETS = {
    LOGIN: Budget(wu=1, ru=30, calls=3, total_calls=20),
    "login, each idle session": Budget(wu=0, ru=0.05),
    "counters over HTTP, 50 sessions unread": Budget(wu=0, ru=30, calls=3, total_calls=20),
    "clear, 50 sessions": Budget(wu=50, ru=0, calls=2),
    "read, 50 sessions": Budget(wu=50, ru=0, calls=2),
    "settings, 50 sessions": Budget(wu=50, ru=0, calls=2),
    "login, 50 sessions that another device has cleared": Budget(wu=1, ru=30, calls=3, total_calls=20),
    "pull 20 + ack 20": Budget(wu=20, ru=3, calls=1),
    "pull 20 + ack 20 over HTTP": Budget(wu=20, ru=3, calls=1),
    "history 20": Budget(wu=0, ru=3, calls=1),
    "history 20 over HTTP": Budget(wu=0, ru=3, calls=1),
    "chat over HTTP, stored": Budget(wu=4, ru=3.5, calls=6),
    "chat, stored, receiver away": Budget(wu=4, ru=3.5, calls=6),
    "chat, stored, receiver online": Budget(wu=4, ru=3.5, calls=6),
    "chat, ackFlg 0, receiver away": Budget(wu=4, ru=3.5, calls=6),
    "ack of a message": Budget(wu=1, ru=0),
    "ack of a message, clearing": Budget(wu=2, ru=0),
    "chat, ackFlg 0, receiver online": Budget(wu=3, ru=3.5, calls=5),
    "retry of a finished chat": Budget(wu=0, ru=4, calls=3),
    **{
        f"{cmd}, {where}": Budget(wu=6, ru=4, calls=6)
        for cmd in ("recall", "edit")
        for where in (
            "private, receiver away",
            "private, receiver online",
            "private, of an edited message",
            "group",
        )
    },
    "chat, a picture, receiver away": Budget(wu=4, ru=3.5, calls=6),
    "chat, a picture, group": Budget(wu=4, ru=3, calls=5),
    "upload, a picture": Budget(wu=1, ru=2, calls=2),
    "media, first of a picture": Budget(wu=0, ru=1, calls=1),
    "media, a picture": Budget(wu=0, ru=1, calls=1),
    "recall of a picture, private, receiver away": Budget(wu=6, ru=4, calls=6),
    "signal, private": Budget(wu=0, ru=1, calls=1),
    "signal, group of 20": Budget(wu=0, ru=1, calls=1),
    "signal, group of 100": Budget(wu=0, ru=1, calls=1),
    "online, 50 people": Budget(wu=0, ru=50, calls=1),
    "receipts": Budget(wu=1, ru=0, calls=1),
    # Each member's row, and for each reader a block and a choice; missing rows cost as much.
    "readers, group of 100, all of whom have read": Budget(wu=0, ru=310, calls=5),
    "connect": Budget(wu=0, ru=0, calls=1),
    "disconnect": Budget(wu=1, ru=0, calls=1),
    "ping": Budget(wu=0, ru=0, calls=1),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation at one backlog. `by_rule`: the write and read units among them that the engine did not report.

    `measured_budget`: a budget that is measured beside it, instead of one of BUDGETS.
    """

    operation: str
    backlog: int
    wu: float
    ru: float
    calls: float
    total_calls: float
    pushes: float = 0
    by_rule: tuple[float, float] = (0, 0)
    steps: Sequence[str] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    measured_budget: Budget | None = None

    @property
    def budget(self) -> Budget:
        """The operation's budget; without limits if none is set."""
        return self.measured_budget or BUDGETS.get(self.operation, NO_BUDGET)

    @property
    def usd_per_million(self) -> float:
        """The price of a million of these operations in dollars."""
        return self.wu * USD_PER_MILLION_WRITE_UNITS + self.ru * USD_PER_MILLION_READ_UNITS

    @property
    def ok(self) -> bool | None:
        """Whether the row is within its budget; None if it has none."""
        return None if self.budget is NO_BUDGET else not self.budget.broken_by(self)

    def as_json(self) -> dict[str, Any]:
        """The row in the form of cost.json. Units that are not multiples of a half are means."""
        return {
            "operation": self.operation,
            "backlog": self.backlog,
            "wu": self.wu,
            "ru": self.ru,
            "calls": self.calls,
            "budget": self.budget.bounds,
            "ok": self.ok,
            "usd_per_million": round(self.usd_per_million, 4),
            "total_calls": self.total_calls,
            "pushes": self.pushes,
            "by_rule": {"wu": self.by_rule[0], "ru": self.by_rule[1]},
            "steps": list(self.steps),
            **self.details,
        }


def row(operation: str, backlog: int, measured: Measured, budget: Budget | None = None, **details: Any) -> Row:
    """Makes a row of one request. `details` are further keys of the JSON."""
    cost = measured.cost
    if measured.answer:
        details["bytes"] = len(measured.answer.encode())
    return Row(
        operation=operation,
        backlog=backlog,
        wu=cost.write_units,
        ru=cost.read_units,
        calls=cost.sequential,
        total_calls=len(cost.calls),
        pushes=measured.pushes,
        by_rule=cost.by_rule,
        steps=cost.steps,
        details=details,
        measured_budget=budget,
    )


def mean_row(operation: str, backlog: int, costs: Sequence[Cost], **details: Any) -> Row:
    """Makes a row with the means of many requests."""
    return Row(
        operation=operation,
        backlog=backlog,
        wu=mean(cost.write_units for cost in costs),
        ru=mean(cost.read_units for cost in costs),
        calls=mean(cost.sequential for cost in costs),
        total_calls=mean(len(cost.calls) for cost in costs),
        by_rule=(mean(cost.by_rule[0] for cost in costs), mean(cost.by_rule[1] for cost in costs)),
        details={"requests": len(costs), **details},
    )
