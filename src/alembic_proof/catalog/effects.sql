-- What the own transaction holds and has done so far, as one text; run by the role under test on its own connection
-- after each statement. Counters are those of the transaction: they are flushed with its end, so that the next one
-- begins at nothing. `everything`: also relations that are not locked, where something was counted.
CREATE SCHEMA IF NOT EXISTS alembic_proof;
GRANT USAGE ON SCHEMA alembic_proof TO PUBLIC;
CREATE FUNCTION alembic_proof.effects(everything boolean DEFAULT false) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $effects$
DECLARE
  holds json;
  relations json;
  written text;
BEGIN
  PERFORM pg_catalog.pg_stat_force_next_flush();
  SELECT json_agg(json_build_array(l.relation::bigint, l.mode)) INTO holds
  FROM pg_locks l
  WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= 16384
    AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database());
  SELECT json_agg(json_build_array(
    c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind, pg_relation_filenode(c.oid)::bigint,
    i.indrelid::bigint, pg_stat_get_xact_numscans(c.oid), pg_stat_get_xact_tuples_inserted(c.oid),
    pg_stat_get_xact_tuples_updated(c.oid), pg_stat_get_xact_tuples_deleted(c.oid),
    CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) END)) INTO relations
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE c.oid IN (SELECT (h ->> 0)::bigint::oid FROM json_array_elements(holds) h)
    OR everything AND c.relkind IN ('r', 'm') AND c.oid >= 16384 AND pg_stat_get_xact_numscans(c.oid) > 0;
  written := pg_current_wal_insert_lsn() - '0/0'::pg_lsn;
  RETURN json_build_object(
    'pid', pg_backend_pid(),
    'transaction', (SELECT l.virtualtransaction FROM pg_locks l WHERE l.pid = pg_backend_pid() LIMIT 1),
    'lock_timeout', current_setting('lock_timeout'),
    'statement_timeout', current_setting('statement_timeout'),
    'zone', current_setting('TimeZone'),
    'wal', written,
    'locks', coalesce(holds, '[]'),
    'relations', coalesce(relations, '[]'))::text;
END $effects$;
