"""Medians and percentiles of measured times."""

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles


def timed_ms(work: Callable[[], object]) -> float:
    """Runs the work and returns how many milliseconds it took."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


def spread_ms(times_ms: Sequence[float]) -> Mapping[str, float]:
    """`ms_median` and `ms_p99`. With fewer than a hundred times, `ms_p99` is the longest."""
    longest = quantiles(times_ms, n=100)[-1] if len(times_ms) >= 100 else max(times_ms)
    return {"ms_median": round(median(times_ms), 2), "ms_p99": round(longest, 2)}
