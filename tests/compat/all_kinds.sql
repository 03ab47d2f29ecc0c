-- Tables with every kind of column and key, made by the owner.
CREATE TYPE pair AS (a int, b text);
CREATE TYPE "Mood" AS ENUM ('it''s', 'so-so');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN code AS varchar(8) CHECK (VALUE ~ '^[a-z0-9]+$');
CREATE DOMAIN sure_code AS code NOT NULL;
CREATE TABLE "Odd name" (
  "Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "select" "Mood" NOT NULL, tags text[] NOT NULL DEFAULT '{}', body json,
  data jsonb, span tstzrange, p pair, amount positive, code code, sure sure_code, ip inet, b bytea, f float8, r real, t time,
  iv interval, bits bit(3), c char(4), ch "char", m money, pt point, words tsvector, o oid, arr int[]
);
INSERT INTO "Odd name" ("select", tags, body, data, span, p, amount, code, sure, ip, b, f, r, t, iv, bits, c, m, pt, words, o, arr)
VALUES ('it''s', '{a,b}', '{"a": "50%"}', '{"b": 1}', '[2026-01-01,2026-02-01)', ROW (1, 'x'), 5, 'abc', 'z9', '10.0.0.1',
  '\x0102', 1.5, 2.5, '10:00', '1 day 2 hours', B'101', 'ab', 12.5, '(1,2)', 'a b', 55, '{1,2}');
CREATE TABLE room (id smallserial PRIMARY KEY, name text);
INSERT INTO room (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c');
CREATE TABLE booking (
  room_id smallint NOT NULL REFERENCES room DEFERRABLE INITIALLY DEFERRED, during tsrange NOT NULL,
  EXCLUDE USING gist (during WITH &&)
);
INSERT INTO booking VALUES (1, '[2026-01-01,2026-01-02)');
CREATE TABLE member (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text, name varchar(5) NOT NULL UNIQUE DEFERRABLE,
  n int GENERATED ALWAYS AS (length(name)) STORED, boss int REFERENCES member
);
CREATE UNIQUE INDEX ON member (lower(email)) WHERE email IS NOT NULL;
INSERT INTO member (email, name) VALUES ('A@x', 'aaaaa'), ('B@x', 'bbbbb');
CREATE TABLE some_pairs (member_id int REFERENCES member, room_id smallint REFERENCES room, PRIMARY KEY (member_id, room_id));
INSERT INTO some_pairs VALUES (1, 1), (1, 2), (2, 1);
CREATE TABLE all_pairs (member_id int REFERENCES member, room_id smallint REFERENCES room, PRIMARY KEY (member_id, room_id));
INSERT INTO all_pairs SELECT m.id, r.id FROM member m, room r;
CREATE TABLE part (id int, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO part VALUES (1, '2026-05-05');
CREATE TABLE parent (id int PRIMARY KEY, a text);
CREATE TABLE child (b text) INHERITS (parent);
INSERT INTO parent VALUES (1, 'x');
INSERT INTO child VALUES (2, 'y', 'z');
CREATE TABLE empty (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE nothing ();
CREATE TABLE keyless (a int, b text, c json);
INSERT INTO keyless VALUES (1, NULL, '{}');
CREATE VIEW rooms AS SELECT id, name FROM room WHERE id > 1;
CREATE MATERIALIZED VIEW counts AS SELECT count(*) AS n FROM room;
CREATE TABLE small (
  n numeric(4,2) PRIMARY KEY, tiny smallint UNIQUE, flag boolean UNIQUE, d date UNIQUE, e "Mood" UNIQUE, ch char(2) UNIQUE,
  big numeric UNIQUE, ts timestamp UNIQUE, s varchar(1) UNIQUE
);
INSERT INTO small VALUES (99.99, 32767, true, 'infinity', 'it''s', 'zz', 1e30, '2026-01-01', 'q'),
  (0, -32768, NULL, '4713-01-01 BC', NULL, 'aa', 'NaN', 'infinity', '');
CREATE SCHEMA "Other";
CREATE TABLE "Other".t (a int PRIMARY KEY);
INSERT INTO "Other".t VALUES (2147483647);
