"""Renders the tables of costs in README and docs/operations.md from bench/results, between their markers.

python -m tools.render_readme
"""

import json
import re
from pathlib import Path
from typing import Any

from commands.start import run

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
OPERATIONS = ROOT / "docs" / "operations.md"
COSTS = ROOT / "bench" / "results" / "cost.json"
GROUPS = ROOT / "bench" / "results" / "groups.json"
# Rows of a breakdown begin with this; README shows only the operations.
BREAKDOWN = "…"


def cost_table(rows: list[dict[str, Any]]) -> str:
    """Markdown: one line per operation, at the largest backlog; the benchmark fails if other backlogs cost more."""
    largest = max(row["backlog"] for row in rows)
    lines = ["| operation | write units | read units | calls in a row | $ per million |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['operation']} | {row['wu']:g} | {row['ru']:g} | {row['calls']:g} | {row['usd_per_million']:.2f} |"
        for row in rows
        if row["backlog"] == largest and not row["operation"].startswith(BREAKDOWN)
    ]
    return "\n".join(lines)


def group_table(groups: dict[str, Any]) -> str:
    """Markdown: one line per size, with 1 % of the members online; the last column is the cost of write fan-out."""
    lines = [
        "| members | online | write units | read units, calls in a row | fan-out: read units, pushes | by "
        "| write fan-out: write units |",
        "|---|---|---|---|---|---|---|",
    ]
    sizes = {(size["members"], size["online"]): size for size in groups["sizes"]}
    for copy in groups["write_fan_out"]:
        members, online = copy["members"], copy["members"] - copy["offline"]
        size = sizes[members, online]
        chat, fan_out = size["chat"], size["fan_out"]
        computed = " (computed)" if copy["computed"] else ""
        lines.append(
            f"| {members:,} | {online:,} | {chat['wu']:g} | {chat['ru']:g}, {chat['calls']:g} "
            f"| {fan_out['ru']:g}, {fan_out['pushes']:,} | {size['found_by']} | {copy['wu']:,.0f}{computed} |"
        )
    return "\n".join(lines)


def operations_table(groups: dict[str, Any]) -> str:
    """Markdown: each measured size with times, then logins, then several senders at once."""
    lines = [
        "| members | online | found by | chat: WU, RU, calls | chatAck ms: median, p99 "
        "| fan-out: WU, RU, calls, pushes | fan-out ms: median, p99 |",
        "|---|---|---|---|---|---|---|",
    ]
    for size in groups["sizes"]:
        chat, fan_out = size["chat"], size["fan_out"]
        lines.append(
            f"| {size['members']:,} | {size['online']:,} | {size['found_by']} "
            f"| {chat['wu']:g}, {chat['ru']:g}, {chat['calls']:g} | {chat['ms_median']:.0f}, {chat['ms_p99']:.0f} "
            f"| {fan_out['wu']:g}, {fan_out['ru']:g}, {fan_out['calls']:g}, {fan_out['pushes']:,} "
            f"| {fan_out['ms_median']:.0f}, {fan_out['ms_p99']:.0f} |"
        )
    lines += ["", "| login, 200 groups, 150 unread | WU | RU | calls in a row | bytes |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['case']} | {row['wu']:g} | {row['ru']:g} | {row['calls']:g} | {row['bytes']:,} |"
        for row in groups["logins"]
    ]
    lines += [
        "",
        "| senders at once | messages a second | collisions a message | WU a message | ms: median, p99 |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['senders']} | {row['messages_per_second']:.0f} | {row['collisions_per_message']:.1f} "
        f"| {row['wu_per_message']:.1f} | {row['ms_median']:.0f}, {row['ms_p99']:,.0f} |"
        for row in groups["contention"]
    ]
    return "\n".join(lines)


def render(readme: str, rows: list[dict[str, Any]], groups: dict[str, Any]) -> str:
    """README with its tables of costs renewed."""
    return _between(_between(readme, "cost", cost_table(rows)), "groups", group_table(groups))


def render_operations(operations: str, groups: dict[str, Any]) -> str:
    """docs/operations.md with its tables of groups renewed."""
    return _between(operations, "groups", operations_table(groups))


def _between(text: str, name: str, table: str) -> str:
    block = f"<!-- {name} -->\n{table}\n<!-- /{name} -->"
    return re.sub(f"<!-- {name} -->.*<!-- /{name} -->", lambda _: block, text, flags=re.DOTALL)


def main() -> None:
    """Rewrites both documents."""
    costs, groups = json.loads(COSTS.read_text()), json.loads(GROUPS.read_text())
    README.write_text(render(README.read_text(), costs, groups))
    OPERATIONS.write_text(render_operations(OPERATIONS.read_text(), groups))


if __name__ == "__main__":
    run(main)
