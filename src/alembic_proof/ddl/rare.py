"""Kinds that few schemas have: event triggers, publications, foreign servers, casts, operators, text search, ..."""

from __future__ import annotations

import re
from typing import Any

from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.words import clauses, comment, foreign_options, literal, role, unquoted, usual
from alembic_proof.snapshot import Fact

_ENABLED = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def event_trigger(fact: Fact, schema: Schema) -> list[str]:
    """An event trigger and whether it is enabled."""
    p = fact.payload
    when = f" WHEN TAG IN ({', '.join(map(literal, p['tags']))})" if "tags" in p else ""
    how = _ENABLED.get(p["enabled"])
    return [
        f"CREATE EVENT TRIGGER {fact.identity} ON {p['event']}{when} EXECUTE FUNCTION {p['function']}",
        *([f"ALTER EVENT TRIGGER {fact.identity} {how}"] if how else []),
        *usual(fact),
    ]


def publication(fact: Fact, schema: Schema) -> list[str]:
    """A publication; its members are added in the end, when their tables are there."""
    p = fact.payload
    everything = " FOR ALL TABLES" if p["all tables"] else ""
    with_ = [f"publish = {literal(p['operations'])}"]
    with_ += ["publish_via_partition_root = true"] if p["via root"] else []
    with_ += ["publish_generated_columns = stored"] if "generated columns" in p else []
    return [f"CREATE PUBLICATION {fact.identity}{everything} WITH ({', '.join(with_)})", *usual(fact)]


def members(fact: Fact, schema: Schema) -> list[str]:
    """The tables and schemas of a publication."""
    return [_member(fact, m) for m in schema.children(fact, "publication member")]


def _member(publication: Fact, fact: Fact) -> str:
    p, name = fact.payload, fact.identity.removeprefix(f"{publication.identity}: ")
    if name.startswith("tables in "):
        return f"ALTER PUBLICATION {publication.identity} ADD TABLES IN SCHEMA {name.removeprefix('tables in ')}"
    columns = f" ({', '.join(p['columns'])})" if p.get("columns") else ""
    rows = f" WHERE {p['rows']}" if p.get("rows") else ""
    return f"ALTER PUBLICATION {publication.identity} ADD TABLE ONLY {name}{columns}{rows}"


# -- foreign data ---------------------------------------------------------------------------------------------------


def wrapper(fact: Fact, schema: Schema) -> list[str]:
    """A foreign-data wrapper."""
    named = clauses(fact.payload, {"handler": "HANDLER", "validator": "VALIDATOR"})
    return [f"CREATE FOREIGN DATA WRAPPER {fact.identity}{named}{_options(fact)}", *usual(fact)]


def server(fact: Fact, schema: Schema) -> list[str]:
    """A foreign server with its user mappings."""
    p = fact.payload
    kind = f" TYPE {literal(p['type'])}" if "type" in p else ""
    version = f" VERSION {literal(p['version'])}" if "version" in p else ""
    created = f"CREATE SERVER {fact.identity}{kind}{version} FOREIGN DATA WRAPPER {p['wrapper']}{_options(fact)}"
    mappings = (_mapping(fact, m) for m in schema.children(fact, "user mapping"))
    return [created, *usual(fact), *mappings]


def _mapping(server: Fact, fact: Fact) -> str:
    who = fact.identity.removeprefix("for ").removesuffix(f" on {server.identity}")
    return f"CREATE USER MAPPING FOR {role(who)} SERVER {server.identity}{_options(fact)}"


def _options(fact: Fact) -> str:
    given = fact.payload.get("options")
    return f" OPTIONS ({foreign_options(given)})" if given else ""


# -- casts, operators, collations -----------------------------------------------------------------------------------


def cast(fact: Fact, schema: Schema) -> list[str]:
    """A cast."""
    p = fact.payload
    how = {"f": f"WITH FUNCTION {p.get('function')}", "b": "WITHOUT FUNCTION", "i": "WITH INOUT"}[p["method"]]
    when = {"a": " AS ASSIGNMENT", "i": " AS IMPLICIT", "e": ""}[p["context"]]
    return [f"CREATE CAST {fact.identity} {how}{when}", *comment("CAST", fact.identity, p.get("comment"))]


def operator(fact: Fact, schema: Schema) -> list[str]:
    """An operator."""
    p = fact.payload
    names = {"left": "LEFTARG", "right": "RIGHTARG", "function": "FUNCTION", "commutator": "COMMUTATOR"}
    names |= {"negator": "NEGATOR", "restrict": "RESTRICT", "join": "JOIN"}
    items = [f"{text} = {p[name]}" for name, text in names.items() if p.get(name)]
    items += [text for name, text in (("hashes", "HASHES"), ("merges", "MERGES")) if p[name]]
    return [f"CREATE OPERATOR {_bare(fact)} (\n    {_lines(items)}\n)", *usual(fact, _unary(fact))]


def _bare(fact: Fact) -> str:
    p = fact.payload
    return fact.identity.removesuffix(f"({p.get('left') or 'NONE'},{p.get('right') or 'NONE'})")


def _unary(fact: Fact) -> str:
    p = fact.payload
    return f"{_bare(fact)} ({p.get('left') or 'NONE'}, {p.get('right') or 'NONE'})"


def _lines(items: list[str]) -> str:
    return ",\n    ".join(items)


def operator_family(fact: Fact, schema: Schema) -> list[str]:
    """An operator family; the members that are of no class."""
    p = fact.payload
    members = p.get("members")
    added = [f"ALTER OPERATOR FAMILY {fact.identity} ADD\n    {_lines(members)}"] if members else []
    return [f"CREATE OPERATOR FAMILY {fact.identity}", *added, *usual(fact)]


def operator_class(fact: Fact, schema: Schema) -> list[str]:
    """An operator class with its members."""
    p = fact.payload
    name, _, method = fact.identity.partition(" USING ")
    default = " DEFAULT" if p["default"] else ""
    items = [*(p.get("members") or ()), *([f"STORAGE {p['stored as']}"] if "stored as" in p else [])]
    items = items or [f"STORAGE {p['type']}"]
    head = f"CREATE OPERATOR CLASS {name}{default} FOR TYPE {p['type']} USING {method} FAMILY {p['family']} AS"
    return [f"{head}\n    {_lines(items)}", *usual(fact)]


_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}


def collation(fact: Fact, schema: Schema) -> list[str]:
    """A collation."""
    p = fact.payload
    items = [f"provider = {_PROVIDERS[p['provider']]}"]
    names = {"locale": "locale", "lc_collate": "lc_collate", "lc_ctype": "lc_ctype", "rules": "rules"}
    items += [f"{text} = {literal(p[name])}" for name, text in names.items() if p.get(name) is not None]
    items += [] if p["deterministic"] else ["deterministic = false"]
    return [f"CREATE COLLATION {fact.identity} ({', '.join(items)})", *usual(fact)]


def conversion(fact: Fact, schema: Schema) -> list[str]:
    """An encoding conversion."""
    p = fact.payload
    default = "DEFAULT " if p["default"] else ""
    encodings = f"FOR {literal(p['from'])} TO {literal(p['to'])}"
    return [f"CREATE {default}CONVERSION {fact.identity} {encodings} FROM {p['function']}", *usual(fact)]


# -- text search ----------------------------------------------------------------------------------------------------


def ts_parser(fact: Fact, schema: Schema) -> list[str]:
    """A text search parser."""
    return _text_search(fact, ("start", "gettoken", "end", "headline", "lextypes"))


def ts_template(fact: Fact, schema: Schema) -> list[str]:
    """A text search template."""
    return _text_search(fact, ("init", "lexize"))


def _text_search(fact: Fact, names: tuple[str, ...]) -> list[str]:
    items = ", ".join(f"{n.upper()} = {fact.payload[n]}" for n in names if fact.payload.get(n))
    return [f"CREATE {fact.kind.upper()} {fact.identity} ({items})", *usual(fact)]


def ts_dictionary(fact: Fact, schema: Schema) -> list[str]:
    """A text search dictionary."""
    p = fact.payload
    given = f", {p['options']}" if p.get("options") else ""
    return [f"CREATE TEXT SEARCH DICTIONARY {fact.identity} (TEMPLATE = {p['template']}{given})", *usual(fact)]


def ts_configuration(fact: Fact, schema: Schema) -> list[str]:
    """A text search configuration, one mapping per token."""
    p = fact.payload
    alter = f"ALTER TEXT SEARCH CONFIGURATION {fact.identity} ADD MAPPING FOR"
    mappings: dict[str, Any] = p.get("mappings") or {}
    return [
        f"CREATE TEXT SEARCH CONFIGURATION {fact.identity} (PARSER = {p['parser']})",
        *(f'{alter} "{token}" WITH {dictionaries}' for token, dictionaries in sorted(mappings.items())),
        *usual(fact),
    ]


# -- languages and the like -----------------------------------------------------------------------------------------


def transform(fact: Fact, schema: Schema) -> list[str]:
    """A transform."""
    p = fact.payload
    names = {"from SQL": "FROM SQL WITH FUNCTION", "to SQL": "TO SQL WITH FUNCTION"}
    items = ", ".join(f"{text} {p[name]}" for name, text in names.items() if p.get(name))
    subject = fact.identity.removeprefix("for ").replace(" language ", " LANGUAGE ")
    created = f"CREATE TRANSFORM FOR {subject} ({items})"
    return [created, *comment("TRANSFORM FOR", subject, p.get("comment"))]


def language(fact: Fact, schema: Schema) -> list[str]:
    """A procedural language."""
    p = fact.payload
    trusted = "TRUSTED " if p["trusted"] else ""
    named = clauses(p, {"handler": "HANDLER", "inline": "INLINE", "validator": "VALIDATOR"})
    return [f"CREATE {trusted}LANGUAGE {fact.identity}{named}", *usual(fact)]


def access_method(fact: Fact, schema: Schema) -> list[str]:
    """An access method."""
    p = fact.payload
    kind = {"t": "TABLE", "i": "INDEX"}[p["type"]]
    return [f"CREATE ACCESS METHOD {fact.identity} TYPE {kind} HANDLER {p['handler']}", *usual(fact)]


def database_setting(fact: Fact, schema: Schema) -> list[str]:
    """ALTER DATABASE ... SET, for the database in which this runs, whatever its name."""
    who, _, name = fact.identity.rpartition(" ")
    target = f"ALTER ROLE {role(who.removeprefix('for '))} IN DATABASE %I" if who else "ALTER DATABASE %I"
    command = f"{target} SET {name} = {_setting(name, fact.payload['value'])}"
    said = f"pg_catalog.format({literal(command)}, pg_catalog.current_database())"
    quotes = "$do$" if "$do$" not in said else "$this_is_done$"
    return [f"DO {quotes} BEGIN EXECUTE {said}; END {quotes}"]


# the catalog has their items as quoted names
_LISTS = ("search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries")


def _setting(name: str, value: str) -> str:
    items = re.findall(r'"(?:[^"]|"")*"|[^", ]+', value) if name in _LISTS else [value]
    return ", ".join(literal(unquoted(item)) for item in items).replace("%", "%%") or "''"


def extension_dependency(fact: Fact, schema: Schema) -> list[str]:
    """ALTER ... DEPENDS ON EXTENSION."""
    subject, _, name = fact.identity.rpartition(" on ")
    kinds = ("materialized view", "function", "procedure", "index", "trigger")
    kind = next((k for k in kinds if subject.startswith(f"{k} ")), None)
    if kind is None:
        return []
    return [f"ALTER {kind.upper()} {subject.removeprefix(f'{kind} ')} DEPENDS ON EXTENSION {name}"]


def security_label(fact: Fact, schema: Schema) -> list[str]:
    """SECURITY LABEL."""
    provider, _, subject = fact.identity.partition(" on ")
    kind, _, name = subject.partition(" ")
    return [f"SECURITY LABEL FOR {provider} ON {kind.upper()} {name} IS {literal(fact.payload['label'])}"]
