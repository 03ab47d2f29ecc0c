-- the connection string is for superusers only, and a secret
SELECT {rare} AS owner, s.oid AS own,
  'subscription' AS kind, quote_ident(s.subname) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:s.subowner}, 'enabled', s.subenabled, 'binary', s.subbinary, 'streaming', s.substream::text,
    'slot', s.subslotname, 'synchronous commit', s.subsynccommit, 'publications', to_jsonb(s.subpublications),
    'comment', {comment:s.oid:pg_subscription:0}
  ) AS payload
FROM pg_catalog.pg_subscription s
WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
