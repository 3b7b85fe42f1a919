"""The functions' layers, for code of this process that reads what the functions write."""

import sys
from collections.abc import Iterable
from pathlib import Path


def make_importable(layer_dirs: Iterable[Path]) -> None:
    """What is in these layers can be imported from now on; what this process has of its own comes first."""
    sys.path.extend(str(each) for each in layer_dirs if str(each) not in sys.path)
