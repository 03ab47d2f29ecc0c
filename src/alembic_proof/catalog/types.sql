SELECT t.oid AS owner, t.oid AS own,
  CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite type' END AS kind,
  t.identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:t.typowner},
    'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
               FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
    'base type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
    'not null', t.typnotnull,
    'default', t.typdefault,
    'collation', CASE WHEN t.typtype = 'd' AND t.typcollation <> 0 THEN t.typcollation::regcollation::text END,
    'range', (SELECT jsonb_build_object('subtype', format_type(r.rngsubtype, NULL), 'opclass', o.opcname,
                'collation', nullif(r.rngcollation, 0)::regcollation::text,
                'canonical', nullif(r.rngcanonical::oid, 0)::regproc::text,
                'difference', nullif(r.rngsubdiff::oid, 0)::regproc::text)
              FROM pg_catalog.pg_range r JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
              WHERE r.rngtypid = t.oid),
    'attributes', (SELECT jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod),
                     nullif(a.attcollation, 0)::regcollation::text) ORDER BY a.attnum)
                   FROM pg_catalog.pg_attribute a
                   WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped),
    'grants', {acl:t.typacl:T:t.typowner},
    'comment', {comment:t.oid:pg_type:0}
  ) AS payload
FROM datatype t
