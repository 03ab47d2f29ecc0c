SELECT {rare} AS owner, a.oid AS own,
  'access method' AS kind, quote_ident(a.amname) AS identity, NULL AS parent,
  jsonb_build_object('type', a.amtype, 'handler', a.amhandler::text,
                     'comment', {comment:a.oid:pg_am:0}) AS payload
FROM pg_catalog.pg_am a
WHERE {own:a.oid:pg_am}
