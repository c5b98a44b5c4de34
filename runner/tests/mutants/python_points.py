"""Where a module of the runner can be made wrong, one small change at a time.

A change is one of: a comparison at its border, `and` for `or`, `+` for `-`, a number, `not` left out, a condition or a call left out.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
}
SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in",
    ast.NotIn: "not in", ast.And: "and", ast.Or: "or", ast.Add: "+", ast.Sub: "-",
}
Change = Callable[[ast.AST], ast.AST]


@dataclass(frozen=True)
class Point:
    """One change: of the line, and what it does there. last: the last line of what it changes. of: the function it stands in, blank for the
    module's own. node: which node of the tree.
    """

    line: int
    last: int
    of: str
    told: str
    node: int
    change: Change


def points(source: str) -> list[Point]:
    """All changes of a module, in the order of the tree."""
    tree = ast.parse(source)
    within = _functions(tree)
    found: list[Point] = []
    for number, node in enumerate(ast.walk(tree)):
        for told, change in _changes(node):
            first, last = (node.target, node.ifs[0]) if isinstance(node, ast.comprehension) else (node, node)
            found.append(Point(first.lineno, last.end_lineno, within.get(node, ""), told, number, change))
    return sorted(found, key=lambda point: point.line)


def using(source: str, line: int) -> list[int]:
    """The lines of a module that use the constant which is defined in that line; none where it is no constant."""
    tree = ast.parse(source)
    names = [
        target.id for node in tree.body if isinstance(node, ast.Assign) and node.lineno <= line <= node.end_lineno
        for target in node.targets if isinstance(target, ast.Name)
    ]
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names]


def changed(source: str, point: Point) -> ast.Module:
    """The tree of the module with that one change."""
    tree = ast.parse(source)
    wanted = list(ast.walk(tree))[point.node]

    class Once(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return ast.copy_location(point.change(copy.copy(node)), node) if node is wanted else self.generic_visit(node)

    return ast.fix_missing_locations(Once().visit(tree))


def _functions(tree: ast.Module) -> dict[ast.AST, str]:
    """Node -> the innermost function it stands in. What a definition says of its defaults is the module's."""
    found: dict[ast.AST, str] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            found |= {node: function.name for statement in function.body for node in ast.walk(statement)}
    return found


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare(ops=ops):
            for place, sign in enumerate(ops):
                yield _swap(sign), lambda it, place=place, sign=sign: _with(it, ops=[*it.ops[:place], SWAPPED[type(sign)](), *it.ops[place + 1:]])
        case ast.BoolOp(op=op, values=values):
            yield _swap(op), lambda it: _with(it, op=SWAPPED[type(op)]())
            for place, value in enumerate(values):
                yield f"without {ast.unparse(value)}", lambda it, place=place: _without(it, place)
        case ast.UnaryOp(op=ast.Not()):
            yield "without not", lambda it: it.operand
        case ast.BinOp(op=ast.Add() | ast.Sub() as op):
            yield _swap(op), lambda it: _with(it, op=SWAPPED[type(op)]())
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            yield f"{value} becomes {value + 1}", lambda it: _with(it, value=it.value + 1)
        case ast.comprehension(ifs=[_]):
            yield f"without if {ast.unparse(node.ifs[0])}", lambda it: _with(it, ifs=[])
        case ast.Expr(value=ast.Call()):
            yield f"without {ast.unparse(node.value)}", lambda it: ast.Pass()


def _swap(sign: ast.AST) -> str:
    return f"{SIGNS[type(sign)]} becomes {SIGNS[SWAPPED[type(sign)]]}"


def _without(condition: ast.BoolOp, place: int) -> ast.AST:
    values = [*condition.values[:place], *condition.values[place + 1:]]
    return values[0] if len(values) == 1 else _with(condition, values=values)


def _with(node: ast.AST, **values: object) -> ast.AST:
    for name, value in values.items():
        setattr(node, name, value)
    return node
