"""Dependencies point inward only."""

import ast
from pathlib import Path

import pytest

from tests.support.world import ROOT

PACKAGE = ROOT / "layers/catchup/python/catchup"
# What each part may import of the package, beside itself; docs/architecture.md draws it.
ALLOWED = {
    "domain": set(),
    "usecases": {"domain", "errors", "clock", "concurrency", "metrics"},
    "wire": {"domain", "errors", "settings", "usecases"},
    "storage": {"domain", "errors", "settings", "clock", "concurrency", "usecases", "wire"},
    "push": {"domain", "errors", "clock", "metrics", "usecases", "wire"},
    "moderation": {"domain", "errors", "settings", "clock"},
    "entrypoint": {"domain", "errors", "clock", "metrics", "observability", "tokens", "usecases", "wire"},
}
STANDARD_LIBRARY_ONLY = ("domain", "usecases")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                f"{node.module}.{alias.name}" if node.module == "catchup" else node.module for alias in node.names
            }
    return found


@pytest.mark.parametrize("part", sorted(ALLOWED))
def test_a_part_imports_only_what_lies_further_in(part: str) -> None:
    for path in (PACKAGE / part).glob("**/*.py"):
        if path.name.endswith("_pb2.py"):
            continue
        inner = {name.split(".")[1] for name in imports(path) if name.startswith("catchup.")}
        assert inner <= ALLOWED[part] | {part}, path


@pytest.mark.parametrize("part", STANDARD_LIBRARY_ONLY)
def test_the_rules_need_no_library(part: str) -> None:
    import sys

    for path in (PACKAGE / part).glob("**/*.py"):
        outer = {name.split(".")[0] for name in imports(path)} - {"catchup"}
        assert outer <= set(sys.stdlib_module_names), path


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("**/*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_bootstrap_and_settings_read_the_environment_or_build_clients(path: Path) -> None:
    if "bootstrap" in path.parts or path.name == "settings.py":
        return
    text = path.read_text()
    assert "os.environ" not in text
    assert "create_client" not in text


@pytest.mark.parametrize("path", sorted(ROOT.glob("functions/*/app.py")), ids=lambda path: path.parent.name)
def test_handlers_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 90
