SELECT c.oid AS owner, i.oid AS own,
  'index' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(i.relname)) AS identity, c.identity AS parent,
  jsonb_build_object(
    -- of most indexes put together here, in the server's words: asking for it takes a third of all the time
    'definition', CASE WHEN p.plain THEN
      concat('CREATE ', CASE WHEN x.indisunique THEN 'UNIQUE ' END, 'INDEX ', quote_ident(i.relname), ' ON ', c.identity,
             ' USING btree (', p.columns, ')')
      ELSE pg_get_indexdef(i.oid) END,
    'valid', x.indisvalid AND x.indisready AND x.indislive,
    'clustered', x.indisclustered,
    'replica identity', x.indisreplident,
    'options', {sorted:i.reloptions},
    'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = i.reltablespace),
    'constraint', (SELECT quote_ident(k.conname) FROM pg_catalog.pg_constraint k
                   WHERE k.conindid = i.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')),
    'attached to', CASE WHEN i.relispartition THEN
      (SELECT h.inhparent::regclass::text FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.oid) END,
    -- of an index on expressions
    'statistics', CASE WHEN x.indexprs IS NOT NULL THEN
      (SELECT jsonb_object_agg(a.attnum, a.attstattarget) FROM pg_catalog.pg_attribute a
       WHERE a.attrelid = i.oid AND a.attstattarget >= 0) END,
    'comment', {comment:i.oid:pg_class:0}
  ) AS payload
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
JOIN relation c ON c.oid = x.indrelid
-- plain: a btree on nothing but columns, each with the operator class, order and collation that need no word
CROSS JOIN LATERAL (
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) AS columns,
    bool_and(o.opcdefault AND k.option = 0 AND k.collated = a.attcollation
      AND (o.opcintype = a.atttypid
           OR o.opcintype = 'text'::pg_catalog.regtype AND a.atttypid = 'varchar'::pg_catalog.regtype)) AS plain
  FROM unnest(x.indkey::int2[], x.indclass::oid[], x.indcollation::oid[], x.indoption::int2[])
    WITH ORDINALITY k(attnum, class, collated, option, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum
  JOIN pg_catalog.pg_opclass o ON o.oid = k.class
  WHERE i.relkind = 'i' AND i.relam = 403 AND i.reloptions IS NULL AND x.indexprs IS NULL AND x.indpred IS NULL
    AND x.indnatts = x.indnkeyatts AND NOT x.indnullsnotdistinct AND NOT x.indisexclusion
) p
