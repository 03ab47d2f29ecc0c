SELECT {rare} AS owner, t.oid AS own,
  'transform' AS kind, concat('for ', format_type(t.trftype, NULL), ' language ', quote_ident(l.lanname)) AS identity,
  NULL AS parent,
  jsonb_build_object(
    'from SQL', nullif(t.trffromsql::oid, 0)::regprocedure::text, 'to SQL', nullif(t.trftosql::oid, 0)::regprocedure::text,
    'comment', {comment:t.oid:pg_transform:0}
  ) AS payload
FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang
WHERE {own:t.oid:pg_transform}
