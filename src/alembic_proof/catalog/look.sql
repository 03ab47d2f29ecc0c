-- The look of the walk, run by the role under test on its own connection. Settings that change what Postgres prints
-- are the function's own for the time of the call; its plans are kept for the session.
CREATE SCHEMA alembic_proof;
GRANT USAGE ON SCHEMA alembic_proof TO PUBLIC;
CREATE FUNCTION alembic_proof.closure(noted_text text) RETURNS oid[] LANGUAGE plpgsql STABLE AS $closure$
BEGIN
  RETURN (
{closure}
  );
END $closure$;
CREATE FUNCTION alembic_proof.look(version_table text, watched boolean)
RETURNS TABLE (owner oid, own oid, line text) LANGUAGE plpgsql {settings} AS $look$
#variable_conflict use_column
DECLARE
  touched_text text := pg_catalog.current_setting('alembic_proof.touched', true);
  owners oid[];
  others boolean;
BEGIN
  -- without the plus sign the note was lost (RESET ALL, DISCARD); a star names nothing
  IF NOT watched OR touched_text IS NULL OR touched_text NOT LIKE '+%' OR touched_text LIKE '%*%' THEN
    RETURN QUERY SELECT 0::oid, 0::oid, 'all'::text;
    RETURN QUERY {all};
  ELSIF touched_text <> '+' THEN
    owners := alembic_proof.closure(pg_catalog.ltrim(touched_text, '+ '));
    -- types and functions too, where anything but relations and what hangs on them was named
    others := touched_text ~ '[ !]1247:' OR touched_text ~ '[ !](?!1259|1247|2604|2606|2620|2618|3256|3381)[0-9]+:';
    RETURN QUERY SELECT o, 0::oid, NULL::text FROM pg_catalog.unnest(owners) o;
    RETURN QUERY {relations};
    IF others THEN
      RETURN QUERY {others};
    END IF;
  END IF;
  PERFORM pg_catalog.set_config('alembic_proof.touched', '+', false);
END $look$;
