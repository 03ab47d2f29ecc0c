SELECT p.oid AS owner, p.oid AS own,
  CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
  p.identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:p.proowner},
    'definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
    'aggregate', (SELECT to_jsonb(g) - 'aggfnoid' || jsonb_build_object('result', format_type(p.prorettype, NULL))
                  FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid),
    'grants', {acl:p.proacl:f:p.proowner},
    'comment', {comment:p.oid:pg_proc:0}
  ) AS payload
FROM routine p
