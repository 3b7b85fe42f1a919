"""Regenerates the protobuf code of the service and of the client library from proto/.

    python -m tools.generate_proto [--into DIRECTORY]

With --into, the files are written there instead (named service/… and client/…). The tests use it to find out whether
the committed files are stale.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from commands.start import run

ROOT = Path(__file__).parents[1]
PROTO = "catchup/v1/catchup.proto"
TARGETS = {
    "service": ROOT / "layers/catchup/python/catchup/wire",
    "client": ROOT / "clients/python/catchup_client/_wire/catchup/v1",
}
FILES = ("catchup_pb2.py", "catchup_pb2.pyi")


def generate(into: Path) -> None:
    """Writes catchup_pb2.py and .pyi into a directory."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "grpc_tools.protoc",
                f"--proto_path={ROOT / 'proto'}",
                f"--plugin=protoc-gen-mypy={Path(sys.executable).parent / 'protoc-gen-mypy'}",
                f"--python_out={scratch}",
                f"--mypy_out=quiet:{scratch}",
                PROTO,
            ],
            check=True,
        )
        into.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(Path(scratch) / "catchup/v1" / name, into / name)


def main() -> None:
    """Writes the code into the packages, or into a directory of the tests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path)
    arguments = parser.parse_args()
    for name, target in TARGETS.items():
        generate(arguments.into / name if arguments.into else target)


if __name__ == "__main__":
    run(main)
