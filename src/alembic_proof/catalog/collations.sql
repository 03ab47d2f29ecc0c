-- the locale's column has had three names; the version is the machine's
SELECT {rare} AS owner, k.oid AS own,
  'collation' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(k.collname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:k.collowner}, 'provider', k.collprovider, 'deterministic', k.collisdeterministic,
    'lc_collate', k.collcollate, 'lc_ctype', k.collctype,
    'locale', coalesce(to_jsonb(k)->>'collocale', to_jsonb(k)->>'colllocale', to_jsonb(k)->>'colliculocale'),
    'rules', to_jsonb(k)->>'collicurules',
    'comment', {comment:k.oid:pg_collation:0}
  ) AS payload
FROM pg_catalog.pg_collation k JOIN pg_catalog.pg_namespace n ON n.oid = k.collnamespace
WHERE {own:k.oid:pg_collation}
