"""Resolves the requirements anew: requirements/dev.txt, sam.txt, checkov.txt, runtime.txt, and the layer's file.

The locks are requirement files with hashes, not uv.lock: a lock that names no index works behind any mirror
(docs/adr/0001-locks-are-hashed-requirements.md).
"""

import subprocess
import sys
from pathlib import Path

from commands.start import run

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).parent / "uv"
COMMON = ["--universal", "--generate-hashes", "--no-annotate", "--no-header", "--quiet", "--system-certs"]
# The Lambda runtime has these; the others go into the layer (docs/adr/0003-layer-without-boto3.md).
OF_THE_RUNTIME = ["boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"]


def compile_lock(output: str, *arguments: str) -> None:
    """Writes one lock."""
    subprocess.run([UV, "pip", "compile", *arguments, *COMMON, "--output-file", output], cwd=ROOT, check=True)


def main() -> None:
    """Writes all locks. The layer gets the versions that the tests run with."""
    compile_lock("requirements/dev.txt", "pyproject.toml", "--group", "dev", "--python-version", "3.11")
    for tool in ("sam", "checkov"):
        compile_lock(f"requirements/{tool}.txt", f"requirements/{tool}.in", "--python-version", "3.11")
    pinned = ["--constraint", "requirements/dev.txt"]
    compile_lock("requirements/runtime.txt", "requirements/runtime.in", *pinned, "--python-version", "3.11")
    omitted = [argument for name in OF_THE_RUNTIME for argument in ("--no-emit-package", name)]
    compile_lock(
        "layers/catchup/requirements.txt",
        "pyproject.toml",
        *pinned,
        "--python-version",
        "3.13",
        *omitted,
    )


if __name__ == "__main__":
    run(main)
