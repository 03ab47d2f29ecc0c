SELECT {rare} AS owner, t.oid AS own,
  'text search configuration' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(t.cfgname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:t.cfgowner},
    'parser', (SELECT concat(quote_ident(x.nspname), '.', quote_ident(p.prsname)) FROM pg_catalog.pg_ts_parser p
               JOIN pg_catalog.pg_namespace x ON x.oid = p.prsnamespace WHERE p.oid = t.cfgparser),
    'mappings', (SELECT jsonb_object_agg(token, dictionaries) FROM (
        SELECT k.alias AS token, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries
        FROM pg_catalog.pg_ts_config_map m JOIN pg_catalog.ts_token_type(t.cfgparser) k ON k.tokid = m.maptokentype
        WHERE m.mapcfg = t.oid GROUP BY k.alias) maps),
    'comment', {comment:t.oid:pg_ts_config:0}
  ) AS payload
FROM pg_catalog.pg_ts_config t JOIN pg_catalog.pg_namespace n ON n.oid = t.cfgnamespace
WHERE {own:t.oid:pg_ts_config}
