"""Checks that each import of a function finds its module: in the build, the standard library, or the runtime.

The files are read, not run, because they are for another machine. So it does not see the imports of machine code (the
check of distributions and `make invoke` cover them), nor the imports of importlib calls.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools.artefacts.layout import Artefacts, files
from tools.artefacts.modules import Module, SearchPath
from tools.artefacts.syntax import Import, Kind

# Modules that libraries import later, or try to import, and that the layer leaves out on purpose.
DONE_WITHOUT = {
    "_dummy_thread": "cffi: Python 2",
    "annotationlib": "typing_extensions: Python 3.14",
    "aws_xray_sdk": "Powertools' Tracer, which is not used (docs/adr/0005-no-tracer.md)",
    "blinker": "pynamodb's signals, which are not used",
    "dummy_thread": "cffi: Python 2",
    "google": "protobuf's other implementations, and a switch for deterministic output",
    "numpy": "protobuf, for repeated fields that are numpy's; ours are not",
    "thread": "cffi: Python 2",
}


@dataclass
class Result:
    """The result of the check. `faults` are sentences; `followed` are the files whose imports were checked."""

    faults: set[str] = field(default_factory=set)
    followed: set[Path] = field(default_factory=set)


def unresolved(artefacts: Artefacts) -> Result:
    """Follows the imports from every file of ours and from the top of every library in the layer.

    In our files it follows all imports except those in a `try`. In libraries it follows only the imports that are
    always done. Their later or optional imports are not followed, but if such a module is missing, it must be in
    DONE_WITHOUT.
    """
    result = Result()
    pending = list(_beginnings(artefacts))
    while pending:
        module = pending.pop()
        if module.path not in result.followed:
            result.followed.add(module.path)
            for each in module.imports():
                pending += _resolve(module, each, result)
    return result


def _beginnings(artefacts: Artefacts) -> Iterator[Module]:
    for folder in artefacts.functions.values():
        search = SearchPath(folder, artefacts.packages)
        yield from (search.at(path, folder, ours=True) for path in files(folder) if path.suffix == ".py")
    search = SearchPath(artefacts.packages)
    for path in files(artefacts.packages):
        parts = path.relative_to(artefacts.packages).parts
        ours = parts[0] == "catchup"
        is_top = len(parts) == 1 or (len(parts) == 2 and parts[1] == "__init__.py")
        if path.suffix == ".py" and (ours or is_top):
            yield search.at(path, artefacts.packages, ours)


def _resolve(module: Module, each: Import, result: Result) -> list[Module]:
    found, missing = module.search.find(each)
    firm = each.kind is Kind.REQUIRED or (module.ours and each.kind is Kind.LAZY)
    remedy = "name what has it in pyproject.toml and say make lock, or don't import it"
    if not firm:
        missing = [name for name in missing if name.partition(".")[0] not in DONE_WITHOUT]
        remedy += "; if nothing that we call needs it, say so in DONE_WITHOUT of tools/artefacts/imports.py"
    where = f"{module.path}:{each.line}"
    lack = f"is neither in the build nor in Lambda's runtime (it is imported {each.kind.value})"
    result.faults |= {f"{where}: imports {name}, which {lack}; {remedy}" for name in missing}
    return found if firm else []
