SELECT {rare} AS owner, t.oid AS own,
  'text search dictionary' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(t.dictname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:t.dictowner}, 'options', t.dictinitoption,
    'template', (SELECT concat(quote_ident(x.nspname), '.', quote_ident(m.tmplname)) FROM pg_catalog.pg_ts_template m
                 JOIN pg_catalog.pg_namespace x ON x.oid = m.tmplnamespace WHERE m.oid = t.dicttemplate),
    'comment', {comment:t.oid:pg_ts_dict:0}
  ) AS payload
FROM pg_catalog.pg_ts_dict t JOIN pg_catalog.pg_namespace n ON n.oid = t.dictnamespace
WHERE {own:t.oid:pg_ts_dict}
