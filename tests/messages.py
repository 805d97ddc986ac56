"""Collect every message of the code that a reader can see."""

import ast
from pathlib import Path

import childstats

SOURCE = Path(childstats.__file__).parent
MESSAGE_ARGUMENT = {"say": 0, "mark": 0, "finding_on": 3, "_reason": 1}
"""Position of the message among the arguments of each function that takes one."""


def messages() -> set[str]:
    """Return the English messages, from both arms of a conditional where there is one."""
    found = set()
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            position = MESSAGE_ARGUMENT.get(name)
            if position is not None and len(node.args) > position:
                found |= set(_texts(node.args[position]))
    return found


def _texts(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return _texts(body) + _texts(orelse)
    return []
