-- that of an identity is read with its table: no event trigger sees it go
SELECT coalesce((SELECT d.refobjid FROM pg_catalog.pg_depend d
                 WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                   AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i'), c.oid) AS owner, c.oid AS own,
  'sequence' AS kind, c.identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:c.relowner},
    'persistence', c.relpersistence::text,
    'type', format_type(s.seqtypid, NULL),
    'start', s.seqstart, 'increment', s.seqincrement, 'min', s.seqmin, 'max', s.seqmax,
    'cache', s.seqcache, 'cycle', s.seqcycle,
    'owned by', (SELECT concat(d.refobjid::regclass, '.', quote_ident(a.attname))
                 FROM pg_catalog.pg_depend d
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                 WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                   AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')),
    'of identity', nullif(EXISTS (SELECT FROM pg_catalog.pg_depend d
                   WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                     AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i'), false),
    'grants', {acl:c.relacl:'s':c.relowner},
    'comment', {comment:c.oid:pg_class:0}
  ) AS payload
FROM relation c JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
