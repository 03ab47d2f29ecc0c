SELECT {rare} AS owner, l.oid AS own,
  'language' AS kind, quote_ident(l.lanname) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:l.lanowner}, 'trusted', l.lanpltrusted,
    'handler', nullif(l.lanplcallfoid, 0)::regproc::text, 'inline', nullif(l.laninline, 0)::regproc::text,
    'validator', nullif(l.lanvalidator, 0)::regproc::text,
    'grants', {acl:l.lanacl:'l':l.lanowner},
    'comment', {comment:l.oid:pg_language:0}
  ) AS payload
FROM pg_catalog.pg_language l
WHERE {own:l.oid:pg_language}
