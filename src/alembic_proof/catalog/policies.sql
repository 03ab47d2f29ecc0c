SELECT c.oid AS owner, y.oid AS own,
  'policy' AS kind, concat(c.identity, '.', quote_ident(y.polname)) AS identity, c.identity AS parent,
  jsonb_build_object(
    'command', y.polcmd, 'permissive', y.polpermissive,
    'roles', (SELECT jsonb_agg(role ORDER BY role COLLATE "C")
              FROM (SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE {owner:r} END AS role FROM unnest(y.polroles) r) roles),
    'using', pg_get_expr(y.polqual, y.polrelid),
    'check', pg_get_expr(y.polwithcheck, y.polrelid),
    'comment', {comment:y.oid:pg_policy:0}
  ) AS payload
FROM pg_catalog.pg_policy y JOIN relation c ON c.oid = y.polrelid
