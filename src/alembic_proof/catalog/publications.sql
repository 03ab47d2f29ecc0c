-- through JSON, since not every version has every column
SELECT {rare} AS owner, p.oid AS own,
  'publication' AS kind, quote_ident(p.pubname) AS identity, NULL AS parent,
  jsonb_build_object(
    'owner', {owner:p.pubowner}, 'all tables', p.puballtables,
    'operations', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
    'via root', p.pubviaroot,
    'generated columns', nullif(to_jsonb(p)->>'pubgencols', 'n'),
    'comment', {comment:p.oid:pg_publication:0}
  ) AS payload
FROM pg_catalog.pg_publication p
WHERE {own:p.oid:pg_publication}
