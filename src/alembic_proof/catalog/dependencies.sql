-- What must be there before what, by oid: both sides are objects with a block of their own in `schema.sql`. Foreign
-- keys, triggers, policies and rules are written when all objects are there.
WITH part AS (
  SELECT 'pg_catalog.pg_attrdef'::regclass AS classid, d.oid AS objid, d.adrelid AS top FROM pg_catalog.pg_attrdef d
  UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass, r.oid, r.ev_class FROM pg_catalog.pg_rewrite r
    WHERE r.rulename = '_RETURN'
  UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, k.oid, greatest(k.conrelid, k.contypid)
    FROM pg_catalog.pg_constraint k WHERE k.contype NOT IN ('f', 't')
  UNION ALL SELECT 'pg_catalog.pg_class'::regclass, i.indexrelid, i.indrelid FROM pg_catalog.pg_index i
  UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.stxrelid FROM pg_catalog.pg_statistic_ext s
  UNION ALL SELECT 'pg_catalog.pg_class'::regclass, c.oid, coalesce(
      -- a sequence is its table's; a partition, which depends on its parent alike, is not
      (SELECT d.refobjid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
         AND c.relkind = 'S' AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_catalog.pg_class'::regclass LIMIT 1),
      CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END)
    FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
  UNION ALL SELECT 'pg_catalog.pg_type'::regclass, t.oid, CASE
      WHEN r.oid IS NOT NULL AND r.relkind <> 'c' THEN r.oid
      WHEN e.typrelid <> 0 AND x.relkind <> 'c' THEN e.typrelid
      WHEN e.oid IS NOT NULL THEN e.oid
      WHEN m.rngtypid IS NOT NULL THEN m.rngtypid
      ELSE t.oid END
    FROM pg_catalog.pg_type t
    LEFT JOIN pg_catalog.pg_class r ON r.oid = t.typrelid
    LEFT JOIN pg_catalog.pg_type e ON e.typarray = t.oid
    LEFT JOIN pg_catalog.pg_class x ON x.oid = e.typrelid
    LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
    WHERE t.oid >= 16384
  UNION ALL SELECT d.classid, d.objid, d.refobjid FROM pg_catalog.pg_depend d
    WHERE d.classid IN ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
      AND d.deptype IN ('i', 'a') AND d.refclassid IN ('pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass)
),
-- an extension's type or function stands for the extension
edge AS (
  SELECT d.classid, d.objid, d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
  WHERE d.objid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
    AND d.classid NOT IN ('pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_policy'::regclass)
    AND NOT (d.classid = 'pg_catalog.pg_rewrite'::regclass AND EXISTS (
      SELECT FROM pg_catalog.pg_rewrite r WHERE r.oid = d.objid AND r.rulename <> '_RETURN'))
    AND NOT (d.classid = 'pg_catalog.pg_constraint'::regclass AND EXISTS (
      SELECT FROM pg_catalog.pg_constraint k WHERE k.oid = d.objid AND k.contype IN ('f', 't')))
)
SELECT DISTINCT coalesce(a.top, e.objid) AS dependent, coalesce(x.refobjid, s.seqrelid, b.top, e.refobjid) AS needed
FROM edge e
-- a table's serial may be needed by others before the table
LEFT JOIN pg_catalog.pg_sequence s ON e.refclassid = 'pg_catalog.pg_class'::regclass AND s.seqrelid = e.refobjid
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_class'::regclass
                  AND i.objid = s.seqrelid AND i.deptype = 'i')
LEFT JOIN part a ON a.classid = e.classid AND a.objid = e.objid
LEFT JOIN part b ON b.classid = e.refclassid AND b.objid = e.refobjid
LEFT JOIN pg_catalog.pg_depend x ON x.classid = e.refclassid AND x.objid = e.refobjid AND x.deptype = 'e'
WHERE coalesce(a.top, e.objid) <> coalesce(x.refobjid, s.seqrelid, b.top, e.refobjid)
  AND coalesce(x.refobjid, s.seqrelid, b.top, e.refobjid) >= 16384
