SELECT n.oid AS owner, n.oid AS own,
  'schema' AS kind, quote_ident(n.nspname) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:n.nspowner},
    'grants', {acl:n.nspacl:'n':n.nspowner},
    'comment', {comment:n.oid:pg_namespace:0}
  ) AS payload
FROM namespace n
WHERE {touched:n.oid}
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_namespace'::regclass AND m.objid = n.oid)
