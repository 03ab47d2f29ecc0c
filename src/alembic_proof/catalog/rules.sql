SELECT c.oid AS owner, r.oid AS own,
  'rule' AS kind, concat(c.identity, '.', quote_ident(r.rulename)) AS identity, c.identity AS parent,
  jsonb_build_object('definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled,
                     'comment', {comment:r.oid:pg_rewrite:0}) AS payload
FROM pg_catalog.pg_rewrite r JOIN relation c ON c.oid = r.ev_class
WHERE r.rulename <> '_RETURN'
