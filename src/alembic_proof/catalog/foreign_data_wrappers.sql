SELECT {rare} AS owner, f.oid AS own,
  'foreign-data wrapper' AS kind, quote_ident(f.fdwname) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:f.fdwowner},
    'handler', nullif(f.fdwhandler, 0)::regproc::text, 'validator', nullif(f.fdwvalidator, 0)::regproc::text,
    'options', {options:f.fdwoptions},
    'grants', {acl:f.fdwacl:'F':f.fdwowner},
    'comment', {comment:f.oid:pg_foreign_data_wrapper:0}
  ) AS payload
FROM pg_catalog.pg_foreign_data_wrapper f
WHERE {own:f.oid:pg_foreign_data_wrapper}
