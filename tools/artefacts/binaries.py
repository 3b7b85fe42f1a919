"""Checks that machine code is for the machine that runs it. SAM packages any file, with a warning at most."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from tools.artefacts.layout import ELF_MACHINES, Artefacts, Target, files

_NAMES = {number: name for name, number in ELF_MACHINES.items()}
# cffi.cpython-313-aarch64-linux-gnu.so, _rust.abi3.so
_TAG = re.compile(r"^[^.]+\.(?P<tag>[^.]+)\.so$")


def wrong_binaries(artefacts: Artefacts) -> Iterator[str]:
    """Returns a sentence for each file of machine code that would not load."""
    for folder in artefacts.folders:
        for path in files(folder):
            with path.open("rb") as file:
                header = file.read(20)
            if header.startswith(b"\x7fELF"):
                yield from _wrong_machine(path, header, artefacts.target)
                yield from _wrong_tag(path, artefacts.target)
            elif path.suffix in {".so", ".dylib", ".pyd"}:
                yield f"{path}: is not an ELF file; build the layer for Linux (LAYER_TARGET in layers/catchup/Makefile)"


def _wrong_machine(path: Path, header: bytes, target: Target) -> Iterator[str]:
    # ELF specification: EI_DATA at 5 (1: little-endian), e_machine at 18.
    order = "<" if header[5] == 1 else ">"
    (machine,) = struct.unpack_from(f"{order}H", header, 18)
    if machine != ELF_MACHINES[target.machine]:
        found = _NAMES.get(machine, f"machine {machine}")
        yield f"{path}: is for {found}, not {target.machine}; correct LAYER_TARGET in layers/catchup/Makefile"


def _wrong_tag(path: Path, target: Target) -> Iterator[str]:
    tagged = _TAG.match(path.name)
    if tagged is None or tagged["tag"] == "abi3":
        return
    if not tagged["tag"].startswith(f"{target.cpython}-{target.machine}-"):
        wanted = f"{target.cpython} on {target.machine}"
        yield f"{path}: {tagged['tag']} is not {wanted}; correct LAYER_TARGET in layers/catchup/Makefile"
