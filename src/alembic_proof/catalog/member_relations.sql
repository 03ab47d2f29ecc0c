-- what was granted on an extension's table, view or sequence since the extension was made
SELECT c.oid AS owner, c.oid AS own,
  'extension member' AS kind, concat('table ', c.oid::regclass::text) AS identity, NULL AS parent,
  jsonb_build_object('grants', grants) AS payload
FROM (
  SELECT c.oid, {acl:c.relacl:initial:c.relowner} AS grants
  FROM pg_catalog.pg_class c
  JOIN member m ON m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid
  CROSS JOIN LATERAL (SELECT coalesce(
    (SELECT i.initprivs FROM pg_catalog.pg_init_privs i
     WHERE i.objoid = c.oid AND i.classoid = 'pg_catalog.pg_class'::regclass AND i.objsubid = 0),
    acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS privs) initial
  WHERE c.relacl IS NOT NULL AND {touched:c.oid}
) c
WHERE grants IS NOT NULL
