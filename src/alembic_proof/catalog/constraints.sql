-- NOT NULL constraints (contype n, Postgres 18) are facts of their column: their automatic names say nothing
SELECT coalesce(c.oid, t.oid) AS owner, k.oid AS own,
  'constraint' AS kind,
  concat(coalesce(c.identity, t.identity), '.', quote_ident(k.conname)) AS identity,
  coalesce(c.identity, t.identity) AS parent,
  jsonb_build_object(
    'definition', pg_get_constraintdef(k.oid),
    'deferrable', k.condeferrable,
    'deferred', k.condeferred,
    'validated', k.convalidated,
    'inherited only', NOT k.conislocal,
    'comment', {comment:k.oid:pg_constraint:0}
  ) AS payload
FROM pg_catalog.pg_constraint k
LEFT JOIN relation c ON c.oid = k.conrelid
LEFT JOIN datatype t ON t.oid = k.contypid
WHERE k.contype NOT IN ('n', 't') AND (c.oid IS NOT NULL OR t.oid IS NOT NULL)
