-- What old and new code would run, asked and run in the scratch database by whoever calls: what can be read and written,
-- values for it, and how each statement ends. Every statement runs in a subtransaction that is always rolled back.
CREATE SCHEMA IF NOT EXISTS alembic_proof;
GRANT USAGE ON SCHEMA alembic_proof TO PUBLIC;
CREATE FUNCTION alembic_proof.usage(version_table text, only_these oid[] DEFAULT NULL)
RETURNS text LANGUAGE plpgsql STABLE {settings} AS $usage$
#variable_conflict use_column
BEGIN
  RETURN ({usage});
END $usage$;
-- What a row of these tables must look like; a function, so that the plan is made once in a session.
CREATE FUNCTION alembic_proof.shapes(version_table text, only_these oid[]) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog SET jit = off AS $shapes$
#variable_conflict use_column
BEGIN
  RETURN ({shapes});
END $shapes$;
-- Each query's one text value; NULL where it has none.
CREATE FUNCTION alembic_proof.answers(queries text[]) RETURNS text LANGUAGE plpgsql {settings} AS $answers$
DECLARE
  query text;
  answer text;
  given text[] := '{}';
BEGIN
  FOREACH query IN ARRAY queries LOOP
    BEGIN
      EXECUTE query INTO answer;
    EXCEPTION WHEN OTHERS THEN
      answer := NULL;
    END;
    given := array_append(given, answer);
  END LOOP;
  RETURN array_to_json(given)::text;
END $answers$;
-- A list of [SQLSTATE, message, constraint, column, rows], in order; without SQLSTATE it passed, and an item is null
-- where its role could not be taken. No settings of its own: what triggers find, they find by the session's search path.
CREATE FUNCTION alembic_proof.replay(statements text[], roles text[]) RETURNS text LANGUAGE plpgsql AS $replay$
DECLARE
  place record;
  places jsonb := '[]';
  checked boolean := true;
  taken boolean;
  state text;
  message text;
  about text;
  member text;
  counted bigint;
  outcomes text[] := '{}';
BEGIN
  -- no rollback brings back a number that a sequence gave; and rows that came with their own are in its way
  FOR place IN
    SELECT c.oid, s.seqincrement > 0 AND s.seqmax > 32000 AS roomy,
      pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE pg_catalog.has_sequence_privilege(s.seqrelid, 'UPDATE') AND pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT')
      AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND n.nspname !~ '^pg_' AND c.relpersistence <> 't'
  LOOP
    EXECUTE 'SELECT last_value, is_called FROM ' || place.name INTO counted, taken;
    places := places || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(place.oid::int8, counted, taken));
    IF place.roomy AND counted < 30011 THEN
      PERFORM pg_catalog.setval(place.oid, 30011);
    END IF;
  END LOOP;
  -- what the transaction itself has put off and cannot do yet is no statement's fault
  BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    RAISE EXCEPTION USING ERRCODE = 'AP000';
  EXCEPTION
    WHEN SQLSTATE 'AP000' THEN NULL;
    WHEN OTHERS THEN checked := false;
  END;
  FOR number IN 1 .. pg_catalog.cardinality(statements) LOOP
    taken := false;
    BEGIN
      IF roles[number] IS NOT NULL THEN
        PERFORM pg_catalog.set_config('role', roles[number], true);
      END IF;
      taken := true;
      EXECUTE statements[number];
      GET DIAGNOSTICS counted = ROW_COUNT;
      IF checked THEN
        SET CONSTRAINTS ALL IMMEDIATE;
      END IF;
      RAISE EXCEPTION USING ERRCODE = 'AP000';
    EXCEPTION
      WHEN SQLSTATE 'AP000' THEN
        outcomes := pg_catalog.array_append(outcomes, '["","","","",' || counted || ']');
      WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, about = CONSTRAINT_NAME,
          member = COLUMN_NAME;
        outcomes := pg_catalog.array_append(outcomes, CASE WHEN taken THEN
          pg_catalog.json_build_array(state, message, about, member, 0)::text ELSE 'null' END);
    END;
  END LOOP;
  PERFORM pg_catalog.setval((p ->> 0)::oid, (p ->> 1)::int8, (p ->> 2)::boolean)
  FROM pg_catalog.jsonb_array_elements(places) p;
  RETURN '[' || pg_catalog.array_to_string(outcomes, ',') || ']';
END $replay$;
