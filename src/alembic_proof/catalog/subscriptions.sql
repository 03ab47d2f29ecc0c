-- the connection string is for superusers only, and a secret; a column that this version does not have is the one
-- of the same name outside
SELECT {rare} AS owner, s.oid AS own,
  'subscription' AS kind, quote_ident(s.subname) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:s.subowner}, 'enabled', s.subenabled, 'binary', s.subbinary, 'streaming', s.substream::text,
    'two phase', s.two_phase, 'disable on error', s.disable_on_error, 'origin', s.origin,
    'password required', s.password_required, 'run as owner', s.run_as_owner, 'failover', s.failover,
    'slot', s.subslotname, 'synchronous commit', s.subsynccommit, 'publications', to_jsonb(s.subpublications),
    'comment', {comment:s.oid:pg_subscription:0}
  ) AS payload
FROM (SELECT NULL::text AS subtwophasestate, NULL::text AS subdisableonerr, NULL::text AS suborigin,
             NULL::text AS subpasswordrequired, NULL::text AS subrunasowner, NULL::text AS subfailover) absent
CROSS JOIN LATERAL (
  SELECT n.oid, n.subdbid, n.subname, n.subowner, n.subenabled, n.subbinary, n.substream, n.subslotname,
    n.subsynccommit, n.subpublications, subtwophasestate::text AS two_phase, subdisableonerr::text AS disable_on_error,
    suborigin::text AS origin, subpasswordrequired::text AS password_required, subrunasowner::text AS run_as_owner,
    subfailover::text AS failover
  FROM pg_catalog.pg_subscription n
) s
WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
