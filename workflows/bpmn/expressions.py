"""Expressions of a template: CEL, compiled once when the template is parsed, evaluated over JSON values.

The library hands a run-time error back as a *value*, so a result counts only if its type is the required one. Maps of
the library iterate in an order that differs from process to process; a replay would then see another list. Every macro
that walks a collection therefore goes over `ordered()`, which turns a map into its sorted keys and leaves a list alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cel_expr_python import cel

Json = Any
MISSING: Any = object()
"""What a lookup answers for a name that has no value."""

MAX_LENGTH = 4_000
MAX_ENTRIES = 200_000
MAX_CHARACTERS = 2_000_000
MAX_CHARACTERS_IN_LOOPS = 100_000
MAX_DEPTH = 64
_INT64 = range(-(2**63), 2**63)
_MACROS = frozenset({"map", "filter", "exists", "exists_one", "all"})
RESERVED = frozenset(
    (
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
        "int",
        "uint",
        "double",
        "bool",
        "string",
        "bytes",
        "list",
        "map",
        "type",
        "null_type",
        "dyn",
        "google",
    )
)
"""Words of CEL and names of its types: no variable can be called so."""
_TOKEN = re.compile(
    r"""(?P<text>[rRbB]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))"""
    r"""|(?P<comment>//[^\n]*)|(?P<number>(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)[uU]?)"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<space>\s+)|(?P<other>.)""",
    re.DOTALL,
)


class Kind(StrEnum):
    """What an expression has to yield. TEXTS: one string or a list of them; TIME: a string, duration or timestamp."""

    BOOL = "bool"
    INT = "int"
    STRING = "string"
    LIST = "list"
    TEXTS = "texts"
    TIME = "time"
    DYN = "dyn"


VARIABLE_TYPES: Mapping[str, cel.Type] = {
    "int": cel.Type.INT,
    "string": cel.Type.STRING,
    "bool": cel.Type.BOOL,
    "double": cel.Type.DOUBLE,
    "list": cel.Type.LIST,
    "map": cel.Type.MAP,
    "dyn": cel.Type.DYN,
}
_STATIC: Mapping[Kind, tuple[cel.Type, ...]] = {
    Kind.BOOL: (cel.Type.BOOL,),
    Kind.INT: (cel.Type.INT, cel.Type.UINT, cel.Type.DOUBLE),
    Kind.STRING: (cel.Type.STRING, cel.Type.INT),
    Kind.LIST: (cel.Type.LIST,),
    Kind.TEXTS: (cel.Type.STRING, cel.Type.LIST),
    Kind.TIME: (cel.Type.STRING, cel.Type.DURATION, cel.Type.TIMESTAMP),
}


_NUMBERS = _STATIC[Kind.INT]


class ExpressionInvalid(ValueError):
    """The text is no expression of the required type; `args[0]` says why."""


class ExpressionFailed(Exception):
    """The expression has no usable value for these variables."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text}: {reason}")
        self.text = text
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression. `names` are the variables it may read, in order of appearance."""

    text: str
    kind: Kind
    names: tuple[str, ...]
    types: tuple[str, ...]
    has_loops: bool
    compiled: Any = field(repr=False, compare=False)


def unwrap(text: str) -> str:
    """Take the expression out of `${…}`, `#{…}` or a leading `=`."""
    text = text.strip()
    if text[:2] in ("${", "#{") and text.endswith("}"):
        return text[2:-1].strip()
    return text[1:].strip() if text.startswith("=") and not text.startswith("==") else text


def is_wrapped(text: str) -> bool:
    """Tell an expression from a literal where both are allowed."""
    return unwrap(text) != text.strip()


def compile_expression(text: str, kind: Kind, declared: Mapping[str, str] | None = None) -> Program:
    """Compile for a required result, or raise ExpressionInvalid.

    `declared` gives the types of all variables there are; without it every free name is one of any type.
    """
    body = unwrap(text)
    if not body:
        raise ExpressionInvalid("empty")
    if len(body) > MAX_LENGTH:
        raise ExpressionInvalid(f"longer than {MAX_LENGTH} characters")
    source, names, has_loops = _scan(body)
    if declared is not None:
        names = tuple(name for name in names if name in declared)
    types = tuple((declared or {}).get(name, "dyn") for name in names)
    variables = {name: VARIABLE_TYPES[type_] for name, type_ in zip(names, types, strict=True)}
    try:
        compiled = cel.NewEnv(variables=variables, functions=[_ORDERED]).compile(source)
        yields = compiled.return_type()
    except Exception as error:  # the library raises bare RuntimeError, and ValueError for odd text
        raise ExpressionInvalid(_reason(str(error))) from None
    if kind in _STATIC and not _is_possible(yields, _STATIC[kind]):
        raise ExpressionInvalid(f"yields {yields.name().lower()}, required is {kind.value}")
    return Program(body, kind, names, types, has_loops, compiled)


def evaluate(program: Program, lookup: Callable[[str], Json]) -> Json:
    """Yield the value as JSON of the required kind, or raise ExpressionFailed."""
    budget = _Budget(program)
    data = {}
    for name, type_ in zip(program.names, program.types, strict=True):
        value = lookup(name)
        if value is not MISSING:
            data[name] = value if value is None or value is True or value is False else budget.admit(value, type_, name)
    try:
        result = program.compiled.eval(data=data)
        type_of, value = result.type(), result.plain_value()
    except Exception as error:  # the iteration budget and undecodable text come as exceptions
        raise ExpressionFailed(program.text, _reason(str(error))) from None
    if type_of == cel.Type.ERROR or type_of == cel.Type.UNKNOWN:
        raise ExpressionFailed(program.text, _reason(str(value)))
    return _accept(program, type_of, value)


def _is_possible(yields: cel.Type, accepted: tuple[cel.Type, ...]) -> bool:
    name = yields.name()
    return name == "DYN" or any(name.split("<")[0] == each.name().split("<")[0] for each in accepted)


def _scan(body: str) -> tuple[str, tuple[str, ...], bool]:
    """Find the free names and put `ordered()` before every macro that walks a collection."""
    tokens = [(match.lastgroup, match.group()) for match in _TOKEN.finditer(body)]
    words = [index for index, (group, _) in enumerate(tokens) if group not in ("space", "comment")]
    names: dict[str, None] = {}
    walks: list[int] = []
    for place, index in enumerate(words):
        group, text = tokens[index]
        before = tokens[words[place - 1]][1] if place else ""
        after = tokens[words[place + 1]][1] if place + 1 < len(words) else ""
        if group == "name" and before == "." and after == "(" and text in _MACROS:
            walks.append(index)
        elif group == "name" and before != "." and after != "(" and text not in RESERVED:
            names[text] = None
    source = "".join("ordered()." + text if index in walks else text for index, (_, text) in enumerate(tokens))
    return source, tuple(names), bool(walks)


def _reason(message: str) -> str:
    """Keep the library's first line, without its status word and position."""
    line = message.strip().splitlines()[0] if message.strip() else "no value"
    return re.sub(r"^[A-Z_]+: (ERROR: )?(<input>:-?\d+:-?\d+: )?|\s*\[[A-Z_]+\]$", "", line)[:300]


class _Budget:
    """Admit variables into an evaluation: within bounds, and as the declared type says."""

    __slots__ = ("characters", "entries", "program")

    def __init__(self, program: Program) -> None:
        self.program = program
        self.entries = MAX_ENTRIES
        self.characters = MAX_CHARACTERS_IN_LOOPS if program.has_loops else MAX_CHARACTERS

    def admit(self, value: Json, type_: str, name: str) -> Json:
        if type_ == "int" and isinstance(value, float) and value.is_integer():
            value = int(value)
        elif type_ == "double" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        self.check(value, name, 0)
        return value

    def check(self, value: Json, name: str, depth: int) -> None:
        self.entries -= 1
        if self.entries < 0 or depth > MAX_DEPTH:
            raise ExpressionFailed(self.program.text, f"the value of {name} is too large")
        if isinstance(value, str):
            self.check_text(value, name)
        elif isinstance(value, int):
            if value not in _INT64:
                raise ExpressionFailed(self.program.text, f"a number in {name} exceeds 64 bits")
        elif isinstance(value, dict):
            for key, each in value.items():
                self.check_text(key, name)
                self.check(each, name, depth + 1)
        elif isinstance(value, list):
            for each in value:
                self.check(each, name, depth + 1)

    def check_text(self, text: Json, name: str) -> None:
        """Refuse what the library cuts off (after NUL) or cannot take (half a surrogate pair)."""
        if not isinstance(text, str):
            raise ExpressionFailed(self.program.text, f"a key in {name} is no string")
        self.characters -= len(text)
        if self.characters < 0:
            raise ExpressionFailed(self.program.text, f"the value of {name} is too large")
        if "\x00" in text or not (text.isascii() or _is_encodable(text)):
            raise ExpressionFailed(self.program.text, f"a text in {name} holds a character that is not allowed")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _accept(program: Program, type_of: cel.Type, value: Any) -> Json:
    if program.kind is Kind.BOOL and type_of == cel.Type.BOOL:
        return value
    if program.kind is Kind.INT and type_of in _NUMBERS and float(value).is_integer():
        return int(value)
    if program.kind is Kind.STRING and type_of in (cel.Type.STRING, cel.Type.INT):
        return str(value)
    if program.kind is Kind.TIME and isinstance(value, str | timedelta | datetime):
        return value if isinstance(value, str) else _iso(value)
    if program.kind is Kind.TEXTS and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if program.kind is Kind.TEXTS and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return list(value)
    if program.kind is Kind.DYN or (program.kind is Kind.LIST and isinstance(value, list)):
        return _as_json(program, value, 0)
    kind = type_of.name().split("<")[0].lower()
    raise ExpressionFailed(program.text, f"yields {kind}, required is {program.kind.value}")


def _as_json(program: Program, value: Any, depth: int) -> Json:
    """Rebuild as JSON; keys are sorted, since the library's own order is random."""
    if depth > MAX_DEPTH:
        raise ExpressionFailed(program.text, "nested too deeply")
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, list):
        return [_as_json(program, each, depth + 1) for each in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _as_json(program, value[key], depth + 1) for key in sorted(value)}
    raise ExpressionFailed(program.text, f"yields {type(value).__name__}, which is no value of JSON")


def _iso(value: timedelta | datetime) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    seconds = value.total_seconds()
    return f"PT{int(seconds) if seconds.is_integer() else seconds}S"


def _sorted_keys(value: dict[Any, Any]) -> list[Any]:
    return sorted(value, key=lambda key: (type(key).__name__, key))


def _same(value: list[Any]) -> list[Any]:
    return value


_ORDERED = cel.FunctionDecl(
    "ordered",
    [
        cel.Overload(
            "ordered_map",
            return_type=cel.Type.LIST,
            parameters=[cel.Type.MAP],
            is_member=True,
            impl=_sorted_keys,
        ),
        cel.Overload(
            "ordered_list",
            return_type=cel.Type.LIST,
            parameters=[cel.Type.LIST],
            is_member=True,
            impl=_same,
        ),
    ],
)
