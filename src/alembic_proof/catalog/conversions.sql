SELECT {rare} AS owner, k.oid AS own,
  'conversion' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(k.conname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:k.conowner}, 'from', pg_encoding_to_char(k.conforencoding), 'to', pg_encoding_to_char(k.contoencoding),
    'function', k.conproc::text, 'default', k.condefault,
    'comment', {comment:k.oid:pg_conversion:0}
  ) AS payload
FROM pg_catalog.pg_conversion k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
WHERE {own:k.oid:pg_conversion}
