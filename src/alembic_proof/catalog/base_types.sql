-- made of C functions, by superusers; a shell type has none yet
SELECT {rare} AS owner, t.oid AS own,
  'base type' AS kind, concat(quote_ident(n.nspname), '.', quote_ident(t.typname)) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:t.typowner}, 'defined', t.typisdefined,
    'input', nullif(t.typinput::oid, 0)::regprocedure::text, 'output', nullif(t.typoutput::oid, 0)::regprocedure::text,
    'receive', nullif(t.typreceive::oid, 0)::regprocedure::text, 'send', nullif(t.typsend::oid, 0)::regprocedure::text,
    'modifiers in', nullif(t.typmodin::oid, 0)::regprocedure::text,
    'modifiers out', nullif(t.typmodout::oid, 0)::regprocedure::text,
    'analyze', nullif(t.typanalyze::oid, 0)::regprocedure::text,
    'length', t.typlen, 'by value', t.typbyval, 'alignment', t.typalign, 'storage', t.typstorage,
    'category', t.typcategory, 'preferred', t.typispreferred, 'delimiter', t.typdelim,
    'element', CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END, 'default', t.typdefault,
    'collatable', t.typcollation <> 0,
    'grants', {acl:t.typacl:'T':t.typowner},
    'comment', {comment:t.oid:pg_type:0}
  ) AS payload
FROM pg_catalog.pg_type t JOIN namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('b', 'p') AND {own:t.oid:pg_type}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)
