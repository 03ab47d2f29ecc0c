SELECT c.oid AS owner, c.oid AS own,
  CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS kind, c.identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:c.relowner},
    'definition', pg_get_viewdef(c.oid),
    'columns', (SELECT jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod),
                  pg_get_expr(d.adbin, d.adrelid), {comment:c.oid:pg_class:a.attnum}) ORDER BY a.attnum)
                FROM pg_catalog.pg_attribute a
                LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'options', to_jsonb(c.reloptions),
    'populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated END,
    'grants', {acl:c.relacl:r:c.relowner},
    'comment', {comment:c.oid:pg_class:0}
  ) AS payload
FROM relation c WHERE c.relkind IN ('v', 'm')
