-- Event triggers that note which objects DDL touched, in a setting of the session: it rolls back with the
-- savepoint, as the work itself does, and leaves no row and no lock. `*` is: something, we do not know what.
CREATE FUNCTION alembic_proof.note_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
  statement pg_catalog.text := pg_catalog.current_query();
  -- what may change the text of other objects is marked: their facts are read again, too. What runs in a block or a
  -- function is not seen, and a detached partition is no dependent any more: then all is read.
  mark pg_catalog.text := CASE
    WHEN statement !~* '^\s*(create|alter|drop|comment|grant|revoke)\M' OR statement ~* '\mdetach\M' THEN '* '
    WHEN tg_tag LIKE 'ALTER %'
      AND statement ~* '\m(rename|schema|type|owner|inherit|attach|logged|unlogged)\M' THEN '!'
    ELSE '' END;
  named pg_catalog.text := (
    SELECT pg_catalog.string_agg(
      CASE WHEN c.objid IS NULL OR c.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
             AND c.command_tag = 'ALTER SCHEMA' THEN '*'
           ELSE pg_catalog.format('%s%s:%s', mark, c.classid, c.objid) END, ' ')
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
    (SELECT pg_catalog.string_agg(DISTINCT CASE d.classid
        -- a default is a fact of its column; of a table that is dropped too, there is nothing to read
        WHEN 'pg_catalog.pg_attrdef'::pg_catalog.regclass THEN '1259:' || pg_catalog.to_regclass(
          pg_catalog.format('%I.%I', d.address_names[1], d.address_names[2]))::pg_catalog.oid
        -- a table's row type goes with it, and is no fact
        WHEN 'pg_catalog.pg_type'::pg_catalog.regclass THEN
          CASE WHEN d.original OR d.normal THEN pg_catalog.format('%s:%s', d.classid, d.objid) END
        ELSE pg_catalog.format('%s:%s', d.classid, d.objid) END, ' ')
     FROM pg_catalog.pg_event_trigger_dropped_objects() d
     WHERE NOT d.is_temporary)), false);
END $$;
CREATE EVENT TRIGGER alembic_proof_command ON ddl_command_end EXECUTE FUNCTION alembic_proof.note_command();
CREATE EVENT TRIGGER alembic_proof_drop ON sql_drop EXECUTE FUNCTION alembic_proof.note_drop();
ALTER EVENT TRIGGER alembic_proof_command ENABLE ALWAYS;
ALTER EVENT TRIGGER alembic_proof_drop ENABLE ALWAYS;
