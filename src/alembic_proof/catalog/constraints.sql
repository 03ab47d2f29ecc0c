-- NOT NULL constraints (contype n, Postgres 18) are facts of their column; constraint triggers are triggers; the rows
-- that a reference to a partitioned table makes for each partition follow from it.
-- The definition says DEFERRABLE, NOT VALID and NOT ENFORCED too.
SELECT c.oid AS owner, k.oid AS own,
  'constraint' AS kind, concat(c.identity, '.', quote_ident(k.conname)) AS identity, c.identity AS parent,
  jsonb_build_object(
    'definition', pg_get_constraintdef(k.oid),
    'inherited', CASE WHEN k.coninhcount > 0 THEN c.relispartition OR NOT k.conislocal END,
    'triggers disabled', CASE WHEN k.contype = 'f' THEN nullif(k.oid = ANY (ARRAY(
      SELECT g.tgconstraint FROM pg_catalog.pg_trigger g WHERE g.tgenabled <> 'O' AND g.tgconstraint <> 0)), false) END,
    'comment', {comment:k.oid:pg_constraint:0}
  ) AS payload
FROM pg_catalog.pg_constraint k JOIN relation c ON c.oid = k.conrelid
WHERE k.contype NOT IN ('n', 't')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
