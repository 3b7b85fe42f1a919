"""Checks that a build has only files that functions read, and all generated files."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from tools.artefacts.layout import Artefacts, Target, files

TESTS = re.compile(r"(^|/)(tests?|testdata)/|(^|/)(test_[^/]*|conftest)\.py$")
# Files of version control, packaging, compilers, type checkers and editors.
STRAY = re.compile(
    r"(^|/)(\.[^/]+|bin)(/|$)|\.(c|cpp|pyx|a|o|pyi|egg-info|md|toml)$|(^|/)(requirements[^/]*\.txt|Makefile|py\.typed)$"
    r"|\.dist-info/(RECORD|INSTALLER|REQUESTED)$|\.egg-info/"
)
# What the sync function serves at /openapi.json.
SERVED = "catchup/entrypoint/openapi.json"
REMEDY = "take it out in layers/catchup/Makefile, or out of the function's folder"
# PEP 552: the second word of the header has bit 0 for a hash instead of a time, bit 1 for "compare it with the source".
UNCHECKED_HASH = 1
# The bytecode's magic number, which a version keeps once it is released: CPython, pycore_magic_number.h.
MAGIC = {(3, 11): 3495, (3, 12): 3531, (3, 13): 3571, (3, 14): 3627}


def stray_files(artefacts: Artefacts) -> Iterator[str]:
    """Returns a sentence for each file that does not belong in a build."""
    for folder in artefacts.folders:
        for path in files(folder):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                yield f"{path}: is a link, which a zip does not carry; copy what it points to"
            elif path.suffix == ".pyc":
                yield from _bytecode(path, artefacts.target)
            elif TESTS.search(name):
                yield f"{path}: is a test; {REMEDY}"
            elif STRAY.search(name) or (_is_ours(folder, name, artefacts) and not _is_read(path, name)):
                yield f"{path}: no function reads it; {REMEDY}"
    for path in artefacts.packages.parent.iterdir():
        if path != artefacts.packages:
            yield f"{path}: lies beside python/ in the layer, where no import looks; correct layers/catchup/Makefile"


def missing_files(artefacts: Artefacts) -> Iterator[str]:
    """Returns a sentence for each missing file that the functions need."""
    for name, folder in artefacts.functions.items():
        module, _, _ = artefacts.handlers[name].rpartition(".")
        if not (folder / f"{module}.py").is_file():
            yield f"{folder}/{module}.py: is missing, and the handler of {name} is in it; correct CodeUri or Handler"
    generated = artefacts.packages / "catchup/wire/catchup_pb2.py"
    if not generated.is_file():
        yield f"{generated}: is missing; say make proto"
        return
    wanted = re.search(r"Protobuf Python Version: (\d+)\.(\d+)\.(\d+)", generated.read_text(encoding="utf-8"))
    for metadata in artefacts.packages.glob("protobuf-*.dist-info"):
        found = tuple(map(int, metadata.name.removeprefix("protobuf-").removesuffix(".dist-info").split(".")))
        # Generated code runs on its own version or a newer one: protobuf.dev, "Cross-Version Runtime Guarantee".
        if wanted is not None and found < tuple(map(int, wanted.groups())):
            yield f"{generated}: was generated for a newer protobuf than {metadata.name}; say make proto, or make lock"


def _is_read(path: Path, name: str) -> bool:
    return path.suffix == ".py" or name == SERVED


def _is_ours(folder: Path, name: str, artefacts: Artefacts) -> bool:
    return folder != artefacts.packages or name.startswith("catchup/")


def _bytecode(path: Path, target: Target) -> Iterator[str]:
    """Checks a file of bytecode. A build may have none, but a file that the interpreter compiles again is useless."""
    header = path.read_bytes()[:8]
    wanted = MAGIC[target.python].to_bytes(2, "little") + b"\r\n"
    if header[:4] != wanted or f".{target.cpython}." not in path.name:
        yield f"{path}: is not bytecode of Python {target.python[0]}.{target.python[1]}; correct LAYER_PYTHON"
    elif int.from_bytes(header[4:8], "little") != UNCHECKED_HASH:
        yield f"{path}: is compared with its source at each import; compile it with --invalidation-mode unchecked-hash"
    elif not Path(importlib.util.source_from_cache(str(path))).is_file():
        yield f"{path}: its source is gone; build anew"
