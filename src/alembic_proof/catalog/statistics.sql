SELECT c.oid AS owner, s.oid AS own,
  'statistics' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(s.stxname)) AS identity, c.identity AS parent,
  jsonb_build_object('definition', pg_get_statisticsobjdef(s.oid),
                     'owner', {owner:s.stxowner},
                     'target', nullif(s.stxstattarget, -1),
                     'comment', {comment:s.oid:pg_statistic_ext:0}) AS payload
FROM pg_catalog.pg_statistic_ext s
JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
JOIN relation c ON c.oid = s.stxrelid
