SELECT t.oid AS owner, k.oid AS own,
  'constraint' AS kind, concat(t.identity, '.', quote_ident(k.conname)) AS identity, t.identity AS parent,
  jsonb_build_object(
    'definition', pg_get_constraintdef(k.oid),
    'comment', {comment:k.oid:pg_constraint:0}
  ) AS payload
FROM pg_catalog.pg_constraint k JOIN datatype t ON t.oid = k.contypid
WHERE k.contype <> 'n'
