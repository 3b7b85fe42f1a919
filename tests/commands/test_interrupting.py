"""Ctrl-C ends whatever a person can run without a traceback: every module that `python -m` runs."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.interrupting import interrupted
from tests.support.world import ROOT

FOLDERS = ("bench", "catchup_admin", "clients/python/catchup_client", "demo", "local", "tests", "tools")
GUARD = 'if __name__ == "__main__":\n'
# What a module must end with, so that Ctrl-C is an exception again once it is loaded.
ENDINGS = ("run(", "start(", "loaded(")


def runnable() -> Iterator[tuple[str, str]]:
    """The name of each module that is run, and what it ends with."""
    for folder in FOLDERS:
        top = (ROOT / folder).parent
        for path in sorted((ROOT / folder).rglob("*.py")):
            code = path.read_text()
            _, guard, ending = code.partition(f"\n{GUARD}")
            if guard or path.name == "__main__.py":
                name = ".".join(path.relative_to(top).with_suffix("").parts).removesuffix(".__main__")
                yield name, ending or code


MODULES = dict(runnable())


@pytest.mark.parametrize("module", MODULES)
def test_ctrl_c_while_a_module_loads_leaves_no_trace(module: str) -> None:
    begun = "catchup_client._starting" if module == "catchup_client" else "commands.start"
    # When the next module is loaded, it has said what is to become of Ctrl-C.
    assert interrupted(["-m", module], begun, later=1) == (-signal.SIGINT, [])


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(("tests.", "catchup_client"))])
def test_a_module_says_when_it_is_loaded_so_that_it_can_tidy_up(module: str) -> None:
    assert any(f"{ending}" in MODULES[module] for ending in ENDINGS)


def test_ctrl_c_while_it_works_tidies_up_and_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "works").mkdir()
    (tmp_path / "works" / "__init__.py").write_text("from commands.start import prepare\nprepare()\n")
    (tmp_path / "works" / "hard.py").write_text(
        "import sys, time\nfrom commands.start import run\n"
        "def main():\n"
        "    try:\n        print('I work', file=sys.stderr, flush=True)\n        time.sleep(60)\n"
        "    finally:\n        print('tidied up', file=sys.stderr)\n"
        f"{GUARD}    run(main)\n"
    )
    assert interrupted(["-m", "works.hard"], "I work", tmp_path)[1] == ["tidied up"]
