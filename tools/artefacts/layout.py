"""The parts of a build: the functions' folders, the layer, and the machine that they are for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.template import load_template

# `e_machine` of the ELF header, by the name in a wheel's or an extension module's file name.
ELF_MACHINES = {"x86_64": 62, "aarch64": 183}
# Their names in a template.
ARCHITECTURES = {"arm64": "aarch64", "x86_64": "x86_64"}


@dataclass(frozen=True)
class Target:
    """The machine that will run the code: a key of ELF_MACHINES, and Python's (major, minor)."""

    machine: str
    python: tuple[int, int]

    @property
    def cpython(self) -> str:
        """The interpreter's tag in file names: cpython-313."""
        return f"cpython-{self.python[0]}{self.python[1]}"


@dataclass(frozen=True)
class Artefacts:
    """A build. `functions` are folders by logical id; `packages` is the folder that is /opt/python on AWS."""

    functions: Mapping[str, Path]
    handlers: Mapping[str, str]
    packages: Path
    target: Target

    @property
    def folders(self) -> tuple[Path, ...]:
        """All folders, functions first."""
        return (*self.functions.values(), self.packages)


def artefacts_of(build: Path) -> Artefacts:
    """The functions in a build folder's template, and the layer that they all share."""
    template = load_template(build / "template.yaml")
    functions = template.functions
    (packages,) = {folder for spec in functions.values() for folder in spec.layer_dirs}
    (runtime,) = {spec.runtime for spec in functions.values()}
    (architecture,) = {template.resources[each]["Properties"]["Architectures"][0] for each in functions}
    version = re.fullmatch(r"python(\d+)\.(\d+)", runtime)
    assert version is not None
    return Artefacts(
        functions={each: spec.code_dir for each, spec in functions.items()},
        handlers={each: spec.handler for each, spec in functions.items()},
        packages=packages,
        target=Target(ARCHITECTURES[architecture], (int(version[1]), int(version[2]))),
    )


def files(folder: Path) -> Iterator[Path]:
    """All files below a folder, in a fixed order."""
    return (path for path in sorted(folder.rglob("*")) if not path.is_dir())
