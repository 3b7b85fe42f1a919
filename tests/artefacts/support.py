"""A small build that is sound, to be spoilt."""

import struct
from pathlib import Path

from tools.artefacts.__main__ import faults
from tools.artefacts.contents import MAGIC, UNCHECKED_HASH
from tools.artefacts.layout import ELF_MACHINES, Artefacts, Target

REQUIREMENTS = ["jsonlib>=1,<2", "boto3>=1.43"]


def elf(machine: str) -> bytes:
    """The header of a 64-bit little-endian ELF file."""
    return b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack("<HH", 3, ELF_MACHINES[machine])


def bytecode(flags: int = UNCHECKED_HASH, python: tuple[int, int] = (3, 13)) -> bytes:
    return MAGIC[python].to_bytes(2, "little") + b"\r\n" + flags.to_bytes(4, "little") + bytes(8)


class Build:
    """A build of one function and a layer with one library of machine code, which can be spoilt."""

    def __init__(self, root: Path) -> None:
        self.function = root / "ChatFunction"
        self.packages = root / "CatchupLayer/python"
        self.write("function/app.py", "from catchup.send import send\n\nhandler = send\n")
        self.write("catchup/__init__.py", "")
        self.write("catchup/send.py", "import json\n\nimport jsonlib\nfrom botocore.config import Config\n\nsend = 1\n")
        self.write("catchup/wire/__init__.py", "")
        self.write("catchup/wire/catchup_pb2.py", "# Protobuf Python Version: 7.36.1\n")
        self.write("jsonlib/__init__.py", "from jsonlib._speedups import loads\n")
        self.write("jsonlib/_speedups.cpython-313-aarch64-linux-gnu.so", elf("aarch64"))
        self.distribution("jsonlib", "1.2")
        self.distribution("protobuf", "7.36.2")

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of the function's folder (function/…) or of the layer."""
        path = self.function / name.removeprefix("function/") if name.startswith("function/") else self.packages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def distribution(self, name: str, version: str, *needs: str) -> None:
        """The metadata of an installed distribution."""
        requires = "".join(f"Requires-Dist: {each}\n" for each in needs)
        self.write(
            f"{name}-{version}.dist-info/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        )

    def artefacts(self) -> Artefacts:
        functions, handlers = {"ChatFunction": self.function}, {"ChatFunction": "app.handler"}
        return Artefacts(functions, handlers, self.packages, Target("aarch64", (3, 13)))

    def faults(self) -> list[str]:
        return list(faults(self.artefacts(), REQUIREMENTS))
