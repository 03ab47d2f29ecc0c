-- Postgres 18: a NOT NULL constraint has a name, which stays when table or column are renamed. Told where it is
-- another than the automatic one, and of no weight.
SELECT c.oid AS owner, k.oid AS own,
  'not null name' AS kind, concat(c.identity, '.', quote_ident(a.attname)) AS identity, c.identity AS parent,
  jsonb_build_object('name', quote_ident(k.conname)) AS payload
FROM pg_catalog.pg_constraint k JOIN relation c ON c.oid = k.conrelid
CROSS JOIN LATERAL (SELECT a.attname FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1] OFFSET 0) a
WHERE k.contype = 'n' AND k.conname <> concat(c.relname, '_', a.attname, '_not_null')
  AND length(concat(c.relname, '_', a.attname, '_not_null')) < 64
