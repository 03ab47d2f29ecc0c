-- ALTER ... DEPENDS ON EXTENSION
SELECT {always} AS owner, 0::oid AS own,
  'extension dependency' AS kind,
  concat((pg_identify_object(d.classid, d.objid, d.objsubid)).type, ' ',
         (pg_identify_object(d.classid, d.objid, d.objsubid)).identity, ' on ', quote_ident(e.extname)) AS identity,
  NULL AS parent, '{}'::jsonb AS payload
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE d.deptype = 'x' AND d.refclassid = 'pg_catalog.pg_extension'::regclass
