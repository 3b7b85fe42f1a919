"""A build with something wrong in it is refused, with a sentence that says what to change."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.artefacts.support import Build, bytecode, elf
from tests.support.world import ROOT
from tools.artefacts.__main__ import table
from tools.artefacts.contents import MAGIC
from tools.artefacts.layout import Target, artefacts_of
from tools.artefacts.sizes import MAX_BYTES, MAX_FUNCTION_BYTES


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return Build(tmp_path)


def test_a_sound_build_has_no_faults(build: Build) -> None:
    assert build.faults() == []


def test_bytecode_that_is_never_compared_with_its_source_is_welcome(build: Build) -> None:
    build.write("catchup/__pycache__/send.cpython-313.pyc", bytecode())
    assert build.faults() == []


SPOILT: dict[str, tuple[Callable[[Build], object], str, str]] = {
    "machine code of another machine": (
        lambda build: build.write("jsonlib/_speedups.cpython-313-aarch64-linux-gnu.so", elf("x86_64")),
        "is for x86_64, not aarch64",
        "correct LAYER_TARGET",
    ),
    "machine code of another machine under any name": (
        lambda build: build.write("jsonlib/libfast.so.1", elf("x86_64")),
        "is for x86_64, not aarch64",
        "correct LAYER_TARGET",
    ),
    "an extension of another Python": (
        lambda build: build.write("jsonlib/_more.cpython-311-aarch64-linux-gnu.so", elf("aarch64")),
        "cpython-311-aarch64-linux-gnu is not cpython-313 on aarch64",
        "correct LAYER_TARGET",
    ),
    "an extension of another system": (
        lambda build: build.write("jsonlib/_more.abi3.so", b"\xcf\xfa\xed\xfe"),
        "is not an ELF file",
        "build the layer for Linux",
    ),
    "a module of ours that is missing": (
        lambda build: (build.packages / "catchup/send.py").unlink(),
        "imports catchup.send, which is neither in the build",
        "make lock",
    ),
    "a module of ours that is missing from its package": (
        lambda build: build.write("function/app.py", "from catchup import send, sent\n"),
        "imports catchup.sent, which is neither in the build",
        "make lock",
    ),
    "a library that is missing": (
        lambda build: build.write("catchup/more.py", "import requests\n"),
        "imports requests, which is neither in the build",
        "pyproject.toml",
    ),
    "a library that is missing when a function of ours is called": (
        lambda build: build.write("catchup/more.py", "def ask():\n    import requests\n"),
        "imports requests, which is neither in the build",
        "pyproject.toml",
    ),
    "a library that a library needs": (
        lambda build: build.write("jsonlib/__init__.py", "from .scan import scan\nimport attrs\n"),
        "imports jsonlib.scan, which is neither in the build",
        "pyproject.toml",
    ),
    "a library that a library needs later": (
        lambda build: build.write("jsonlib/__init__.py", "def scan():\n    import attrs\n"),
        "imports attrs, which is neither in the build",
        "DONE_WITHOUT",
    ),
    "a module that Python has lost": (
        lambda build: build.write("catchup/more.py", "import telnetlib\n"),
        "imports telnetlib, which is neither in the build",
        "don't import it",
    ),
    "a distribution that is missing": (
        lambda build: build.distribution("jsonlib", "1.2", "attrs>=2; python_version > '3.12'"),
        "jsonlib needs attrs>=2",
        "make lock",
    ),
    "a distribution that is too old": (
        lambda build: (build.packages / "jsonlib-1.2.dist-info/METADATA").write_text("Name: jsonlib\nVersion: 0.9\n"),
        "pyproject.toml needs jsonlib<2,>=1, and the layer has 0.9",
        "make lock",
    ),
    "a handler that is missing": (
        lambda build: (build.function / "app.py").unlink(),
        "app.py: is missing, and the handler of ChatFunction is in it",
        "correct CodeUri or Handler",
    ),
    "protobuf code that was not generated": (
        lambda build: (build.packages / "catchup/wire/catchup_pb2.py").unlink(),
        "catchup_pb2.py: is missing",
        "say make proto",
    ),
    "protobuf code of a newer protobuf": (
        lambda build: build.write("catchup/wire/catchup_pb2.py", "# Protobuf Python Version: 7.37.0\n"),
        "was generated for a newer protobuf than protobuf-7.36.2",
        "say make proto",
    ),
    "a test of ours": (
        lambda build: build.write("function/test_app.py", ""),
        "test_app.py: is a test",
        "take it out",
    ),
    "tests of a library": (
        lambda build: build.write("jsonlib/tests/__init__.py", ""),
        "is a test",
        "layers/catchup/Makefile",
    ),
    "requirements in a function's folder": (
        lambda build: build.write("function/requirements.txt", ""),
        "requirements.txt: no function reads it",
        "take it out",
    ),
    "a repository": (
        lambda build: build.write("function/.git/HEAD", ""),
        ".git/HEAD: no function reads it",
        "take it out",
    ),
    "a document beside our code": (
        lambda build: build.write("catchup/notes.txt", ""),
        "notes.txt: no function reads it",
        "take it out",
    ),
    "an installer's notes": (
        lambda build: build.write("jsonlib-1.2.dist-info/RECORD", ""),
        "RECORD: no function reads it",
        "take it out",
    ),
    "a file beside the packages": (
        lambda build: build.write("../README", ""),
        "README: lies beside python/",
        "layers/catchup/Makefile",
    ),
    "a link": (
        lambda build: (build.function / "more.py").symlink_to("app.py"),
        "more.py: is a link",
        "copy what it points to",
    ),
    "bytecode of another Python": (
        lambda build: build.write("catchup/__pycache__/send.cpython-311.pyc", bytecode(python=(3, 11))),
        "is not bytecode of Python 3.13",
        "correct LAYER_PYTHON",
    ),
    "bytecode that is compared with its source": (
        lambda build: build.write("catchup/__pycache__/send.cpython-313.pyc", bytecode(flags=0)),
        "is compared with its source",
        "unchecked-hash",
    ),
    "bytecode of a file that is gone": (
        lambda build: build.write("catchup/__pycache__/gone.cpython-313.pyc", bytecode()),
        "its source is gone",
        "build anew",
    ),
    "a layer that is too large": (
        lambda build: build.write("jsonlib/data.json", bytes(MAX_BYTES)),
        "layer: jsonlib 33,000",
        "drop a dependency",
    ),
    "a function that is too large": (
        lambda build: build.write("function/words.py", b"#" * MAX_FUNCTION_BYTES),
        "ChatFunction: has 20,0",
        "move code into the layer",
    ),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_build_is_refused_for(build: Build, fault: str) -> None:
    spoil, what, remedy = SPOILT[fault]
    spoil(build)
    assert any(what in found and remedy in found for found in build.faults()), build.faults()


HARMLESS = {
    "what only a type checker imports": "import typing\nif typing.TYPE_CHECKING:\n    import mypy_boto3_sqs\n",
    "what the runtime ships": "from boto3 import Session\nimport dateutil.parser\n",
    "names of a package": "from jsonlib import loads\n",
    "all names of a module": "from jsonlib import *\n",
    "a sibling": "from . import send\nfrom .wire import catchup_pb2\n",
    "parts of machine code": "from jsonlib._speedups.scanner import scan\n",
    "what is absent and known to be": "try:\n    import blinker\nexcept ImportError:\n    blinker = None\n",
}


@pytest.mark.parametrize("source", HARMLESS)
def test_a_build_may_import(build: Build, source: str) -> None:
    build.write("catchup/more.py", HARMLESS[source])
    assert build.faults() == []


def test_the_table_says_what_takes_the_room(build: Build) -> None:
    build.write("catchup/__pycache__/send.cpython-313.pyc", bytecode())
    rows = [line.rsplit(maxsplit=1) for line in table(build.artefacts()).splitlines()]
    names = [name.strip() for name, _ in rows]
    assert {"ChatFunction", "layer: catchup", "layer: jsonlib", "layer: bytecode", "bound"} <= set(names)
    total = sum(int(bytes_.replace(",", "")) for name, bytes_ in rows[:-2])
    assert rows[-2][1] == f"{total:,}"


def test_the_template_says_for_which_machine_a_build_is() -> None:
    artefacts = artefacts_of(ROOT)
    assert artefacts.target == Target("aarch64", (3, 13))
    assert artefacts.functions["ChatFunction"] == ROOT / "functions/chat"
    assert artefacts.handlers["ChatFunction"] == "app.handler"
    assert artefacts.packages == ROOT / "layers/catchup/python"


def test_the_magic_number_is_that_of_the_interpreter_at_hand() -> None:
    known = MAGIC.get(sys.version_info[:2])
    assert known is None or known.to_bytes(2, "little") + b"\r\n" == importlib.util.MAGIC_NUMBER
