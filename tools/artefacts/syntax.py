"""Reads the imports of a Python file, and how important each one is."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """When an import is done.

    REQUIRED: always when the module is imported. LAZY: when a function is called, or under an `if`. GUARDED: in a `try`
    that tolerates its failure, or in the `except`. Imports under `if TYPE_CHECKING` are never done, and not listed.
    """

    REQUIRED = "at once"
    LAZY = "later, or on a condition"
    GUARDED = "in a try that can do without"


@dataclass(frozen=True)
class Import:
    """`from <module> import <names>`, or without names `import <module>`. `module` is absolute."""

    module: str
    names: tuple[str, ...]
    kind: Kind
    line: int


def imports(tree: ast.Module, package: str) -> Iterator[Import]:
    """Every import in the source of a module that lies in `package`."""
    return _in(tree.body, package, Kind.REQUIRED)


def defined(tree: ast.Module) -> set[str] | None:
    """The names that a module defines at its top level; None if its text does not show them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    # A module that makes its names on request.
    return None if "__getattr__" in found else found


def _in(body: list[ast.stmt], package: str, kind: Kind) -> Iterator[Import]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, (), kind, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A star names nothing that could be missing.
            names = tuple(alias.name for alias in node.names if alias.name != "*")
            yield Import(_absolute(node, package), names, kind, node.lineno)
        else:
            yield from _nested(node, package, kind)


def _nested(node: ast.stmt, package: str, kind: Kind) -> Iterator[Import]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from _in(node.body, package, _weaker(kind, Kind.LAZY))
    elif isinstance(node, ast.If):
        body = [] if "TYPE_CHECKING" in ast.unparse(node.test) else node.body
        yield from _in(body, package, _weaker(kind, Kind.LAZY))
        yield from _in(node.orelse, package, _weaker(kind, Kind.LAZY))
    elif isinstance(node, ast.Try):
        guarded = Kind.GUARDED if any(map(_catches_a_missing_module, node.handlers)) else kind
        yield from _in(node.body, package, guarded)
        for handler in node.handlers:
            yield from _in(handler.body, package, guarded)
        yield from _in(node.orelse + node.finalbody, package, kind)
    elif isinstance(node, ast.ClassDef | ast.With | ast.AsyncWith | ast.For | ast.While):
        yield from _in(node.body, package, kind)


def _weaker(one: Kind, other: Kind) -> Kind:
    order = list(Kind)
    return max(one, other, key=order.index)


def _catches_a_missing_module(handler: ast.ExceptHandler) -> bool:
    caught = "" if handler.type is None else ast.unparse(handler.type)
    return not caught or any(name in caught for name in ("ImportError", "ModuleNotFoundError", "Exception"))


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """Makes a relative import absolute. PEP 328: one dot is the package itself, each further dot a parent."""
    if node.level == 0:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])
