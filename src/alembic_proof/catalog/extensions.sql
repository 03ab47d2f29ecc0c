SELECT e.oid AS owner, e.oid AS own,
  'extension' AS kind, quote_ident(e.extname) AS identity, NULL AS parent,
  jsonb_build_object('schema', quote_ident(n.nspname), 'comment', {comment:e.oid:pg_extension:0}) AS payload
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE {touched:e.oid}
