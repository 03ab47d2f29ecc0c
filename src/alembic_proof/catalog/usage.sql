-- What can be read and written, as one text: each table and view with its columns, keys, references and grants.
-- Partitions are used through their parents. Types are those that a driver names: of a domain what it is made of.
-- `marks` change with the rows of the catalog that are the table's own, `shared` are marks of what tables may use. Only some tables, where `only_these` are given; then nothing of what is shared.
SELECT json_build_object('relations', coalesce(json_agg(json_build_object(
  'schema', n.nspname, 'name', c.relname, 'table', c.identity, 'oid', c.oid::int8, 'kind', c.relkind,
  'columns', (
    SELECT coalesce(json_agg(json_build_object(
      'name', a.attname, 'sql', quote_ident(a.attname), 'type', format_type(b.oid, -1), 'category', b.typcategory,
      'not_null', a.attnotnull OR t.typnotnull OR coalesce(d.typnotnull, false), 'default', a.atthasdef AND a.attgenerated = '', 'generated', a.attgenerated <> '',
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
  'referenced_by', (
    SELECT coalesce(json_agg(k.conname), '[]') FROM pg_catalog.pg_constraint k
    WHERE k.confrelid = c.oid AND k.contype = 'f'),
  'grants', (
    SELECT coalesce(json_object_agg(g.role, g.privileges), '{}') FROM (
      SELECT r.rolname AS role, json_agg(DISTINCT x.privilege_type) AS privileges
      FROM (SELECT (aclexplode(c.relacl)).* UNION ALL
            SELECT (aclexplode(a.attacl)).* FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid) x
      JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
      WHERE x.grantee NOT IN (c.relowner, (SELECT datdba FROM self)) AND NOT r.rolsuper AND r.rolname !~ '^pg_'
      GROUP BY r.rolname) g),
  'marks', (
    SELECT md5(string_agg(x.mark, ' ' ORDER BY x.mark COLLATE "C")) FROM (
      SELECT concat('c', c.oid, ':', c.relnamespace, ':', (SELECT y.xmin FROM pg_catalog.pg_class y WHERE y.oid = c.oid)) AS mark
      UNION ALL SELECT concat('a', a.attnum, ':', a.xmin) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid
      UNION ALL SELECT concat('d', d.oid, ':', d.xmin) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid
      UNION ALL SELECT concat('k', k.oid, ':', k.xmin) FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid
      UNION ALL SELECT concat('t', t.oid, ':', t.xmin) FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid
      UNION ALL SELECT concat('i', i.indexrelid, ':', i.xmin) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid
      UNION ALL SELECT concat('r', r.oid, ':', r.xmin) FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid
      UNION ALL SELECT concat('s', q.oid, ':', q.xmin) FROM pg_catalog.pg_depend o
        JOIN pg_catalog.pg_class q ON q.oid = o.objid
        WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.refclassid = 'pg_catalog.pg_class'::regclass
          AND o.refobjid = c.oid AND o.refobjsubid > 0 AND q.relkind = 'S'
      UNION ALL SELECT concat('p', p.oid, ':', p.xmin) FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid
      -- what is published needs a replica identity to be changed
      UNION ALL SELECT concat('u', u.oid, ':', u.xmin, ':', r.xmin) FROM pg_catalog.pg_publication u
        JOIN pg_catalog.pg_publication_rel r ON r.prpubid = u.oid WHERE r.prrelid = c.oid
      UNION ALL SELECT concat('u', u.oid, ':', u.xmin, ':', m.xmin) FROM pg_catalog.pg_publication u
        JOIN pg_catalog.pg_publication_namespace m ON m.pnpubid = u.oid WHERE m.pnnspid = c.relnamespace
      UNION ALL SELECT concat('u', u.oid, ':', u.xmin) FROM pg_catalog.pg_publication u WHERE u.puballtables) x),
  'alone', c.relkind = 'r' AND NOT c.relhassubclass AND NOT c.relhasrules AND NOT c.relrowsecurity
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_depend p ON p.classid = 'pg_catalog.pg_attrdef'::regclass
      AND p.objid = d.oid AND p.refclassid = 'pg_catalog.pg_proc'::regclass WHERE d.adrelid = c.oid)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_depend p ON p.classid = 'pg_catalog.pg_constraint'::regclass
      AND p.objid = k.oid AND p.refclassid = 'pg_catalog.pg_proc'::regclass WHERE k.conrelid = c.oid)
) ORDER BY c.identity COLLATE "C"), '[]'), 'shared', CASE WHEN only_these IS NULL THEN (
  SELECT coalesce(json_agg(x.mark), '[]') FROM (
    SELECT concat('n', n.oid, ':', (SELECT y.xmin FROM pg_catalog.pg_namespace y WHERE y.oid = n.oid)) AS mark FROM namespace n
    UNION ALL SELECT concat('s', q.oid, ':', q.xmin) FROM pg_catalog.pg_class q WHERE q.relkind = 'S' AND q.relpersistence <> 't'
      -- a column's own is told by its table
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o WHERE o.classid = 'pg_catalog.pg_class'::regclass
      AND o.objid = q.oid AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0)
    UNION ALL SELECT concat('q', q.seqrelid, ':', q.xmin) FROM pg_catalog.pg_sequence q
      WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend o WHERE o.classid = 'pg_catalog.pg_class'::regclass
      AND o.objid = q.seqrelid AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0)
    UNION ALL SELECT concat('f', f.oid, ':', f.xmin) FROM pg_catalog.pg_proc f WHERE f.oid >= 16384
    UNION ALL SELECT concat('t', t.oid, ':', t.xmin) FROM pg_catalog.pg_type t WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'r')
    UNION ALL SELECT concat('e', e.oid, ':', e.xmin) FROM pg_catalog.pg_enum e
    UNION ALL SELECT concat('d', k.oid, ':', k.xmin) FROM pg_catalog.pg_constraint k WHERE k.contypid <> 0
    UNION ALL SELECT concat('o', o.oid, ':', o.xmin) FROM pg_catalog.pg_operator o WHERE o.oid >= 16384
    UNION ALL SELECT concat('c', k.oid, ':', k.xmin) FROM pg_catalog.pg_cast k WHERE k.oid >= 16384
    UNION ALL SELECT concat('r', r.oid, ':', r.rolsuper, r.rolinherit, r.rolbypassrls) FROM pg_catalog.pg_roles r
      WHERE r.oid >= 16384 AND r.rolname !~ '^alembic_proof_'
    UNION ALL SELECT concat('m', m.roleid, ':', m.member, ':', m.xmin) FROM pg_catalog.pg_auth_members m) x) ELSE '[]'::json END
)::text
FROM relation c JOIN namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
  AND (only_these IS NULL OR c.oid = ANY (only_these))
