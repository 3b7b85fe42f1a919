"""What the parts of a run came to: each writes a file of its own, since they run in several processes."""

import json
import shutil
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / ".local" / "fuzz"


def record(name: str, **numbers: Any) -> None:
    """The numbers of one part; they replace those of its last run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(numbers))


def recorded(prefix: str) -> list[dict[str, Any]]:
    """The numbers of the parts whose names begin so."""
    return [json.loads(path.read_text()) for path in sorted(FOLDER.glob(f"{prefix}*.json"))]


def forget() -> None:
    """Before a run of everything."""
    shutil.rmtree(FOLDER, ignore_errors=True)
