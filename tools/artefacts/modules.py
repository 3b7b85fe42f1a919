"""Finds modules as Lambda's interpreter would."""

import ast
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.artefacts.syntax import Import, defined, imports
from tools.lock import OF_THE_RUNTIME

# "What's New in Python" 3.12 and 3.13, "Removed", and 3.14, "New Modules". The check also runs on other versions.
_NOT_IN_3_13 = """
    aifc asynchat asyncore audioop cgi cgitb chunk crypt distutils imghdr imp lib2to3 mailcap msilib nis nntplib
    ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib annotationlib compression
"""
STANDARD_LIBRARY = sys.stdlib_module_names - frozenset(_NOT_IN_3_13.split())
# The runtime's distributions. One of them has a module with another name.
RUNTIME = frozenset(name.replace("python-dateutil", "dateutil") for name in OF_THE_RUNTIME)


@functools.cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), str(path))


@functools.cache
def _defined(path: Path) -> set[str] | None:
    return defined(_parsed(path))


@functools.cache
def _is_in(folder: Path, part: str) -> bool:
    return (
        (folder / part).is_dir()
        or (folder / f"{part}.py").is_file()
        or (folder / f"{part}.so").is_file()
        or any(folder.glob(f"{part}.*.so"))
    )


@dataclass(frozen=True)
class Module:
    """A file of the build, its name in imports, and the path that its own imports are searched on."""

    name: str
    path: Path
    search: "SearchPath"
    ours: bool

    def tree(self) -> ast.Module:
        """The module's syntax tree."""
        return _parsed(self.path)

    def imports(self) -> Iterator[Import]:
        """The module's imports."""
        is_package = self.path.name == "__init__.py"
        return imports(self.tree(), self.name if is_package else self.name.rpartition(".")[0])


class SearchPath:
    """The part of sys.path in a build: a function's folder, then the layer's packages."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._packages = folders[-1]

    def at(self, path: Path, root: Path, ours: bool) -> Module:
        """The module in a file below `root`, a folder of this path."""
        parts = path.relative_to(root).with_suffix("").parts
        return Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path, self, ours)

    def find(self, each: Import) -> tuple[list[Module], list[str]]:
        """The modules that an import loads, and the names that it does not find."""
        loaded = self.load(each.module)
        if loaded is None:
            return [], [each.module]
        missing = []
        for name in each.names:
            submodule = self.load(f"{each.module}.{name}")
            if submodule is not None:
                loaded = loaded + submodule
            elif not self._may_have(each.module, name):
                missing.append(f"{each.module}.{name}")
        return loaded, missing

    def load(self, name: str) -> list[Module] | None:
        """A module and its parent packages, as far as they are Python files of the build; None if it does not exist."""
        parts = name.split(".")
        if not any(_is_in(folder, parts[0]) for folder in self._folders):
            return [] if parts[0] in STANDARD_LIBRARY | RUNTIME else None
        folders, loaded = list(self._folders), list[Module]()
        for depth, part in enumerate(parts):
            here = next((folder for folder in folders if _is_in(folder, part)), None)
            if here is None:
                return None
            path, source = here / part, here / f"{part}.py"
            if (path / "__init__.py").is_file():
                loaded.append(self._module(parts[: depth + 1], path / "__init__.py"))
                folders = [path]
            elif source.is_file():
                loaded.append(self._module(parts[: depth + 1], source))
                return loaded if depth == len(parts) - 1 else None
            elif path.is_dir():
                folders = [folder / part for folder in folders if (folder / part).is_dir()]
            else:
                return loaded  # machine code: the names in it can't be read
        return loaded

    def _may_have(self, module: str, name: str) -> bool:
        """Whether a module can have an attribute of this name, if there is no submodule of this name."""
        loaded = self.load(module)
        if not loaded or loaded[-1].name != module:
            # A module of the standard library or the runtime, or machine code. A folder without __init__ has no names.
            return not any(folder.joinpath(*module.split(".")).is_dir() for folder in self._folders)
        names = _defined(loaded[-1].path)
        # Generated protobuf code makes its names at run time.
        return names is None or name in names or module.endswith("_pb2")

    def _module(self, parts: list[str], path: Path) -> Module:
        ours = parts[0] == "catchup" or not path.is_relative_to(self._packages)
        return Module(".".join(parts), path, self, ours)
