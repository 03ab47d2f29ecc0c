"""Values of a type, as text that Postgres reads: ordinary ones, each another, and those at the edges.

Nothing here is by chance or by the clock. What is ordinary is unlikely to be what a migration inserts itself: numbers
of keys are high, texts begin with a prefix that nobody uses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from alembic_proof.rows.shape import Type

PREFIX = "aprf"
LONG = 4000
KEYS = 40
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOPS = {"int2": 32_000, "int4": 2_000_000_000, "int8": 2_000_000_000, "oid": 2_000_000_000}
_INTEGERS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
_TEXTS = ("text", "varchar", "bpchar", "citext", "name")
_FIRST = date(2001, 2, 3)


def key(kind: Type, number: int) -> str | None:
    """The value of a key column: as `ordinary`, integers count down from far above any that a sequence gave."""
    top = _TOPS.get(kind.base.name)
    return str(top - number) if top else ordinary(kind, number)


def keys(kind: Type) -> tuple[str, ...]:
    """The first of the keys, for a column that takes some values only."""
    return tuple(dict.fromkeys(v for v in (key(kind, n) for n in range(KEYS)) if v is not None))


def ordinary(kind: Type, number: int) -> str | None:
    """The value number `number` of a type, short and plain; None where the type is not known here."""
    base = kind.base
    if base.kind == "e":
        return base.labels[number % len(base.labels)][1] if base.labels else None
    if base.array:
        element = ordinary(base.parts[0], number)
        return None if element is None else array([element], base.delimiter)
    if base.kind == "c":
        return composite([ordinary(part, number) for part in base.parts])
    if base.kind in ("r", "m"):
        return _spread(base, number)
    make = _ORDINARY.get(base.name)
    return make(base, number) if make else None


def edges(kind: Type) -> tuple[str, ...]:
    """What is legal and seldom tried: limits, empty and longest texts, all digits of a scale, each label."""
    base = kind.base
    if base.kind == "e":
        return tuple(label for _, label in base.labels)
    if base.array:
        return _array_edges(base)
    if base.kind == "r":
        return ("empty", "(,)")
    if base.kind == "m":
        return ("{}", "{(,)}")
    make = _EDGES.get(base.name)
    return make(base) if make else ()


def guesses() -> tuple[str, ...]:
    """For a type that is not known here: the server says which of them it takes."""
    return ("1", "a", "{}", "(1,1)", "1.5", "[1]", "a.b", "POINT(1 1)", "1/1", "[1,2]", "(1,1),(2,2)", "")


def array(elements: list[str | None], delimiter: str = ",") -> str:
    """An array's text."""
    return "{" + delimiter.join("NULL" if e is None else _inner(e) for e in elements) + "}"


def composite(fields: list[str | None]) -> str:
    """The text of a row."""
    return "(" + ",".join("" if f is None else _inner(f) for f in fields) + ")"


def _inner(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _array_edges(base: Type) -> tuple[str, ...]:
    inner = edges(base.parts[0])
    first = ordinary(base.parts[0], 0)
    pair = (array([first, *inner[:1]], base.delimiter),) if first is not None else ()
    return ("{}", *pair, *(array([e], base.delimiter) for e in inner))


def _spread(base: Type, number: int) -> str | None:
    """Ranges that do not overlap, for exclusions."""
    low, high = (ordinary(base.parts[0], 2 * number + side) for side in (0, 1))
    if low is None or high is None:
        return None
    text = f"[{_inner(low)},{_inner(high)})"
    return text if base.kind == "r" else "{" + text + "}"


def word(number: int, length: int | None = None) -> str:
    """A short text, each another; where there is no room for the prefix, counted from the end of what fits."""
    text = _base36(number)
    if length is None or length >= len(PREFIX) + 1 + len(text):
        return f"{PREFIX}{text}" if length is None or length < 12 else f"{PREFIX}-{text}"
    last = len(_DIGITS) ** length
    return _base36((last - 1 - number) % last).rjust(length, "0")


def _base36(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def _length(base: Type) -> int | None:
    if base.name == "bpchar" and not base.limits:
        return 1 if base.text == "character" else None
    return 63 if base.name == "name" else (base.limits[0] if base.limits else None)


def _text_edges(base: Type) -> tuple[str, ...]:
    room = _length(base)
    longest = ("ü" + "x" * (min(room or LONG, LONG) - 1)) if base.name != "name" else "x" * 63
    strange = 'O\'Neil "q" \\ 50% {x}\tÜ\n'
    return ("", longest, strange[:room].rstrip() or "%")


def _decimals(base: Type) -> tuple[int | None, int]:
    """Precision and scale; a numeric without limits has the usual two digits."""
    precision, scale = (*base.limits, 0)[:2] if base.limits else (None, 2)
    return precision, scale


def _numeric(base: Type, number: int) -> str:
    """All digits of the scale are used, so that to lose one shows."""
    precision, scale = _decimals(base)
    unit = 10 ** max(scale, 0)
    fraction = int("55" + "1" * 40) // 10 ** (42 - scale) if scale > 0 else 0
    whole = 10 + number
    if precision is not None and whole >= 10 ** max(precision - scale, 0):
        whole %= 10 ** max(precision - scale, 0)
        fraction = (fraction + number) % unit if precision == scale else fraction
    value = Decimal(whole * unit + fraction).scaleb(-max(scale, 0))
    return format(value if scale >= 0 else value * Decimal(10) ** -scale, "f")


def _numeric_edges(base: Type) -> tuple[str, ...]:
    precision, scale = _decimals(base)
    if precision is None:
        return ("0", "-1.005", "12345678901234567890.123456789", "1e-10")
    most = Decimal(10**precision - 1).scaleb(-scale)
    return ("0", format(-most, "f"), format(most, "f"))


def _integer_edges(base: Type) -> tuple[str, ...]:
    top = _INTEGERS[base.name]
    return ("0", str(top - 1), "-1", str(-top), "1")


def _day(number: int) -> str:
    return (_FIRST + timedelta(days=number % 9000)).isoformat()


def _time(number: int) -> str:
    return f"{(4 + number) % 24:02d}:05:{number % 60:02d}.789{number % 1000:03d}"


def _stamp(base: Type, number: int) -> str:
    return f"{_day(number)} {_time(number)}" + ("+00" if base.name == "timestamptz" else "")


def _bits(base: Type, number: int) -> str:
    length = base.limits[0] if base.limits else (1 if base.name == "bit" else 8)
    return format((number + 1) % 2**length, f"0{length}b")


def _vector(base: Type, number: int) -> str:
    size = base.limits[0] if base.limits else 3
    return "[" + ",".join(str(i % 7 + number + 1) for i in range(size)) + "]"


def _json_edges(_: Type) -> tuple[str, ...]:
    return ("{}", "[]", "null", '{"a": [1.50, null, {"b": "\\u00fc"}], "c": "x"}', '"text"', "12.5")


Maker = Callable[[Type, int], str]
_ORDINARY: dict[str, Maker] = {
    **dict.fromkeys(_TEXTS, lambda t, n: word(n, _length(t))),
    **dict.fromkeys(_INTEGERS, lambda _, n: str(7 + n)),
    **dict.fromkeys(("float4", "float8"), lambda _, n: f"{n + 1}.25"),
    **dict.fromkeys(("json", "jsonb"), lambda _, n: f'{{"{PREFIX}": {n}}}'),
    **dict.fromkeys(("time", "timetz"), lambda t, n: _time(n) + ("+00" if t.name == "timetz" else "")),
    **dict.fromkeys(("timestamp", "timestamptz"), _stamp),
    **dict.fromkeys(("bit", "varbit"), _bits),
    **dict.fromkeys(("oid", "xid", "cid", "xid8"), lambda _, n: str(7 + n)),
    **dict.fromkeys(("regclass", "regtype", "regproc"), lambda _, n: str(7 + n)),
    **dict.fromkeys(("vector", "halfvec"), _vector),
    "char": lambda _, n: _DIGITS[-1 - n % 36],
    "bool": lambda _, n: ("true", "false")[n % 2],
    "numeric": _numeric,
    "money": lambda _, n: f"{10 + n}.55",
    "date": lambda _, n: _day(n),
    "interval": lambda _, n: f"{n + 1} days 02:03:04.567",
    "uuid": lambda _, n: f"a9f0cafe-0000-4000-8000-{n:012x}",
    "bytea": lambda _, n: f"\\x00ff{n:08x}",
    "inet": lambda _, n: f"192.0.2.{n % 254 + 1}" if n < 254 else f"2001:db8::{n:x}",
    "cidr": lambda _, n: f"10.{n // 256 % 256}.{n % 256}.0/24",
    "macaddr": lambda _, n: f"02:00:5e:{n // 65536 % 256:02x}:{n // 256 % 256:02x}:{n % 256:02x}",
    "macaddr8": lambda _, n: f"02:00:5e:ff:fe:{n // 65536 % 256:02x}:{n // 256 % 256:02x}:{n % 256:02x}",
    "point": lambda _, n: f"({n},{n + 1})",
    "line": lambda _, n: f"{{1,-1,{n}}}",
    "lseg": lambda _, n: f"[({n},0),({n},1)]",
    "box": lambda _, n: f"({2 * n + 1},1),({2 * n},0)",
    "path": lambda _, n: f"[({n},0),({n},1)]",
    "polygon": lambda _, n: f"(({n},0),({n},1),({n + 1},0))",
    "circle": lambda _, n: f"<({3 * n},0),1>",
    "xml": lambda _, n: f"<a>{n}</a>",
    "tsvector": lambda _, n: f"'{word(n)}':1",
    "tsquery": lambda _, n: f"'{word(n)}'",
    "jsonpath": lambda _, n: f"$.{word(n)}",
    "txid_snapshot": lambda _, n: f"10:{20 + n}:10",
    "pg_snapshot": lambda _, n: f"10:{20 + n}:10",
    "pg_lsn": lambda _, n: f"0/{n + 1:X}",
    "hstore": lambda _, n: f'"{PREFIX}"=>"{n}"',
    "ltree": lambda _, n: f"{PREFIX}.n{n}",
    "lquery": lambda _, n: f"{PREFIX}.n{n}",
    "cube": lambda _, n: f"({n})",
    "geometry": lambda _, n: f"SRID={0};POINT({n} 1)",
    "geography": lambda _, n: f"POINT({n % 90} 1)",
}
_EDGES: dict[str, Callable[[Type], tuple[str, ...]]] = {
    **dict.fromkeys(_TEXTS, _text_edges),
    **dict.fromkeys(_INTEGERS, _integer_edges),
    **dict.fromkeys(("json", "jsonb"), _json_edges),
    "numeric": _numeric_edges,
    "float4": lambda _: ("0", "-1.5", "3.4e38", "0.1"),
    "float8": lambda _: ("0", "-1.5", "1.7e308", "0.1"),
    "bool": lambda _: ("true", "false"),
    # drivers cannot read dates outside of four digits
    "date": lambda _: ("1900-01-01", "2999-12-31", "2024-02-29"),
    "time": lambda _: ("00:00:00", "23:59:59.999999"),
    "timetz": lambda _: ("00:00:00+00", "23:59:59.999999+05:30"),
    "timestamp": lambda _: ("1900-01-01 00:00:00", "2999-12-31 23:59:59.999999", "2024-02-29 12:34:56.789012"),
    "timestamptz": lambda _: (
        "1900-01-01 00:00:00+00",
        "2999-12-31 23:59:59.999999+00",
        "2024-07-01 12:34:56.789012+02",
    ),
    "interval": lambda _: ("0", "-1 mon -2 days", "100 years 00:00:00.000001"),
    "uuid": lambda _: ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    "bytea": lambda _: ("", "\\x" + "ab" * 3000),
    "inet": lambda _: ("2001:db8::1/64", "0.0.0.0/0"),
    "cidr": lambda _: ("2001:db8::/32", "0.0.0.0/0"),
    "bit": lambda t: ("1" * (t.limits[0] if t.limits else 1),),
    "varbit": lambda t: ("", "1" * min(t.limits[0] if t.limits else 64, LONG)),
    "money": lambda _: ("0", "-1.05"),
    "tsvector": lambda _: ("",),
    "hstore": lambda _: ("", '"a"=>NULL'),
    "ltree": lambda _: ("",),
}
