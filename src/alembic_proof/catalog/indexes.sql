SELECT c.oid AS owner, i.oid AS own,
  'index' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(i.relname)) AS identity, c.identity AS parent,
  jsonb_build_object(
    -- of most keys put together here, in the server's words: asking for it takes a third of the whole snapshot's time
    'definition', CASE WHEN k.plain THEN
      concat('CREATE UNIQUE INDEX ', quote_ident(i.relname), ' ON ', c.identity, ' USING btree (',
             (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY p.place)
              FROM unnest(x.indkey) WITH ORDINALITY p(attnum, place)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = p.attnum), ')')
      ELSE pg_get_indexdef(i.oid) END,
    'valid', x.indisvalid AND x.indisready AND x.indislive,
    'clustered', x.indisclustered,
    'replica identity', x.indisreplident,
    'options', {sorted:i.reloptions},
    'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = i.reltablespace),
    'constraint', quote_ident(k.conname),
    'attached to', CASE WHEN i.relispartition THEN
      (SELECT h.inhparent::regclass::text FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.oid) END,
    -- of an index on expressions
    'statistics', (SELECT jsonb_object_agg(a.attnum, a.attstattarget) FROM pg_catalog.pg_attribute a
                   WHERE a.attrelid = i.oid AND a.attstattarget >= 0 AND x.indexprs IS NOT NULL),
    'comment', {comment:i.oid:pg_class:0}
  ) AS payload
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
JOIN relation c ON c.oid = x.indrelid
LEFT JOIN LATERAL (
  SELECT k.conname, k.contype IN ('p', 'u') AND i.relkind = 'i' AND i.relam = 403 AND i.reloptions IS NULL
    AND x.indnatts = x.indnkeyatts AND NOT x.indnullsnotdistinct AS plain
  FROM pg_catalog.pg_constraint k
  WHERE k.conindid = i.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')
) k ON true
