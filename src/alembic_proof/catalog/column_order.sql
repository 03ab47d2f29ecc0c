-- of no weight by default: a dropped and re-added column comes last
SELECT c.oid AS owner, 0::oid AS own,
  'column order' AS kind, c.identity, c.identity AS parent,
  jsonb_build_object('columns', (SELECT jsonb_agg(quote_ident(a.attname) ORDER BY a.attnum)
                                 FROM pg_catalog.pg_attribute a
                                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS payload
FROM relation c WHERE c.relkind IN ('r', 'p', 'f')
