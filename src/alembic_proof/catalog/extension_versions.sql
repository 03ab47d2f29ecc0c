-- another machine may have another one: told, and no part of the schema
SELECT e.oid AS owner, e.oid AS own,
  'extension version' AS kind, quote_ident(e.extname) AS identity, quote_ident(e.extname) AS parent,
  jsonb_build_object('version', e.extversion) AS payload
FROM pg_catalog.pg_extension e
WHERE e.extname <> 'plpgsql'
  AND {touched:e.oid}
