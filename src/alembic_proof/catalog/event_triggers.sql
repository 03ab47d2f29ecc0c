SELECT {always} AS owner, e.oid AS own,
  'event trigger' AS kind, quote_ident(e.evtname) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:e.evtowner}, 'event', e.evtevent, 'function', e.evtfoid::regprocedure::text,
    'tags', (SELECT jsonb_agg(t ORDER BY t COLLATE "C") FROM unnest(e.evttags) t),
    'enabled', e.evtenabled,
    'comment', {comment:e.oid:pg_event_trigger:0}
  ) AS payload
FROM pg_catalog.pg_event_trigger e
WHERE e.evtname !~ '^alembic_proof_' AND {own:e.oid:pg_event_trigger}
