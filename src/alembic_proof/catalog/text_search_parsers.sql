SELECT {rare} AS owner, t.oid AS own,
  'text search parser' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(t.prsname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'start', t.prsstart::text, 'gettoken', t.prstoken::text, 'end', t.prsend::text,
    'headline', nullif(t.prsheadline::oid, 0)::regproc::text, 'lextypes', t.prslextype::text,
    'comment', {comment:t.oid:pg_ts_parser:0}
  ) AS payload
FROM pg_catalog.pg_ts_parser t JOIN pg_catalog.pg_namespace n ON n.oid = t.prsnamespace
WHERE {own:t.oid:pg_ts_parser}
