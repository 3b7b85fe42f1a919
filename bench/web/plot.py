"""Draws docs/img/web-light.svg and web-dark.svg from the result: the first screen and the longest task, both ways."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from commands.start import run

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "bench" / "results" / "web.json"
PICTURES = ROOT / "docs" / "img"
INCHES = (9, 4.2)


class Colours(NamedTuple):
    """The colours of a picture, on a page whose own background is seen through it."""

    ink: str
    grid: str
    catchup: str
    old: str


# Each has a contrast of at least 4.5 to the background of GitHub's theme.
THEMES = {
    "light": Colours("#1f2328", "#d8dee4", "#0b6e4f", "#b3452c"),
    "dark": Colours("#e6edf3", "#3d444d", "#4cc38a", "#ff8b6a"),
}


def draw(result: Mapping[str, Any], folder: Path = PICTURES) -> None:
    """Writes both pictures."""
    for name, colours in THEMES.items():
        # The salt and the missing date make the same figures the same file.
        with mpl.rc_context({"font.size": 11, "font.family": "DejaVu Sans", "svg.hashsalt": "web"}):
            figure, (first, longest) = plt.subplots(1, 2, figsize=INCHES)
            _panel(first, result["sizes"], "first_screen_ms", "first_screen_ms", colours)
            _panel(longest, result["sizes"], "longest_task_wall_ms", "longest_task_ms", colours)
            first.set_title("Login to first screen", loc="left", weight="bold", color=colours.ink, pad=12)
            longest.set_title("Longest task of the page", loc="left", weight="bold", color=colours.ink, pad=12)
            figure.tight_layout(w_pad=3)
            folder.mkdir(parents=True, exist_ok=True)
            figure.savefig(folder / f"web-{name}.svg", transparent=True, metadata={"Date": None, "Creator": None})
            plt.close(figure)


def _panel(axes: Axes, sizes: Sequence[Any], catchup: str, old: str, colours: Colours) -> None:
    waiting = [size["waiting"] for size in sizes]
    lines = (
        ("old_way", old, colours.old, "o-", (0, 9), "everything pushed at login"),
        ("catchup", catchup, colours.catchup, "s-", (0, -17), "Catchup"),
    )
    every = []
    for way, name, colour, style, offset, label in lines:
        points = [point for size in sizes for point in _points(size["waiting"], size[way], name)]
        across, up = zip(*[place for place, _ in points], strict=True)
        axes.plot(across, up, style, color=colour, linewidth=2.5, markersize=7, label=label)
        for place, text in points:
            axes.annotate(text, place, offset, textcoords="offset points", ha="center", color=colour, weight="bold")
        every += [height for (_, height), _ in points]
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(waiting[0] / 4, waiting[-1] * 3)
    axes.set_ylim(min(every) / 3, max(every) * 9)
    axes.set_xticks(waiting, [f"{count:,}" for count in waiting])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _time(value)))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
    axes.set_xlabel("messages waiting", color=colours.ink)
    axes.tick_params(colors=colours.ink, length=0)
    axes.grid(color=colours.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(colours.ink)
    axes.legend(loc="upper left", frameon=False, labelcolor=colours.ink)


def _points(waiting: int, figures: Mapping[str, float], name: str) -> Iterator[tuple[tuple[int, float], str]]:
    """A point and its text; none of what is not known."""
    if name in figures:
        # Zero has no place on the axis: no task was over 50 ms, which is where browsers begin to report them.
        yield (waiting, max(figures[name], 1)), _time(figures[name])
    elif name == "first_screen_ms":
        yield (waiting, figures["over_ms"]), f"over {_time(figures['over_ms'])}"


def _time(ms: float) -> str:
    if ms < 1_000:
        return f"{ms:,.0f} ms"
    return f"{ms / 1_000:.2g} s" if ms < 100_000 else f"{ms / 1_000:,.0f} s"


if __name__ == "__main__":
    run(lambda: draw(json.loads(RESULT.read_text())))
