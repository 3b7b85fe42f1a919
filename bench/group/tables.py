"""Prints groups.json as tables."""

from collections.abc import Mapping, Sequence

from bench.group.figures import Budget, Figures
from bench.table import show_lines

_SIZES = (
    "members",
    "online",
    "found by",
    "WU",
    "RU",
    "calls",
    "queue",
    "ms",
    "p99",
    "fan-out WU",
    "RU",
    "calls",
    "pushes",
    "per chat",
    "ms",
    "p99",
)
_CHANGES = ("request", "met", "WU", "RU", "calls")
_ALTERNATIVE = ("members", "offline", "WU a message", "WU each", "calls", "ms", "")
_LOGINS = ("login, 200 groups, 150 unread", "WU", "RU", "calls", "all", "bytes", "bytes pb", "told", "frames")
_CONTENTION = ("senders", "messages/s", "collisions each", "WU each", "ms", "p99", "sent again")
_BUDGETS = ("budget", "bound", "worst", "")


def show(result: Mapping[str, Sequence[Figures]], budgets: Sequence[Budget]) -> None:
    """Prints all tables."""
    print("\nOne message to a group: up to chatAck, then its fan-out")
    show_lines(_SIZES, [_size(size) for size in result["sizes"]], {"found by"})
    for own in result["own_messages"]:
        print(
            f"… of someone who never clears, 1 in {1 / own['share']:.0f}: {own['wu']:g} WU, {own['ru']:g} RU, "
            f"{own['calls']:g} calls; on average {own['mean_wu']:.3f} WU."
        )
    for young in result["young_rosters"]:
        found = young["fan_out"]
        print(
            f"… in the first two hours with more than 100 members, here {young['members']:,}: the fan-out takes "
            f"{found['wu']:g} WU, {found['ru']:,g} RU, {found['calls']:g} calls."
        )
    print("\nChanges, and messages that meet some")
    show_lines(_CHANGES, [_changed(each) for each in result["changes"]], {_CHANGES[0]})
    print("\nFor comparison: the same message written for each member who is offline")
    show_lines(_ALTERNATIVE, [_alternative(each) for each in result["write_fan_out"]], {""})
    print("\nLogin")
    show_lines(_LOGINS, [_login(login) for login in result["logins"]], {_LOGINS[0]})
    for idle in result["idle_groups"]:
        kind = "with" if idle["roster"] else "without"
        print(f"Each idle group {kind} a roster: {idle['ru']:.3f} RU, {idle['wu']:g} WU.")
    print("\nSeveral senders into one group, without a pause")
    show_lines(_CONTENTION, [_contended(each) for each in result["contention"]], ())
    print()
    show_lines(_BUDGETS, [_budget(budget) for budget in budgets], {"budget", ""})


def _size(size: Figures) -> Sequence[str]:
    chat, fan_out = size["chat"], size["fan_out"]
    return (
        f"{size['members']:,}",
        f"{size['online']:,}",
        size["found_by"],
        *(f"{chat[name]:g}" for name in ("wu", "ru", "calls", "queue_messages")),
        *(f"{chat[name]:.1f}" for name in ("ms_median", "ms_p99")),
        *(f"{fan_out[name]:g}" for name in ("wu", "ru", "calls", "pushes", "per_chat")),
        *(f"{fan_out[name]:.1f}" for name in ("ms_median", "ms_p99")),
    )


def _changed(row: Figures) -> Sequence[str]:
    return (row["request"], *(f"{row[name]:g}" for name in ("met", "wu", "ru", "calls")))


def _alternative(row: Figures) -> Sequence[str]:
    ms = "–" if row["ms"] is None else f"{row['ms']:,.0f}"
    numbers = (f"{row['members']:,}", f"{row['offline']:,}", f"{row['wu']:,.0f}", f"{row['wu_per_offline_member']:g}")
    return (*numbers, f"{row['calls']:,}", ms, "computed" if row["computed"] else "")


def _login(row: Figures) -> Sequence[str]:
    names = ("wu", "ru", "calls", "total_calls", "bytes", "bytes_pb", "told", "frames")
    return (row["case"], *(f"{row[name]:,g}" for name in names))


def _contended(row: Figures) -> Sequence[str]:
    names = ("senders", "messages_per_second", "collisions_per_message", "wu_per_message", "ms_median", "ms_p99")
    return (*(f"{row[name]:g}" for name in names), f"{row['sent_again']}")


def _budget(budget: Budget) -> Sequence[str]:
    return (budget.name, f"{budget.bound:g}", f"{budget.worst:g}", "ok" if budget.ok else "BROKEN")
