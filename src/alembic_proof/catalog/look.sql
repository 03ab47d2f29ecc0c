-- The look of the walk, run by the role under test on its own connection. Settings that change what Postgres prints
-- are the function's own for the time of the call; its plans are kept for the session.
CREATE SCHEMA alembic_proof;
GRANT USAGE ON SCHEMA alembic_proof TO PUBLIC;
-- The owners whose facts may differ now, from `classid:oid ...`. Only where a mark says that dependents may read
-- otherwise, these are followed, too.
CREATE FUNCTION alembic_proof.closure(noted_text text) RETURNS oid[] LANGUAGE plpgsql STABLE AS $closure$
DECLARE
  ids oid[] := ARRAY(SELECT DISTINCT split_part(x, ':', 2)::oid FROM unnest(string_to_array(noted_text, ' ')) x);
BEGIN
  IF noted_text LIKE '%!%' OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = ANY (ids)) THEN
    RETURN (
{closure}
    );
  END IF;
  RETURN ids || ARRAY(
    SELECT i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid = ANY (ids)
    UNION SELECT k.conrelid FROM pg_catalog.pg_constraint k WHERE k.oid = ANY (ids)
    UNION SELECT k.contypid FROM pg_catalog.pg_constraint k WHERE k.oid = ANY (ids)
    UNION SELECT a.adrelid FROM pg_catalog.pg_attrdef a WHERE a.oid = ANY (ids)
    UNION SELECT g.tgrelid FROM pg_catalog.pg_trigger g WHERE g.oid = ANY (ids)
    UNION SELECT y.polrelid FROM pg_catalog.pg_policy y WHERE y.oid = ANY (ids)
    UNION SELECT r.ev_class FROM pg_catalog.pg_rewrite r WHERE r.oid = ANY (ids)
    UNION SELECT s.stxrelid FROM pg_catalog.pg_statistic_ext s WHERE s.oid = ANY (ids)
    UNION SELECT c.reltype FROM pg_catalog.pg_class c WHERE c.oid = ANY (ids) AND c.relkind = 'c');
END $closure$;
CREATE FUNCTION alembic_proof.look(version_table text, watched boolean)
RETURNS TABLE (owner oid, own oid, line text) LANGUAGE plpgsql {settings} AS $look$
#variable_conflict use_column
DECLARE
  touched_text text := pg_catalog.current_setting('alembic_proof.touched', true);
  owners oid[];
  has record;
BEGIN
  -- without the plus sign the note was lost (RESET ALL, DISCARD); a star names nothing
  IF NOT watched OR touched_text IS NULL OR touched_text NOT LIKE '+%' OR touched_text LIKE '%*%' THEN
    RETURN QUERY SELECT 0::oid, 0::oid, 'all'::text;
    RETURN QUERY {all};
    PERFORM pg_catalog.set_config('alembic_proof.touched', '+', false);
    RETURN;
  END IF;
  RETURN QUERY SELECT {always_owner}::oid, 0::oid, NULL::text;
  RETURN QUERY {always};
  IF EXISTS (SELECT FROM pg_catalog.pg_seclabel) THEN RETURN QUERY {labels}; END IF;
  IF touched_text <> '+' THEN
    owners := alembic_proof.closure(pg_catalog.ltrim(touched_text, '+ '));
    -- a table's identities are read with it
    owners := owners || ARRAY(
      SELECT d.objid FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = ANY (owners)
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i');
    RETURN QUERY SELECT o, 0::oid, NULL::text FROM pg_catalog.unnest(owners) o;
    -- starting a query costs as much as its rows: only those that can have any
    SELECT bool_or(c.relkind IN ('r', 'p', 'f')) AS tables, bool_or(c.relkind = 'S') AS sequences,
      bool_or(c.relkind IN ('v', 'm')) AS views, bool_or(c.relhastriggers) AS triggers,
      bool_or(c.relhasrules) AS rules,
      EXISTS (SELECT FROM pg_catalog.pg_policy y WHERE y.polrelid = ANY (owners)) AS policies,
      EXISTS (SELECT FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid = ANY (owners)) AS statistics,
      -- types and functions, where anything but relations and what hangs on them was named
      touched_text LIKE '%!%' OR bool_or(c.relkind = 'c')
        OR touched_text ~ '[ !](?!1259|2604|2606|2620|2618|3256|3381)[0-9]+:' AS others,
      touched_text LIKE '%!%' OR touched_text ~ '[ !]({rare_catalogs}):' AS rare
    INTO has FROM pg_catalog.pg_class c WHERE c.oid = ANY (owners);
    IF has.tables THEN RETURN QUERY {tables}; END IF;
    IF has.tables OR has.views THEN RETURN QUERY {relations}; END IF;
    IF has.sequences THEN RETURN QUERY {sequences}; END IF;
    IF has.views THEN RETURN QUERY {views}; END IF;
    IF has.triggers THEN RETURN QUERY {triggers}; END IF;
    IF has.rules THEN RETURN QUERY {rules}; END IF;
    IF has.policies THEN RETURN QUERY {policies}; END IF;
    IF has.statistics THEN RETURN QUERY {statistics}; END IF;
    IF has.others THEN RETURN QUERY {others}; END IF;
    IF has.rare THEN
      RETURN QUERY SELECT {rare_owner}::oid, 0::oid, NULL::text;
      RETURN QUERY {rare};
    END IF;
    PERFORM pg_catalog.set_config('alembic_proof.touched', '+', false);
  END IF;
END $look$;
