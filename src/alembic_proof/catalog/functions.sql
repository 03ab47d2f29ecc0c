SELECT p.oid AS owner, p.oid AS own,
  CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
  p.identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:p.proowner},
    'definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
    'aggregate', (SELECT jsonb_build_object(
        'sfunc', g.aggtransfn::regproc::text,
        'stype', format_type(g.aggtranstype, NULL),
        'sspace', nullif(g.aggtransspace, 0),
        'finalfunc', nullif(g.aggfinalfn::oid, 0)::regproc::text,
        'finalfunc_extra', nullif(g.aggfinalextra, false),
        'finalfunc_modify', g.aggfinalmodify,
        'combinefunc', nullif(g.aggcombinefn::oid, 0)::regproc::text,
        'serialfunc', nullif(g.aggserialfn::oid, 0)::regproc::text,
        'deserialfunc', nullif(g.aggdeserialfn::oid, 0)::regproc::text,
        'initcond', g.agginitval,
        'msfunc', nullif(g.aggmtransfn::oid, 0)::regproc::text,
        'minvfunc', nullif(g.aggminvtransfn::oid, 0)::regproc::text,
        'mstype', CASE WHEN g.aggmtranstype <> 0 THEN format_type(g.aggmtranstype, NULL) END,
        'msspace', nullif(g.aggmtransspace, 0),
        'mfinalfunc', nullif(g.aggmfinalfn::oid, 0)::regproc::text,
        'mfinalfunc_extra', nullif(g.aggmfinalextra, false),
        'mfinalfunc_modify', CASE WHEN g.aggmfinalfn::oid <> 0 THEN g.aggmfinalmodify END,
        'minitcond', g.aggminitval,
        'sortop', (SELECT concat('OPERATOR(', quote_ident(n.nspname), '.', o.oprname, ')')
                   FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                   WHERE o.oid = g.aggsortop),
        'parallel', p.proparallel,
        'hypothetical', nullif(g.aggkind = 'h', false))
      FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid),
    'grants', {acl:p.proacl:'f':p.proowner},
    'comment', {comment:p.oid:pg_proc:0}
  ) AS payload
FROM routine p
