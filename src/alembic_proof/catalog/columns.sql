-- `own` is the column's number: no oid, but with the table's it says which column it was before
SELECT c.oid AS owner, a.attnum::oid AS own,
  'column' AS kind, concat(c.identity, '.', quote_ident(a.attname)) AS identity, c.identity AS parent,
  jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'not null', a.attnotnull,
    'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'comment', {comment:a.attrelid:pg_class:a.attnum}
  -- what few columns have: most of the time goes into building the objects
  ) || CASE WHEN a.attgenerated <> '' OR a.attidentity <> '' OR a.attcollation <> t.typcollation
    OR a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attstattarget >= 0 OR a.attoptions IS NOT NULL
    OR a.attfdwoptions IS NOT NULL OR a.attinhcount > 0 OR a.attacl IS NOT NULL OR n.oid IS NOT NULL
  THEN jsonb_build_object(
    -- Postgres 18 can leave it unproven, or keep it from children
    'not null constraint', CASE WHEN n.oid IS NOT NULL AND (NOT n.convalidated OR n.connoinherit)
                                THEN pg_get_constraintdef(n.oid) END,
    'generated', CASE WHEN a.attgenerated <> '' THEN a.attgenerated::text || ' ' || pg_get_expr(d.adbin, d.adrelid) END,
    'identity', nullif(a.attidentity::text, ''),
    'collation', CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0
                      THEN a.attcollation::regcollation::text END,
    'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,
    'compression', nullif(a.attcompression::text, ''),
    'statistics', nullif(a.attstattarget, -1),
    -- options that begin with pg_ are the server's own: 15.20 stamps pg_attver=N on every new column
    'options', CASE WHEN a.attoptions IS NOT NULL THEN
      (SELECT jsonb_agg(o ORDER BY o) FROM unnest(a.attoptions) o WHERE left(o, 3) <> 'pg_') END,
    'foreign options', {sorted:a.attfdwoptions},
    'inherited', CASE WHEN a.attinhcount > 0 AND NOT c.relispartition THEN NOT a.attislocal END,
    'grants', {acl:a.attacl:'c':c.relowner},
    'not null comment', CASE WHEN n.oid IS NOT NULL THEN {comment:n.oid:pg_constraint:0} END
  ) ELSE '{}' END AS payload
FROM pg_catalog.pg_attribute a
JOIN relation c ON c.oid = a.attrelid
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
-- most columns have neither: an index is not searched for NULL
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = CASE WHEN a.atthasdef THEN a.attrelid END AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_constraint n ON n.conrelid = CASE WHEN a.attnotnull THEN a.attrelid END
  AND n.contype = 'n' AND n.conkey[1] = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
