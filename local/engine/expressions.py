"""Makes moto parse each DynamoDB expression only once.

moto 5.2.5 parses an update twice a request, copies its tree as if it were any object, walks ten times through it,
and asks at each node anew which kinds of nodes the walk is for: two thirds of an update's time. A condition is split
into words twice. Here the latest texts are kept with their trees. moto's own code still checks expressions and
reports their errors.
"""

from collections import deque
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node  # type: ignore[attr-defined]
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator

# There are few texts, since code writes them with placeholders. A client that writes values into them costs memory.
_TEXTS_KEPT = 1_000

_lex = ConditionExpressionParser._lex_condition_expression
_traverse = DepthFirstTraverser.traverse


@lru_cache(_TEXTS_KEPT)
def _words(condition: str) -> tuple[Any, ...]:
    return tuple(_lex(ConditionExpressionParser(condition, None, None)))


def _lexed(parser: ConditionExpressionParser) -> deque[Any]:
    """A new queue of words for each parse, because parsing empties it. The words are tuples and never change."""
    return deque(_words(parser.condition_expression or ""))


def _copied(node: Any, _memo: object = None) -> Any:
    """A copy of the tree for each update, because validation puts values into it. Leaves have no other parts."""
    copy = object.__new__(type(node))
    copy.type, copy.parent, copy.children = node.type, None, node.children
    if node.children is not None:
        copy.children = [_copied(child) if isinstance(child, Node) else child for child in node.children]
        for child in copy.children:
            if isinstance(child, Node):
                child.parent = copy
    return copy


def _traversed(traverser: Any, node: Any) -> Any:
    """As moto's, but looks up the kinds of nodes once for each class."""
    processors: Iterable[tuple[type, Callable[[Any], Any]]] = list(traverser._processing_map().items())
    known: dict[type, tuple[bool, Callable[[Any], Any] | None]] = {}
    before_child = None
    if type(traverser).pre_processing_of_child is not DepthFirstTraverser.pre_processing_of_child:
        before_child = traverser.pre_processing_of_child

    def walk(node: Any, child_id: int) -> Any:
        kind = type(node)
        if kind not in known:
            fit = next((process for each, process in processors if issubclass(kind, each)), None)
            known[kind] = issubclass(kind, Node), fit
        is_node, process = known[kind]
        if not is_node:
            return node
        parent = node.parent
        for i, child in enumerate(node.children or ()):
            if before_child:
                before_child(node, i)
            walk(child, i)
        if process:
            node = process(node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
        return node

    return walk(node, -1)


def _from_the_top(traverser: Any, root: Any) -> Any:
    """Validates only the root, for rules that hold for each part if they hold for the whole. On failure it walks on."""
    try:
        return traverser.process(root)
    except (KeyError, MockValidationException):
        return _traverse(traverser, root)


# The functions of moto that are replaced, and their replacements.
INSTEAD: list[tuple[Any, str, Any]] = [
    (ReservedKeywords, "KEYWORDS", frozenset(ReservedKeywords.get_reserved_keywords())),
    (UpdateExpressionParser, "make", lru_cache(_TEXTS_KEPT)(UpdateExpressionParser.make)),
    (ConditionExpressionParser, "_lex_condition_expression", _lexed),
    (Node, "__deepcopy__", _copied),
    (DepthFirstTraverser, "traverse", _traversed),
    (ActionCountValidator, "traverse", _from_the_top),
    (OverlappingPathsValidator, "traverse", _from_the_top),
]


def install() -> None:
    """Replaces moto's functions in this process."""
    for owner, name, ours in INSTEAD:
        setattr(owner, name, ours)
