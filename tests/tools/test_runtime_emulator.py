"""The runtime interface emulator is started, asked and ended: AWS's own binary, and AWS's own runtime."""

import os
from pathlib import Path

import pytest

from tools.runtime_emulator import EmulatorFailed, RuntimeEmulator, emulator_binary

try:
    emulator_binary()
except EmulatorFailed:
    pytest.skip("the SAM CLI is not installed: make .tools/sam/bin/sam", allow_module_level=True)

HANDLER = """
import os

def handler(event, context):
    print("asked for", event["what"])
    if event["what"] == "error":
        raise ValueError("no")
    return {"pid": os.getpid(), "colour": os.environ["COLOUR"], "home": "HOME" in os.environ, **event}
"""


@pytest.fixture
def code_dir(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(HANDLER)
    return tmp_path


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_function_answers_in_the_environment_it_was_given_and_nothing_is_left_of_it(code_dir: Path) -> None:
    with RuntimeEmulator("app.handler", code_dir, {"COLOUR": "blue"}) as sandbox:
        answer = sandbox.invoke({"what": "tea"})
        pid = sandbox.runtime_pid
        assert answer == {"pid": pid, "colour": "blue", "home": False, "what": "tea"}
        assert sandbox.invoke({"what": "again"})["pid"] == pid
        assert "asked for tea" in sandbox.output()
        assert is_alive(pid)
    assert not is_alive(pid)


def test_two_run_side_by_side(code_dir: Path) -> None:
    with (
        RuntimeEmulator("app.handler", code_dir, {"COLOUR": "red"}) as one,
        RuntimeEmulator("app.handler", code_dir, {"COLOUR": "green"}) as other,
    ):
        answers = [each.invoke({"what": "tea"}) for each in (one, other)]
    assert [answer["colour"] for answer in answers] == ["red", "green"]
    assert len({answer["pid"] for answer in answers} | {os.getpid()}) == 3


def test_an_error_of_the_handler_or_of_its_import_is_the_answer(code_dir: Path) -> None:
    with RuntimeEmulator("app.handler", code_dir, {"COLOUR": "blue"}) as sandbox:
        answer = sandbox.invoke({"what": "error"})
        assert (answer["errorType"], answer["errorMessage"]) == ("ValueError", "no")
    with RuntimeEmulator("missing.handler", code_dir, {"COLOUR": "blue"}) as sandbox:
        assert sandbox.invoke({"what": "tea"})["errorType"] == "Runtime.ImportModuleError"
