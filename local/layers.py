"""Makes the functions' layers importable, for code that reads what the functions write."""

import sys
from collections.abc import Iterable
from pathlib import Path


def make_importable(layer_dirs: Iterable[Path]) -> None:
    """Adds these layers to the import path, after the packages of this process."""
    sys.path.extend(str(each) for each in layer_dirs if str(each) not in sys.path)
