-- NOT NULL constraints (contype n, Postgres 18) are facts of their column: their automatic names say nothing.
-- The definition says DEFERRABLE, NOT VALID and NOT ENFORCED too.
SELECT c.oid AS owner, k.oid AS own,
  'constraint' AS kind, concat(c.identity, '.', quote_ident(k.conname)) AS identity, c.identity AS parent,
  jsonb_build_object(
    'definition', pg_get_constraintdef(k.oid),
    'inherited only', NOT k.conislocal,
    'comment', {comment:k.oid:pg_constraint:0}
  ) AS payload
FROM pg_catalog.pg_constraint k JOIN relation c ON c.oid = k.conrelid
WHERE k.contype NOT IN ('n', 't')
