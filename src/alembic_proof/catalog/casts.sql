SELECT {rare} AS owner, k.oid AS own,
  'cast' AS kind, concat('(', format_type(k.castsource, NULL), ' AS ', format_type(k.casttarget, NULL), ')') AS identity,
  NULL AS parent,
  jsonb_build_object(
    'method', k.castmethod, 'context', k.castcontext,
    'function', nullif(k.castfunc, 0)::regprocedure::text,
    'comment', {comment:k.oid:pg_cast:0}
  ) AS payload
FROM pg_catalog.pg_cast k
WHERE {own:k.oid:pg_cast}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_cast'::regclass
                  AND d.objid = k.oid AND d.deptype = 'i')
