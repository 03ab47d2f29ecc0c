SELECT {rare} AS owner, o.oid AS own,
  'operator' AS kind, o.oid::regoperator::text AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:o.oprowner}, 'function', o.oprcode::text,
    'left', CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END,
    'right', CASE WHEN o.oprright <> 0 THEN format_type(o.oprright, NULL) END,
    'commutator', (SELECT {operator:x} FROM pg_catalog.pg_operator x WHERE x.oid = o.oprcom AND x.oprcode <> 0),
    'negator', (SELECT {operator:x} FROM pg_catalog.pg_operator x WHERE x.oid = o.oprnegate AND x.oprcode <> 0),
    'restrict', nullif(o.oprrest::oid, 0)::regproc::text, 'join', nullif(o.oprjoin::oid, 0)::regproc::text,
    'hashes', o.oprcanhash, 'merges', o.oprcanmerge,
    'comment', {comment:o.oid:pg_operator:0}
  ) AS payload
FROM pg_catalog.pg_operator o
WHERE o.oprcode <> 0 AND {own:o.oid:pg_operator}
