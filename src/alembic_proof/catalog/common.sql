-- What every catalog query starts from: the user's schemas, the relations in them, and who is an extension's
-- (or a range type's constructor function).
-- $1 is the version table, as text: Alembic's bookkeeping is no part of the schema under test.
self AS MATERIALIZED (
  SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database()
),
member AS NOT MATERIALIZED (
  SELECT classid, objid FROM pg_catalog.pg_depend
  WHERE deptype = 'e' OR (deptype = 'i' AND classid = 'pg_catalog.pg_proc'::regclass)
),
-- one row more than the schemas that are facts: a schema that is an extension's own may still hold user objects
namespace AS MATERIALIZED (
  SELECT n.oid, n.nspname, n.nspowner, n.nspacl
  FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'alembic_proof')
),
relation AS MATERIALIZED (
  SELECT c.*, concat(quote_ident(n.nspname), '.', quote_ident(c.relname)) AS identity
  FROM pg_catalog.pg_class c JOIN namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND {touched:c.oid}
    AND concat(quote_ident(n.nspname), '.', quote_ident(c.relname)) <> $1
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
),
routine AS MATERIALIZED (
  SELECT p.*, concat(quote_ident(n.nspname), '.', quote_ident(p.proname), '(', pg_get_function_identity_arguments(p.oid), ')') AS identity
  FROM pg_catalog.pg_proc p JOIN namespace n ON n.oid = p.pronamespace
  WHERE {touched:p.oid}
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
),
datatype AS MATERIALIZED (
  SELECT t.*, concat(quote_ident(n.nspname), '.', quote_ident(t.typname)) AS identity
  FROM pg_catalog.pg_type t JOIN namespace n ON n.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd', 'r', 'c') AND {touched:t.oid}
    AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
)
