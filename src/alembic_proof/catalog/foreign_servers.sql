SELECT {rare} AS owner, s.oid AS own,
  'foreign server' AS kind, quote_ident(s.srvname) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:s.srvowner}, 'wrapper', quote_ident(f.fdwname), 'type', s.srvtype, 'version', s.srvversion,
    'options', {options:s.srvoptions},
    'grants', {acl:s.srvacl:'S':s.srvowner},
    'comment', {comment:s.oid:pg_foreign_server:0}
  ) AS payload
FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper f ON f.oid = s.srvfdw
WHERE {own:s.oid:pg_foreign_server}
