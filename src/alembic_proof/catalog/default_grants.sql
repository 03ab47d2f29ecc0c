-- for every schema they replace the defaults, in one schema they add to them
SELECT d.oid AS owner, d.oid AS own,
  'default grants' AS kind,
  concat('on ', CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                                     WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END,
         ' by ', {owner:d.defaclrole},
         CASE WHEN d.defaclnamespace <> 0 THEN concat(' in ', d.defaclnamespace::regnamespace::text) END) AS identity,
  CASE WHEN d.defaclnamespace <> 0 THEN d.defaclnamespace::regnamespace::text END AS parent,
  jsonb_build_object(
    'objects', d.defaclobjtype, 'by', {owner:d.defaclrole},
    'grants', CASE WHEN d.defaclnamespace = 0
      THEN {acl:d.defaclacl:CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END:d.defaclrole}
      ELSE {acl:d.defaclacl:none:d.defaclrole} END
  ) AS payload
FROM pg_catalog.pg_default_acl d
WHERE {touched:d.oid}
