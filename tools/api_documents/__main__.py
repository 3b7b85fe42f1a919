"""Writes docs/openapi.json and docs/asyncapi.json, and the file that the service serves at /openapi.json.

python -m tools.api_documents
"""

import json
from collections.abc import Mapping
from pathlib import Path

from commands.start import run
from tools.api_documents.asyncapi import asyncapi
from tools.api_documents.openapi import openapi
from tools.generate_proto import ROOT


def documents() -> Mapping[Path, str]:
    """The text of each file."""
    http = openapi()
    return {
        ROOT / "docs" / "openapi.json": _readable(http),
        ROOT / "docs" / "asyncapi.json": _readable(asyncapi()),
        ROOT / "layers/catchup/python/catchup/entrypoint/openapi.json": json.dumps(http, separators=(",", ":")) + "\n",
    }


def _readable(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes the files."""
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    run(main)
