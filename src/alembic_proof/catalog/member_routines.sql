-- what was granted on an extension's function since the extension was made
SELECT p.oid AS owner, p.oid AS own,
  'extension member' AS kind, concat('function ', p.oid::regprocedure::text) AS identity, NULL AS parent,
  jsonb_build_object('grants', grants) AS payload
FROM (
  SELECT p.oid, {acl:p.proacl:initial:p.proowner} AS grants
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_depend m ON m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid AND m.deptype = 'e'
  CROSS JOIN LATERAL (SELECT coalesce(
    (SELECT i.initprivs FROM pg_catalog.pg_init_privs i
     WHERE i.objoid = p.oid AND i.classoid = 'pg_catalog.pg_proc'::regclass AND i.objsubid = 0),
    acldefault('f', p.proowner)) AS privs) initial
  WHERE p.proacl IS NOT NULL AND {touched:p.oid}
) p
WHERE grants IS NOT NULL
