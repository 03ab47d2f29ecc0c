SELECT d.oid AS owner, d.oid AS own,
  'default grants' AS kind,
  concat(d.defaclobjtype, ' for ', {owner:d.defaclrole}, ' in ',
         CASE d.defaclnamespace WHEN 0 THEN 'every schema' ELSE d.defaclnamespace::regnamespace::text END) AS identity,
  NULL AS parent,
  jsonb_build_object('grants', {acl:d.defaclacl:r:d.defaclrole}) AS payload
FROM pg_catalog.pg_default_acl d
WHERE {touched:d.oid}
