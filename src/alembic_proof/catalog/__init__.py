"""The catalog queries, one `.sql` file per object kind, composed into one statement.

A fact is one line of JSON, `[kind, identity, parent, payload]`: equal sets of lines are equal schemas, so most
comparisons never parse it. Beside it stand two oids that are no part of it: of the object it is read with
(`owner`) and its own; by them a later look replaces just the facts that a step touched.
They must run under `PINNED` settings: seven of them change what Postgres prints of an unchanged schema.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# what a step touches is mostly one table; the other kinds are read only where there is something of them
GROUPS = {
    "tables": ("tables", "columns", "constraints", "indexes"),
    "sequences": ("sequences",),
    "views": ("views",),
    "triggers": ("triggers",),
    "rules": ("rules",),
    "policies": ("policies",),
    "statistics": ("statistics",),
    # a domain's constraints are read with the types
    "others": ("schemas", "extensions", "types", "functions", "default_grants", "domain_constraints"),
}
KINDS = tuple(kind for group in GROUPS.values() for kind in group)

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
}

# a grant list that equals the default is no grant; the owner's own name is not part of the schema
_ACL = """CASE WHEN {acl} IS NOT NULL THEN (
    SELECT jsonb_agg(entry ORDER BY entry) FROM (
      SELECT concat(CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN {owner} THEN 'owner'
                         ELSE pg_get_userbyid(x.grantee) END, '=',
                    string_agg(x.privilege_type, ',' ORDER BY x.privilege_type),
                    CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END) AS entry
      FROM aclexplode({acl}) x
      WHERE NOT EXISTS (SELECT FROM aclexplode(acldefault('{type}', {owner})) y
                        WHERE (y.grantee, y.privilege_type, y.is_grantable)
                            = (x.grantee, x.privilege_type, x.is_grantable))
         OR (SELECT count(*) FROM aclexplode(acldefault('{type}', {owner})))
            > (SELECT count(*) FROM aclexplode({acl}) z
               JOIN aclexplode(acldefault('{type}', {owner})) w
                 ON (w.grantee, w.privilege_type, w.is_grantable)
                  = (z.grantee, z.privilege_type, z.is_grantable))
      GROUP BY x.grantee, x.is_grantable
    ) entries) END"""


# obj_description() is an SQL function that is not inlined: a subselect costs a fifth of it
_COMMENT = (
    "(SELECT o.description FROM pg_catalog.pg_description o WHERE o.objoid = {oid} "
    "AND o.classoid = 'pg_catalog.{catalog}'::regclass AND o.objsubid = {sub})"
)
# the scratch database's own role has another name in every run
_OWNER = "CASE WHEN {role} = (SELECT datdba FROM self) THEN 'owner' ELSE pg_get_userbyid({role}) END"


def _expand(sql: str, touched: bool) -> str:
    sql = re.sub(r"\{owner:([\w.]+)\}", lambda m: _OWNER.format(role=m[1]), sql)
    comment = r"\{comment:([\w.]+):(\w+):([\w.]+)\}"
    sql = re.sub(comment, lambda m: _COMMENT.format(oid=m[1], catalog=m[2], sub=m[3]), sql)
    scope = r"\1 = ANY (owners)" if touched else "true"
    sql = re.sub(r"\{touched:([\w.]+)\}", scope, sql)
    pattern = r"\{acl:([\w.]+):(\w):([\w.]+)\}"
    return re.sub(pattern, lambda m: _ACL.format(acl=m[1], type=m[2], owner=m[3]), sql)


@cache
def _read(name: str) -> str:
    return files(__name__).joinpath(f"{name}.sql").read_text("utf-8")


def _facts(touched: bool, kinds: tuple[str, ...] = KINDS) -> str:
    parts = "\nUNION ALL\n".join(_expand(_read(kind), touched) for kind in kinds)
    line = "jsonb_build_array(kind, identity, parent, jsonb_strip_nulls(payload))::text"
    return f"SELECT owner, own, {line} AS line FROM (\n{parts}\n) fact"  # noqa: S608  our own files


def snapshot_sql() -> str:
    """All facts: rows `(owner, own, line)`; parameter `$1` is the version table's identity."""
    return f"WITH {_expand(_read('common'), touched=False)}\n{_facts(touched=False)}"


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


def pin_sql() -> str:
    """Pins the session's settings until the end of the (sub)transaction; one statement."""
    calls = ", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in PINNED.items())
    return f"SELECT {calls}"
