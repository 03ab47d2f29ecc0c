-- Event triggers that note which objects DDL touched, in a setting of the session: it rolls back with the
-- savepoint, as the work itself does, and leaves no row and no lock. `*` is: something, we do not know what.
CREATE SCHEMA alembic_proof;
CREATE FUNCTION alembic_proof.note_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
  named pg_catalog.text := (
    SELECT pg_catalog.string_agg(
      CASE WHEN c.objid IS NULL OR c.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
             AND c.command_tag = 'ALTER SCHEMA' THEN '*'
           ELSE pg_catalog.format('%s:%s', c.classid, c.objid) END, ' ')
    FROM pg_catalog.pg_event_trigger_ddl_commands() c);
BEGIN
  IF named IS NULL AND (tg_tag NOT LIKE 'DROP %' OR tg_tag = 'DROP OWNED') THEN
    named := '*';
  END IF;
  IF named IS NOT NULL THEN
    PERFORM pg_catalog.set_config('alembic_proof.touched', pg_catalog.concat(
      pg_catalog.current_setting('alembic_proof.touched', true), ' ', named), false);
  END IF;
END $$;
CREATE FUNCTION alembic_proof.note_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_catalog.set_config('alembic_proof.touched', pg_catalog.concat(
    pg_catalog.current_setting('alembic_proof.touched', true), ' ',
    (SELECT pg_catalog.string_agg(DISTINCT pg_catalog.format('%s:%s', d.classid, d.objid), ' ')
     FROM pg_catalog.pg_event_trigger_dropped_objects() d
     WHERE NOT d.is_temporary)), false);
END $$;
CREATE EVENT TRIGGER alembic_proof_command ON ddl_command_end EXECUTE FUNCTION alembic_proof.note_command();
CREATE EVENT TRIGGER alembic_proof_drop ON sql_drop EXECUTE FUNCTION alembic_proof.note_drop();
ALTER EVENT TRIGGER alembic_proof_command ENABLE ALWAYS;
ALTER EVENT TRIGGER alembic_proof_drop ENABLE ALWAYS;
