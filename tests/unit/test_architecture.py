"""Dependencies point inward only: pyproject.toml says who may import whom."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.world import ROOT

PACKAGE = ROOT / "layers/catchup/python/catchup"
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


def test_everybody_imports_only_what_pyproject_allows() -> None:
    paths = os.pathsep.join(str(ROOT / path) for path in (".", "layers/catchup/python", "clients/python"))
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        env={"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("part", STANDARD_LIBRARY_ONLY)
def test_the_rules_need_no_library(part: str) -> None:
    for path in (PACKAGE / part).glob("**/*.py"):
        outer = {name.split(".")[0] for name in imports(path)} - {"catchup"}
        assert outer <= set(sys.stdlib_module_names), path


def test_only_bootstrap_and_settings_read_the_environment_or_build_clients() -> None:
    for path in PACKAGE.glob("**/*.py"):
        if "bootstrap" not in path.parts and path.name != "settings.py":
            text = path.read_text()
            assert "os.environ" not in text, path
            assert "create_client" not in text, path


@pytest.mark.parametrize("path", sorted(ROOT.glob("functions/*/app.py")), ids=lambda path: path.parent.name)
def test_handlers_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 90


def test_nothing_of_the_service_knows_the_operators_command_line() -> None:
    for path in (*PACKAGE.glob("**/*.py"), *ROOT.glob("functions/*/app.py")):
        assert "catchup_admin" not in path.read_text(), path


def test_use_cases_know_no_frames() -> None:
    """They raise facts; `entrypoint.failures` names the field at fault, and what a client can do."""
    for path in PACKAGE.glob("usecases/**/*.py"):
        assert '"body.' not in path.read_text(), path
