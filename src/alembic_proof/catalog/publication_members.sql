SELECT {rare} AS owner, r.oid AS own,
  'publication member' AS kind, concat(quote_ident(p.pubname), ': ', r.prrelid::regclass::text) AS identity,
  quote_ident(p.pubname) AS parent,
  jsonb_build_object(
    'columns', CASE WHEN to_jsonb(r)->>'prattrs' IS NOT NULL THEN
      (SELECT jsonb_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
       WHERE a.attrelid = r.prrelid
         AND to_jsonb(r)->'prattrs' @> to_jsonb(a.attnum)) END,
    'rows', CASE WHEN to_jsonb(r)->>'prqual' IS NOT NULL THEN
      (SELECT to_jsonb(t)->>'rowfilter' FROM pg_catalog.pg_publication_tables t
       JOIN pg_catalog.pg_class c ON c.relname = t.tablename AND c.relnamespace::regnamespace::text = quote_ident(t.schemaname)
       WHERE t.pubname = p.pubname AND c.oid = r.prrelid) END
  ) AS payload
FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
WHERE {own:p.oid:pg_publication}
