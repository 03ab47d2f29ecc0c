-- Every relation of the user with the file that it is in: what existed, and afterwards what was rewritten or built.
SELECT c.oid::bigint AS oid, format('%I.%I', n.nspname, c.relname) AS identity, c.relkind AS kind,
  coalesce(pg_relation_filenode(c.oid), 0)::bigint AS file, coalesce(i.indrelid, c.oid)::bigint AS table_oid,
  coalesce(i.indisvalid, true) AS valid, coalesce(i.indisunique, false) AS is_unique, coalesce(a.amname, '') AS method,
  ARRAY(SELECT pg_get_indexdef(i.indexrelid, k::int, true)
        FROM generate_series(1, coalesce(i.indnkeyatts, 0)) k) AS columns,
  EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid) OR c.relkind = 'p' AS parent,
  ARRAY(SELECT h.inhparent::bigint FROM pg_inherits h
        WHERE h.inhrelid = c.oid AND NOT h.inhdetachpending ORDER BY h.inhseqno) AS parents,
  pg_stat_get_vacuum_count(c.oid) + pg_stat_get_analyze_count(c.oid) AS vacuums,
  pg_stat_get_numscans(c.oid) AS scans, pg_stat_get_tuples_inserted(c.oid) AS inserted,
  pg_stat_get_tuples_updated(c.oid) AS updated, pg_stat_get_tuples_deleted(c.oid) AS deleted
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam AND i.indexrelid IS NOT NULL
WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S', 'i', 'I') AND c.oid >= 16384
  AND n.nspname <> ALL ('{pg_catalog,information_schema,pg_toast,alembic_proof}') AND n.nspname !~ '^pg_temp'
