SELECT {always} AS owner, 0::oid AS own,
  'security label' AS kind, concat(s.provider, ' on ', s.objtype, ' ', s.objname) AS identity, NULL AS parent,
  jsonb_build_object('label', s.label) AS payload
FROM pg_catalog.pg_seclabels s
WHERE s.objtype NOT IN ('database', 'role', 'tablespace', 'subscription')
