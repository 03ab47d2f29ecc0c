SELECT {rare} AS owner, u.umid AS own,
  'user mapping' AS kind,
  concat('for ', CASE u.umuser WHEN 0 THEN 'PUBLIC' ELSE {owner:u.umuser} END, ' on ', quote_ident(u.srvname)) AS identity,
  quote_ident(u.srvname) AS parent,
  jsonb_build_object('options', {options:u.umoptions}) AS payload
FROM pg_catalog.pg_user_mappings u
WHERE {own:u.umid:pg_user_mapping}
