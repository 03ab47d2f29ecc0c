"""The catalog queries, one `.sql` file per object kind, composed into one statement.

A fact is one line of JSON, `[kind, identity, parent, payload]`: equal sets of lines are equal schemas, so most
comparisons never parse it. Beside it stand two oids that are no part of it: of the object it is read with
(`owner`) and its own; by them a later look replaces just the facts that a step touched.
They must run under `PINNED` settings: seven of them change what Postgres prints of an unchanged schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

# what a step touches is mostly one table; the other kinds are read only where there is something of them
GROUPS = {
    "tables": ("tables", "column_order", "constraints", "not_null_names"),
    "relations": ("columns", "indexes", "member_relations"),
    "sequences": ("sequences",),
    "views": ("views",),
    "triggers": ("triggers",),
    "rules": ("rules",),
    "policies": ("policies",),
    "statistics": ("statistics",),
    # a domain's constraints are read with the types
    "others": (
        *("schemas", "extensions", "extension_versions", "types", "functions", "default_grants"),
        "domain_constraints",
        "member_routines",
    ),
    # all of them at once, under the owner `_RARE`: there are few, and hardly a step touches one
    "rare": (
        *("publications", "publication_members", "publication_schemas", "subscriptions"),
        *("foreign_data_wrappers", "foreign_servers", "user_mappings", "casts", "operators", "operator_families"),
        *(
            "operator_classes",
            "base_types",
            "collations",
            "conversions",
            "text_search_parsers",
            "text_search_templates",
        ),
        *("text_search_dictionaries", "text_search_configurations", "transforms", "languages", "access_methods"),
    ),
    # no event trigger sees what makes and unmakes them
    "always": ("event_triggers", "database_settings", "extension_dependencies"),
    "labels": ("security_labels",),
}
KINDS = tuple(kind for group in GROUPS.values() for kind in group)
# owners that are no oid of a user's object and no column's number
_RARE, _ALWAYS = 2000, 2001
# DDL on these catalogs touches a rare kind; their oids are the same in every version
_RARE_CATALOGS = {
    "pg_publication": 6104,
    "pg_publication_rel": 6106,
    "pg_subscription": 6100,
    "pg_publication_namespace": 6237,
    "pg_foreign_data_wrapper": 2328,
    "pg_foreign_server": 1417,
    "pg_user_mapping": 1418,
    "pg_cast": 2605,
    "pg_operator": 2617,
    "pg_opfamily": 2753,
    "pg_opclass": 2616,
    "pg_amop": 2602,
    "pg_amproc": 2603,
    "pg_collation": 3456,
    "pg_conversion": 2607,
    "pg_ts_parser": 3601,
    "pg_ts_template": 3764,
    "pg_ts_dict": 3600,
    "pg_ts_config": 3602,
    "pg_transform": 3576,
    "pg_language": 2612,
    "pg_am": 2601,
    "pg_type": 1247,
}

# catalogs whose rows are facts, or part of some
MODELLED = frozenset(_RARE_CATALOGS) | {
    *("pg_class", "pg_attrdef", "pg_constraint", "pg_proc", "pg_trigger", "pg_rewrite", "pg_policy", "pg_enum"),
    *("pg_statistic_ext", "pg_namespace", "pg_extension", "pg_default_acl", "pg_event_trigger"),
}

PINNED = {
    "search_path": "",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "extra_float_digits": "1",
    "xmloption": "content",
    "lc_monetary": "C",
    # planning the statement costs more than running it: plan it once per session
    "plan_cache_mode": "force_generic_plan",
    # where Postgres is built with LLVM, to compile the statement takes twenty times as long as to run it
    "jit": "off",
}

# grants as the difference to the defaults, which differ between versions; the owner's own name is no part of the schema
_ACL = """CASE WHEN {acl} IS NOT NULL THEN (
    SELECT jsonb_agg(entry ORDER BY entry COLLATE "C") FROM (
      SELECT concat(CASE WHEN x.given THEN '' ELSE 'revoked ' END,
                    CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN (SELECT datdba FROM self) THEN '(owner)'
                         ELSE quote_ident(pg_get_userbyid(x.grantee)) END, '=',
                    string_agg(x.privilege_type, ',' ORDER BY x.privilege_type COLLATE "C"),
                    CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END,
                    ' by ' || CASE x.another WHEN (SELECT datdba FROM self) THEN '(owner)'
                                     ELSE quote_ident(pg_get_userbyid(x.another)) END) AS entry
      FROM (
        (SELECT true AS given, a.grantee, a.privilege_type, a.is_grantable, nullif(a.grantor, {owner}) AS another
         FROM aclexplode({acl}) a
         EXCEPT SELECT true, d.grantee, d.privilege_type, d.is_grantable, NULL::oid FROM aclexplode({default}) d)
        UNION ALL
        (SELECT false, d.grantee, d.privilege_type, d.is_grantable, NULL::oid FROM aclexplode({default}) d
         EXCEPT SELECT false, a.grantee, a.privilege_type, a.is_grantable, NULL::oid FROM aclexplode({acl}) a)
      ) x
      GROUP BY x.given, x.grantee, x.is_grantable, x.another
    ) entries) END"""


# obj_description() is an SQL function that is not inlined: a subselect costs a fifth of it
_COMMENT = (
    "(SELECT note.description FROM pg_catalog.pg_description note WHERE note.objoid = {oid} "
    "AND note.classoid = 'pg_catalog.{catalog}'::regclass AND note.objsubid = {sub})"
)
# the scratch database's own role has another name in every run
_OWNER = "CASE WHEN {role} = (SELECT datdba FROM self) THEN '(owner)' ELSE quote_ident(pg_get_userbyid({role})) END"
# a user's own, and no extension's
_OWN = (
    "({oid} >= 16384 AND NOT EXISTS (SELECT FROM member m "
    "WHERE m.classid = 'pg_catalog.{catalog}'::regclass AND m.objid = {oid}))"
)
_OPTIONS = """(SELECT jsonb_agg(CASE WHEN split_part(o, '=', 1) ~* 'pass|secret|token|key|cred'
      THEN concat(split_part(o, '=', 1), '=(secret)') ELSE o END ORDER BY o COLLATE "C") FROM unnest({options}) o)"""
# their order is that of the commands that set them
_SORTED = (
    'CASE WHEN {options} IS NOT NULL THEN (SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM unnest({options}) o) END'
)
_OPERATOR = """(SELECT concat('OPERATOR(', quote_ident(n.nspname), '.', {operator}.oprname, ')')
      FROM pg_catalog.pg_namespace n WHERE n.oid = {operator}.oprnamespace)"""


def _acl(match: re.Match[str]) -> str:
    acl, kind, owner = match.groups()
    known = {"none": "NULL::aclitem[]", "initial": "initial.privs"}
    default = known.get(kind) or f"acldefault({kind}, {owner})"
    return _ACL.format(acl=acl, owner=owner, default=default)


# `{name:argument:...}` in the queries
_MACROS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"\{owner:([\w.]+)\}", lambda m: _OWNER.format(role=m[1])),
    (r"\{comment:([\w.]+):(\w+):([\w.]+)\}", lambda m: _COMMENT.format(oid=m[1], catalog=m[2], sub=m[3])),
    (r"\{own:([\w.]+):(\w+)\}", lambda m: _OWN.format(oid=m[1], catalog=m[2])),
    (r"\{options:([\w.]+)\}", lambda m: _OPTIONS.format(options=m[1])),
    (r"\{sorted:([\w.]+)\}", lambda m: _SORTED.format(options=m[1])),
    (r"\{operator:(\w+)\}", lambda m: _OPERATOR.format(operator=m[1])),
    (r"\{acl:([\w.]+):([^:]+):([\w.]+)\}", _acl),
    (r"\{rare\}", lambda _: f"{_RARE}::oid"),
    (r"\{always\}", lambda _: f"{_ALWAYS}::oid"),
)


def _expand(sql: str, touched: bool) -> str:
    for pattern, replacement in _MACROS:
        sql = re.sub(pattern, replacement, sql)
    scope = r"\1 = ANY (owners)" if touched else "true"
    return re.sub(r"\{touched:([\w.]+)\}", scope, sql)


@cache
def _read(name: str) -> str:
    return files(__name__).joinpath(f"{name}.sql").read_text("utf-8")


def _facts(touched: bool, kinds: tuple[str, ...] = KINDS) -> str:
    parts = "\nUNION ALL\n".join(_expand(_read(kind), touched) for kind in kinds)
    line = "jsonb_build_array(kind, identity, parent, jsonb_strip_nulls(payload))::text"
    return f"SELECT owner, own, {line} AS line FROM (\n{parts}\n) fact"  # noqa: S608  our own files


def snapshot_sql(foreign: bool = False, kinds: tuple[str, ...] = KINDS) -> str:
    """All facts: rows `(owner, own, line)`; parameter `$1` is the version table's identity.

    `foreign`: in a database that is not ours, the owner is who owns most tables.
    """
    text, database = _snapshot_sql(kinds), "FROM pg_catalog.pg_database WHERE datname"
    return text.replace(f"SELECT datdba {database}", f"SELECT {_MAIN_OWNER} AS datdba {database}") if foreign else text


_MAIN_OWNER = """coalesce(
    (SELECT c.relowner FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1), datdba)"""


@cache
def _snapshot_sql(kinds: tuple[str, ...]) -> str:
    return f"WITH {_expand(_read('common'), touched=False)}\n{_facts(False, kinds)}"


def snapshot_parts(foreign: bool = False) -> tuple[str, ...]:
    """The same in two statements: planning one of all kinds takes longer than planning both."""
    many = tuple(kind for group in ("tables", "relations", "views") for kind in GROUPS[group])
    return tuple(snapshot_sql(foreign, k) for k in (many, tuple(kind for kind in KINDS if kind not in many)))


def dependencies_sql() -> str:
    """Rows `(dependent, needed)`, oids of objects with a block of their own in `schema.sql`."""
    return _read("dependencies")


def _touched_sql(kinds: tuple[str, ...]) -> str:
    """As `snapshot_sql`, only some kinds, of the owners in `owners`, an array of oids."""
    text = f"WITH {_expand(_read('common'), touched=True)}\n{_facts(True, kinds)}"
    return text.replace("$1", "version_table")


def look_sql() -> str:
    """Installs the functions that the walk looks with; needs no superuser."""
    settings = " ".join(f"SET \"{name}\" = '{value}'" for name, value in PINNED.items())
    parts = {
        "closure": _read("closure"),
        "settings": settings,
        "rare_owner": str(_RARE),
        "always_owner": str(_ALWAYS),
        "rare_catalogs": "|".join(map(str, _RARE_CATALOGS.values())),
        "all": snapshot_sql().replace("$1", "version_table"),
        **{name: _touched_sql(kinds) for name, kinds in GROUPS.items()},
    }
    text = _read("look")
    for name, part in parts.items():
        text = text.replace("{" + name + "}", part)
    return text


def watch_sql() -> str:
    """Installs the event triggers that note what DDL touched; needs a superuser."""
    return _read("watch")


def effects_sql() -> str:
    """Installs the function that tells what a transaction has done so far; needs no superuser."""
    return _read("effects")


def relations_sql() -> str:
    """Every relation of the user, its file, and what an index is."""
    return _read("relations")


def unwatch_sql() -> str:
    """Removes what `look_sql` and `watch_sql` installed."""
    triggers = ("alembic_proof_command", "alembic_proof_drop")
    drops = [f"DROP EVENT TRIGGER IF EXISTS {name}" for name in triggers]
    return "; ".join([*drops, "DROP SCHEMA IF EXISTS alembic_proof CASCADE"])


def pin_sql() -> str:
    """Pins the session's settings until the end of the (sub)transaction; one statement."""
    calls = ", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in PINNED.items())
    return f"SELECT {calls}"
