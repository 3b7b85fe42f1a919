"""Draws docs/img/groups.png from groups.json: write units of a message against the members of the group."""

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from commands.start import run

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "bench" / "results" / "groups.json"
PICTURE = ROOT / "docs" / "img" / "groups.png"
# 1,600 pixels wide, readable at 800.
INCHES = (8, 4.8)
DOTS_PER_INCH = 200
CATCHUP, ALTERNATIVE = "#0b6e4f", "#b3452c"


def draw(result: dict[str, Any]) -> None:
    """Writes the picture."""
    plt.rcParams.update({"font.size": 12, "font.family": "DejaVu Sans", "axes.spines.top": False})
    plt.rcParams["axes.spines.right"] = False
    figure, axes = plt.subplots(figsize=INCHES)
    # A size measured twice, with few and with many people online, is one point: the write units are the same.
    chats = {size["members"]: size["chat"]["wu"] + size["fan_out"]["wu"] for size in result["sizes"]}
    alternative = {row["members"]: row["wu"] for row in result["write_fan_out"]}
    measured = {row["members"]: row["wu"] for row in result["write_fan_out"] if not row["computed"]}
    computed = {members: wu for members, wu in alternative.items() if members not in measured}
    axes.plot(*_points(alternative), color=ALTERNATIVE, linewidth=2, zorder=2)
    axes.plot(
        *_points(measured), "o", color=ALTERNATIVE, markersize=8, label="a copy for each member offline, measured"
    )
    style: dict[str, Any] = {"color": ALTERNATIVE, "markersize": 8, "markerfacecolor": "white", "markeredgewidth": 2}
    axes.plot(*_points(computed), "o", label="a copy for each member offline, computed", **style)
    axes.plot(*_points(chats), "s-", color=CATCHUP, linewidth=2.5, markersize=8, label="Catchup, measured")
    _label_end(axes, chats, CATCHUP)
    _label_end(axes, alternative, ALTERNATIVE)
    _dress(axes)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, dpi=DOTS_PER_INCH, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)


def _points(figures: dict[int, float]) -> tuple[list[int], list[float]]:
    return list(figures), list(figures.values())


def _label_end(axes: Axes, figures: dict[int, float], colour: str) -> None:
    """Writes the number at the largest group."""
    at = list(figures.items())[-1]
    style: dict[str, Any] = {"ha": "right", "color": colour, "weight": "bold"}
    axes.annotate(f"{at[1]:,.0f}", at, (4, 11), textcoords="offset points", **style)


def _dress(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(7, 180_000)
    axes.set_ylim(1, 700_000)
    axes.set_xlabel("members of the group")
    axes.set_ylabel("DynamoDB write units per message")
    axes.set_title("What one message to a group costs to write", loc="left", weight="bold", pad=14)
    numbers = FuncFormatter(lambda number, _: f"{number:,.0f}")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(numbers)
        axis.set_minor_locator(NullLocator())
    axes.grid(color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", facecolor="white", edgecolor="none", framealpha=1)


if __name__ == "__main__":
    run(lambda: draw(json.loads(RESULT.read_text())))
