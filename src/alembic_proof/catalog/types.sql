SELECT t.oid AS owner, t.oid AS own,
  CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite type' END AS kind,
  t.identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:t.typowner},
    'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
               FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
    'base type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
    'not null', t.typnotnull,
    'default', pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::regclass),
    'collation', CASE WHEN t.typtype = 'd' AND t.typcollation <> 0
                        AND t.typcollation <> (SELECT b.typcollation FROM pg_catalog.pg_type b WHERE b.oid = t.typbasetype)
                      THEN t.typcollation::regcollation::text END,
    'range', (SELECT jsonb_build_object('subtype', format_type(r.rngsubtype, NULL),
                'opclass', CASE WHEN NOT o.opcdefault THEN concat(quote_ident(n.nspname), '.', quote_ident(o.opcname)) END,
                'collation', CASE WHEN r.rngcollation <> 0 AND r.rngcollation <>
                               (SELECT b.typcollation FROM pg_catalog.pg_type b WHERE b.oid = r.rngsubtype)
                             THEN r.rngcollation::regcollation::text END,
                'canonical', nullif(r.rngcanonical::oid, 0)::regproc::text,
                'difference', nullif(r.rngsubdiff::oid, 0)::regproc::text,
                'multirange', r.rngmultitypid::regtype::text)
              FROM pg_catalog.pg_range r JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
              JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
              WHERE r.rngtypid = t.oid),
    'attributes', (SELECT jsonb_agg(jsonb_build_object('name', quote_ident(a.attname),
                       'type', format_type(a.atttypid, a.atttypmod),
                       'collation', CASE WHEN a.attcollation <> 0 AND a.attcollation <> b.typcollation
                                         THEN a.attcollation::regcollation::text END,
                       'comment', {comment:t.typrelid:pg_class:a.attnum}) ORDER BY a.attnum)
                   FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type b ON b.oid = a.atttypid
                   WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped),
    'grants', {acl:t.typacl:'T':t.typowner},
    'comment', {comment:t.oid:pg_type:0}
  ) AS payload
FROM datatype t
