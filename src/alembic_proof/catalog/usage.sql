-- What can be read and written, as one text: each table and view with its columns, keys, references and grants.
-- Partitions are used through their parents. Types are those that a driver names: of a domain what it is made of.
SELECT coalesce(json_agg(json_build_object(
  'schema', n.nspname, 'name', c.relname, 'table', c.identity, 'oid', c.oid::int8, 'kind', c.relkind,
  'columns', (
    SELECT coalesce(json_agg(json_build_object(
      'name', a.attname, 'sql', quote_ident(a.attname), 'type', format_type(b.oid, -1), 'category', b.typcategory,
      'not_null', a.attnotnull, 'default', a.atthasdef AND a.attgenerated = '', 'generated', a.attgenerated <> '',
      'identity', a.attidentity,
      'length', CASE WHEN b.oid IN ('varchar'::regtype, 'bpchar'::regtype) AND m.typmod > 4 THEN m.typmod - 4 END,
      'digits', CASE WHEN b.oid = 'numeric'::regtype AND m.typmod > 4 THEN ((m.typmod - 4) >> 16) & 65535 END,
      'scale', CASE WHEN b.oid = 'numeric'::regtype AND m.typmod > 4 THEN (m.typmod - 4) & 2047 END,
      'labels', CASE WHEN b.typtype = 'e' THEN
        (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid) END
    ) ORDER BY a.attnum), '[]')
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    -- a domain over a domain over a type
    LEFT JOIN pg_catalog.pg_type d ON d.oid = nullif(t.typbasetype, 0)
    JOIN pg_catalog.pg_type b ON b.oid = coalesce(nullif(d.typbasetype, 0), d.oid, t.oid)
    CROSS JOIN LATERAL (
      SELECT CASE WHEN t.typtype <> 'd' THEN a.atttypmod WHEN d.typtype <> 'd' THEN t.typtypmod ELSE d.typtypmod END
    ) m (typmod)
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  -- each unique or exclusion index with the columns that it reads, also within its expressions
  'keys', (
    SELECT coalesce(json_agg(json_build_object(
      'columns', (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND (a.attnum = ANY (i.indkey) OR EXISTS (
          SELECT FROM pg_catalog.pg_depend p WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = i.indexrelid
            AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = c.oid AND p.refobjsubid = a.attnum))),
      'name', (SELECT x.relname FROM pg_catalog.pg_class x WHERE x.oid = i.indexrelid), 'primary', i.indisprimary,
      'plain', i.indisunique AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
    ) ORDER BY i.indisprimary DESC, i.indexrelid), '[]')
    FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)),
  'references', (
    SELECT coalesce(json_agg(json_build_object(
      'name', k.conname,
      'columns', (SELECT json_agg(a.attname ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY u (number, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
      'parent', (SELECT p.identity FROM relation p WHERE p.oid = k.confrelid),
      'parent_columns', (SELECT json_agg(quote_ident(a.attname) ORDER BY o)
        FROM unnest(k.confkey) WITH ORDINALITY u (number, o)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number))
      ORDER BY k.oid), '[]')
    FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'),
  'grants', (
    SELECT coalesce(json_object_agg(g.role, g.privileges), '{}') FROM (
      SELECT r.rolname AS role, json_agg(DISTINCT x.privilege_type) AS privileges
      FROM (SELECT (aclexplode(c.relacl)).* UNION ALL
            SELECT (aclexplode(a.attacl)).* FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid) x
      JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
      WHERE x.grantee NOT IN (c.relowner, (SELECT datdba FROM self)) AND NOT r.rolsuper AND r.rolname !~ '^pg_'
      GROUP BY r.rolname) g)
) ORDER BY c.identity COLLATE "C"), '[]')::text
FROM relation c JOIN namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
