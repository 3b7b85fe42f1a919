"""Renders README's table of costs from bench/results/cost.json, between its markers.

python tools/render_readme.py
"""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
COSTS = ROOT / "bench" / "results" / "cost.json"
# The rows of a further breakdown begin with this; README has the operations alone.
BREAKDOWN = "…"


def cost_table(rows: list[dict[str, Any]]) -> str:
    """Markdown: one line an operation, at the largest backlog; the others cost the same, or the benchmark fails."""
    largest = max(row["backlog"] for row in rows)
    lines = ["| operation | write units | read units | calls in a row | $ per million |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['operation']} | {row['wu']:g} | {row['ru']:g} | {row['calls']:g} | {row['usd_per_million']:.2f} |"
        for row in rows
        if row["backlog"] == largest and not row["operation"].startswith(BREAKDOWN)
    ]
    return "\n".join(lines)


def render(readme: str, rows: list[dict[str, Any]]) -> str:
    """README with its table of costs renewed."""
    block = f"<!-- cost -->\n{cost_table(rows)}\n<!-- /cost -->"
    return re.sub(r"<!-- cost -->.*<!-- /cost -->", lambda _: block, readme, flags=re.DOTALL)


def main() -> None:
    """Rewrites README."""
    README.write_text(render(README.read_text(), json.loads(COSTS.read_text())))


if __name__ == "__main__":
    main()
