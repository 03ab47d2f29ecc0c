-- ALTER DATABASE ... SET, and ALTER ROLE ... IN DATABASE ... SET
SELECT {always} AS owner, 0::oid AS own,
  'database setting' AS kind,
  concat(CASE s.setrole WHEN 0 THEN '' ELSE concat('for ', {owner:s.setrole}, ' ') END, split_part(x, '=', 1)) AS identity,
  NULL AS parent,
  jsonb_build_object('value', substr(x, strpos(x, '=') + 1)) AS payload
FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) x
WHERE s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
