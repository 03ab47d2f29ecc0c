SELECT c.oid AS owner, i.oid AS own,
  'index' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(i.relname)) AS identity, c.identity AS parent,
  jsonb_build_object(
    'definition', pg_get_indexdef(i.oid),
    'valid', x.indisvalid AND x.indisready AND x.indislive,
    'clustered', x.indisclustered,
    'replica identity', x.indisreplident,
    'options', to_jsonb(i.reloptions),
    'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = i.reltablespace),
    'comment', {comment:i.oid:pg_class:0}
  ) AS payload
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
JOIN relation c ON c.oid = x.indrelid
