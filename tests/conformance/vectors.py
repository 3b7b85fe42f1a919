"""Reads the vectors."""

import json
from pathlib import Path

from tests.conformance.short_forms import Json

FOLDER = Path(__file__).parents[2] / "conformance"

FILES: dict[str, Json] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / "vectors").glob("*.json"))
}

VECTORS: dict[str, Json] = {
    f"{topic}: {vector['name']}": vector for topic, file in FILES.items() for vector in file["vectors"]
}
