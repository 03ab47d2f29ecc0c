SELECT {rare} AS owner, t.oid AS own,
  'text search template' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(t.tmplname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'init', nullif(t.tmplinit::oid, 0)::regproc::text, 'lexize', t.tmpllexize::text,
    'comment', {comment:t.oid:pg_ts_template:0}
  ) AS payload
FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
WHERE {own:t.oid:pg_ts_template}
