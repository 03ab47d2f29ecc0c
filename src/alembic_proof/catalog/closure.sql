-- What DDL named since the last look is `classid:oid ...`, with `!` where its dependents may read otherwise now; a
-- fact's owner is what it is read with: a table for its columns, constraints, indexes, triggers.
WITH RECURSIVE noted AS MATERIALIZED (
  SELECT split_part(ltrim(x, '!'), ':', 1)::oid AS classid, split_part(x, ':', 2)::oid AS objid, x LIKE '!%' AS deep
  FROM (SELECT DISTINCT unnest(string_to_array(noted_text, ' ')) AS x) items
),
child AS (
  SELECT objid AS oid FROM noted WHERE classid = 'pg_catalog.pg_class'::regclass
  UNION
  SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN child t ON t.oid = i.inhparent
),
hit AS MATERIALIZED (
  SELECT classid, objid FROM noted
  UNION SELECT 'pg_catalog.pg_class'::regclass, oid FROM child
  UNION SELECT d.classid, d.objid FROM noted n
    JOIN pg_catalog.pg_depend d ON d.refclassid = n.classid AND d.refobjid = n.objid
    WHERE n.deep
  -- a constraint's dependents through its index, a column's through its default
  UNION SELECT d.classid, d.objid FROM noted n
    JOIN pg_catalog.pg_constraint k ON k.conrelid = n.objid OR k.confrelid = n.objid
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_constraint'::regclass AND d.refobjid = k.oid
    WHERE n.classid = 'pg_catalog.pg_class'::regclass AND n.deep
),
touched AS (
  SELECT objid AS oid FROM hit
  UNION SELECT i.indrelid FROM hit JOIN pg_catalog.pg_index i ON i.indexrelid = hit.objid
  UNION SELECT k.conrelid FROM hit JOIN pg_catalog.pg_constraint k ON k.oid = hit.objid
  UNION SELECT k.contypid FROM hit JOIN pg_catalog.pg_constraint k ON k.oid = hit.objid
  UNION SELECT k.conrelid FROM noted n JOIN pg_catalog.pg_constraint k ON k.confrelid = n.objid WHERE n.deep
  UNION SELECT a.adrelid FROM hit JOIN pg_catalog.pg_attrdef a ON a.oid = hit.objid
  UNION SELECT g.tgrelid FROM hit JOIN pg_catalog.pg_trigger g ON g.oid = hit.objid
  UNION SELECT y.polrelid FROM hit JOIN pg_catalog.pg_policy y ON y.oid = hit.objid
  UNION SELECT r.ev_class FROM hit JOIN pg_catalog.pg_rewrite r ON r.oid = hit.objid
  UNION SELECT s.stxrelid FROM hit JOIN pg_catalog.pg_statistic_ext s ON s.oid = hit.objid
  UNION SELECT c.reltype FROM hit JOIN pg_catalog.pg_class c ON c.oid = hit.objid
)
SELECT coalesce(array_agg(oid), '{}') FROM touched
