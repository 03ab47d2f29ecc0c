SELECT {rare} AS owner, k.oid AS own,
  'operator class' AS kind,
  concat(quote_ident(n.nspname), '.', quote_ident(k.opcname), ' USING ', quote_ident(a.amname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:k.opcowner}, 'default', k.opcdefault, 'type', format_type(k.opcintype, NULL),
    'stored as', CASE WHEN k.opckeytype <> 0 THEN format_type(k.opckeytype, NULL) END,
    'family', (SELECT concat(quote_ident(fn.nspname), '.', quote_ident(f.opfname)) FROM pg_catalog.pg_opfamily f
               JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace WHERE f.oid = k.opcfamily),
    'members', (SELECT jsonb_agg(member ORDER BY member COLLATE "C") FROM (
      SELECT concat('OPERATOR ', m.amopstrategy, ' ', m.amopopr::regoperator::text,
                    CASE WHEN m.amopsortfamily <> 0 THEN
                      (SELECT concat(' FOR ORDER BY ', quote_ident(n.nspname), '.', quote_ident(x.opfname))
                       FROM pg_catalog.pg_opfamily x JOIN pg_catalog.pg_namespace n ON n.oid = x.opfnamespace
                       WHERE x.oid = m.amopsortfamily) END) AS member
      FROM pg_catalog.pg_amop m WHERE m.amopfamily = k.opcfamily AND EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_amop'::regclass AND d.objid = m.oid
               AND d.refclassid = 'pg_catalog.pg_opclass'::regclass AND d.refobjid = k.oid AND d.deptype = 'i')
      UNION ALL
      SELECT concat('FUNCTION ', m.amprocnum, ' (', format_type(m.amproclefttype, NULL), ', ',
                    format_type(m.amprocrighttype, NULL), ') ', m.amproc::regprocedure::text)
      FROM pg_catalog.pg_amproc m WHERE m.amprocfamily = k.opcfamily AND EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_amproc'::regclass AND d.objid = m.oid
               AND d.refclassid = 'pg_catalog.pg_opclass'::regclass AND d.refobjid = k.oid AND d.deptype = 'i')
    ) members),
    'comment', {comment:k.oid:pg_opclass:0}
  ) AS payload
FROM pg_catalog.pg_opclass k JOIN pg_catalog.pg_am a ON a.oid = k.opcmethod
JOIN pg_catalog.pg_namespace n ON n.oid = k.opcnamespace
WHERE {own:k.oid:pg_opclass}
