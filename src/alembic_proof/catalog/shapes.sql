-- What a row of each table must look like: one text, `{"types": [...], "tables": [...]}`.
-- {version_table} is Alembic's own table, which no row of ours is for; {tables} are the oids of those to be told, with
-- all that is partitioned with them, or NULL for all.
WITH RECURSIVE chosen AS MATERIALIZED (
  SELECT c.*, concat(quote_ident(n.nspname), '.', quote_ident(c.relname)) AS identity
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'alembic_proof')
    AND concat(quote_ident(n.nspname), '.', quote_ident(c.relname)) <> {version_table}
    AND ({tables}::oid[] IS NULL OR c.oid = ANY (ARRAY(
      SELECT o FROM unnest({tables}::oid[]) o UNION SELECT t.relid FROM unnest({tables}::oid[]) o,
        pg_catalog.pg_partition_tree(pg_catalog.pg_partition_root(o)) t)))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.deptype = 'e' AND d.objid = c.oid
                    AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
),
attribute AS MATERIALIZED (
  SELECT a.* FROM pg_catalog.pg_attribute a JOIN chosen c ON c.oid = a.attrelid
  WHERE a.attnum > 0 AND NOT a.attisdropped
),
-- domains, arrays, ranges and composite types lead to others
used (oid) AS (
  SELECT DISTINCT atttypid FROM attribute
  UNION
  SELECT more.oid FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
  CROSS JOIN LATERAL (
    SELECT t.typbasetype AS oid WHERE t.typbasetype <> 0
    UNION ALL SELECT t.typelem WHERE t.typelem <> 0 AND t.typcategory = 'A'
    UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.typtype IN ('r', 'm') AND t.oid IN (r.rngtypid, r.rngmultitypid)
    UNION ALL SELECT f.atttypid FROM pg_catalog.pg_attribute f
      WHERE t.typrelid <> 0 AND f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped
  ) more
),
types AS (
  SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'oid', t.oid::bigint, 'name', t.typname, 'kind', t.typtype, 'category', t.typcategory,
    'element', CASE WHEN t.typcategory = 'A' THEN nullif(t.typelem, 0)::bigint END,
    'delimiter', (SELECT e.typdelim FROM pg_catalog.pg_type e WHERE e.oid = t.typelem),
    'base', nullif(t.typbasetype, 0)::bigint,
    'base text', CASE WHEN t.typbasetype <> 0 THEN format_type(t.typbasetype, t.typtypmod) END,
    'not null', t.typnotnull,
    'subtype', (SELECT r.rngsubtype::bigint FROM pg_catalog.pg_range r
                WHERE t.typtype IN ('r', 'm') AND t.oid IN (r.rngtypid, r.rngmultitypid)),
    'labels', CASE WHEN t.typtype = 'e' THEN
      (SELECT jsonb_agg(jsonb_build_array(e.oid::bigint, e.enumlabel) ORDER BY e.enumsortorder)
       FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END,
    'checks', CASE WHEN t.typtype = 'd' THEN
      (SELECT jsonb_agg(pg_get_expr(k.conbin, 0) ORDER BY k.conname) FROM pg_catalog.pg_constraint k
       WHERE k.contypid = t.oid AND k.contype = 'c') END,
    'fields', CASE WHEN t.typtype = 'c' THEN
      (SELECT jsonb_agg(jsonb_build_array(f.atttypid::bigint, format_type(f.atttypid, f.atttypmod)) ORDER BY f.attnum)
       FROM pg_catalog.pg_attribute f WHERE f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped) END
  ))) AS all
  FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
),
columns AS (
  SELECT a.attrelid, jsonb_agg(jsonb_build_array(
    a.attnum, a.attname, quote_ident(a.attname), a.atttypid::bigint, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, a.attidentity, a.attgenerated
  ) ORDER BY a.attnum) AS all
  FROM attribute a
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = CASE WHEN a.atthasdef THEN a.attrelid END AND d.adnum = a.attnum
  GROUP BY 1
),
constraints AS (
  SELECT k.conrelid,
    jsonb_agg(jsonb_build_array(k.conname, pg_get_expr(k.conbin, k.conrelid), k.conkey) ORDER BY k.conname)
      FILTER (WHERE k.contype = 'c') AS checks,
    jsonb_agg(jsonb_build_array(k.confrelid::bigint, k.conkey, k.confkey) ORDER BY k.conname)
      FILTER (WHERE k.contype = 'f') AS foreign_keys
  FROM pg_catalog.pg_constraint k JOIN chosen c ON c.oid = k.conrelid
  WHERE k.contype IN ('c', 'f')
    -- what a foreign key to a partitioned table has for each of its partitions
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
  GROUP BY 1
),
-- zero in place of an expression
uniques AS (
  SELECT i.indrelid, jsonb_agg(jsonb_build_array(
    CASE WHEN i.indisprimary THEN 'p' WHEN i.indisexclusion THEN 'x' ELSE 'u' END,
    (SELECT jsonb_agg(k.attnum ORDER BY k.n) FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, n) WHERE k.n <= i.indnkeyatts),
    i.indpred IS NOT NULL,
    (SELECT jsonb_agg(DISTINCT d.refobjsubid) FROM pg_catalog.pg_depend d WHERE i.indexprs IS NOT NULL AND d.objid = i.indexrelid
       AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid AND d.refobjsubid > 0)
  ) ORDER BY i.indisprimary DESC, i.indexrelid) AS all
  FROM pg_catalog.pg_index i JOIN chosen c ON c.oid = i.indrelid
  WHERE i.indisunique OR i.indisexclusion GROUP BY 1
),
triggers AS (
  SELECT g.tgrelid, jsonb_agg(g.tgname ORDER BY g.tgname) AS all
  FROM pg_catalog.pg_trigger g JOIN chosen c ON c.oid = g.tgrelid
  WHERE NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgtype & 4 <> 0 GROUP BY 1
),
tables AS (
  SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'oid', c.oid::bigint, 'name', c.identity, 'kind', c.relkind, 'columns', l.all, 'checks', k.checks,
    'foreign keys', k.foreign_keys, 'uniques', u.all, 'triggers', g.all,
    'forced', c.relrowsecurity AND c.relforcerowsecurity,
    'parent', CASE WHEN c.relispartition THEN
      (SELECT h.inhparent::bigint FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) END,
    'bound', CASE WHEN c.relispartition THEN pg_get_partition_constraintdef(c.oid) END
  )) ORDER BY c.identity COLLATE "C") AS all
  FROM chosen c
  LEFT JOIN columns l ON l.attrelid = c.oid
  LEFT JOIN constraints k ON k.conrelid = c.oid
  LEFT JOIN uniques u ON u.indrelid = c.oid
  LEFT JOIN triggers g ON g.tgrelid = c.oid
)
SELECT jsonb_build_object('types', types.all, 'tables', tables.all)::text FROM types, tables
