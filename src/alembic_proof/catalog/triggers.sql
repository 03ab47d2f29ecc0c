SELECT c.oid AS owner, g.oid AS own,
  'trigger' AS kind, concat(c.identity, '.', quote_ident(g.tgname)) AS identity, c.identity AS parent,
  jsonb_build_object(
    'definition', pg_get_triggerdef(g.oid),
    'enabled', g.tgenabled,
    -- the partitioned table's, which makes one on each partition
    'inherited', nullif(g.tgparentid <> 0, false),
    'comment', {comment:g.oid:pg_trigger:0}
  ) AS payload
FROM pg_catalog.pg_trigger g JOIN relation c ON c.oid = g.tgrelid
WHERE NOT g.tgisinternal
