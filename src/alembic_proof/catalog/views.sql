SELECT c.oid AS owner, c.oid AS own,
  CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS kind, c.identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:c.relowner},
    'definition', pg_get_viewdef(c.oid),
    'options', {sorted:c.reloptions},
    'populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated END,
    'access method', (SELECT a.amname FROM pg_catalog.pg_am a WHERE a.oid = c.relam),
    'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace),
    'grants', {acl:c.relacl:'r':c.relowner},
    'comment', {comment:c.oid:pg_class:0}
  ) AS payload
FROM relation c WHERE c.relkind IN ('v', 'm')
