SELECT c.oid AS owner, c.oid AS own,
  CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind, c.identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:c.relowner},
    'persistence', c.relpersistence::text,
    'partitioned by', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
    'partition of', CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
    -- DETACH PARTITION CONCURRENTLY that did not come to its end
    'detach pending', CASE WHEN c.relispartition THEN nullif((SELECT i.inhdetachpending FROM pg_catalog.pg_inherits i
                                                              WHERE i.inhrelid = c.oid), false) END,
    'inherits', (SELECT jsonb_agg(i.inhparent::regclass::text ORDER BY i.inhseqno)
                 FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid),
    'options', {sorted:c.reloptions},
    'toast options', CASE WHEN c.reltoastrelid <> 0 THEN
      (SELECT {sorted:o.reloptions} FROM pg_catalog.pg_class o WHERE o.oid = c.reltoastrelid) END,
    'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace),
    'access method', (SELECT a.amname FROM pg_catalog.pg_am a WHERE a.oid = c.relam),
    'of type', CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END,
    'row security', c.relrowsecurity,
    'force row security', c.relforcerowsecurity,
    'replica identity', CASE WHEN c.relkind <> 'f' THEN c.relreplident END,
    'server', CASE WHEN c.relkind = 'f' THEN
      (SELECT quote_ident(s.srvname) FROM pg_catalog.pg_foreign_table f
       JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid) END,
    'foreign options', CASE WHEN c.relkind = 'f' THEN
      (SELECT {sorted:f.ftoptions} FROM pg_catalog.pg_foreign_table f WHERE f.ftrelid = c.oid) END,
    'grants', {acl:c.relacl:'r':c.relowner},
    'comment', {comment:c.oid:pg_class:0}
  ) AS payload
FROM relation c WHERE c.relkind IN ('r', 'p', 'f')
