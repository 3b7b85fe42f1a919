"""A handler that wraps another one and adds the CPU time of its process after the import and after the answer. Only
here, inside the process, the end of the init is known exactly.
"""

import importlib
import os
import resource
from typing import Any


def _cpu_ms() -> float:
    """User and system time of this process since it was started, the interpreter's start included."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1_000


_module, _, _name = os.environ["PROBED_HANDLER"].rpartition(".")
_handler = getattr(importlib.import_module(_module), _name)
_INIT_MS = _cpu_ms()


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Returns {"init_ms", "answered_ms", "answer": the answer of the wrapped handler}."""
    answer = _handler(event, context)
    return {"init_ms": _INIT_MS, "answered_ms": _cpu_ms(), "answer": answer}
