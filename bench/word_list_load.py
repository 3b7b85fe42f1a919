"""Measures the cost of loading word lists, in a separate process: reads a document from its input, prints JSON.

The package itself is imported before the clock starts.
"""

import importlib
import json
import sys
import time
from pathlib import Path

from commands.start import run

STATM = Path("/proc/self/statm")
PAGE_KB = 4


def main() -> None:
    """Prints `{"import_ms", "load_ms", "memory_mb", "document_kb"}`."""
    importlib.import_module("catchup.bootstrap.chat")
    document = sys.stdin.buffer.read()
    resident, started = _resident_kb(), time.process_time()
    importlib.import_module("ahocorasick_rs")
    parse = importlib.import_module("catchup.screening.document").parse
    compiled = importlib.import_module("catchup.screening.automaton").compiled
    imported = time.process_time()
    judge = compiled(parse(document))
    loaded = time.process_time()
    judge("a text")
    figures = {
        "import_ms": (imported - started) * 1_000,
        "load_ms": (loaded - imported) * 1_000,
        "memory_mb": (_resident_kb() - resident) / 1_024,
        "document_kb": len(document) // 1_024,
    }
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}))


def _resident_kb() -> int:
    """The resident memory. Only Linux shows it without a library."""
    return int(STATM.read_text().split()[1]) * PAGE_KB if STATM.exists() else 0


if __name__ == "__main__":
    run(main)
