-- its own members are those that belong to none of its classes
SELECT {rare} AS owner, f.oid AS own,
  'operator family' AS kind,
  concat(quote_ident(n.nspname), '.', quote_ident(f.opfname), ' USING ', quote_ident(a.amname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:f.opfowner},
    'members', (SELECT jsonb_agg(member ORDER BY member COLLATE "C") FROM (
      SELECT concat('OPERATOR ', m.amopstrategy, ' ', m.amopopr::regoperator::text,
                    CASE WHEN m.amopsortfamily <> 0 THEN
                      (SELECT concat(' FOR ORDER BY ', quote_ident(n.nspname), '.', quote_ident(x.opfname))
                       FROM pg_catalog.pg_opfamily x JOIN pg_catalog.pg_namespace n ON n.oid = x.opfnamespace
                       WHERE x.oid = m.amopsortfamily) END) AS member
      FROM pg_catalog.pg_amop m WHERE m.amopfamily = f.oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_amop'::regclass AND d.objid = m.oid
               AND d.refclassid = 'pg_catalog.pg_opclass'::regclass AND d.deptype = 'i')
      UNION ALL
      SELECT concat('FUNCTION ', m.amprocnum, ' (', format_type(m.amproclefttype, NULL), ', ',
                    format_type(m.amprocrighttype, NULL), ') ', m.amproc::regprocedure::text)
      FROM pg_catalog.pg_amproc m WHERE m.amprocfamily = f.oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_amproc'::regclass AND d.objid = m.oid
               AND d.refclassid = 'pg_catalog.pg_opclass'::regclass AND d.deptype = 'i')
    ) members),
    'comment', {comment:f.oid:pg_opfamily:0}
  ) AS payload
FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_am a ON a.oid = f.opfmethod
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
WHERE {own:f.oid:pg_opfamily}
