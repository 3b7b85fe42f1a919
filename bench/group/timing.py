"""Medians and percentiles of what was timed."""

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles


def timed_ms(work: Callable[[], object]) -> float:
    """Milliseconds that the work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


def spread_ms(times_ms: Sequence[float]) -> Mapping[str, float]:
    """`ms_median` and `ms_p99`. Of fewer than a hundred times the latter is the longest."""
    longest = quantiles(times_ms, n=100)[-1] if len(times_ms) >= 100 else max(times_ms)
    return {"ms_median": round(median(times_ms), 2), "ms_p99": round(longest, 2)}
