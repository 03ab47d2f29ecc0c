SELECT {rare} AS owner, s.oid AS own,
  'publication member' AS kind,
  concat(quote_ident(p.pubname), ': tables in ', s.pnnspid::regnamespace::text) AS identity,
  quote_ident(p.pubname) AS parent, '{}'::jsonb AS payload
FROM pg_catalog.pg_publication_namespace s JOIN pg_catalog.pg_publication p ON p.oid = s.pnpubid
WHERE {own:p.oid:pg_publication}
