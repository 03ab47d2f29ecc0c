"""Changes, and what code from before says to the schema after them, and code from after to the schema before.

Each break is `operation table column SQLSTATE role`, as far as it has them: `rows` where it runs and has no row, and a
question mark where it may depend on the value taken.
"""

from compat_help import Change, breaks

BREAKING = (
    Change(
        "drop column",
        "ALTER TABLE customer DROP note",
        old=breaks("""
        select customer note 42703
        insert customer note 42703
        update customer note 42703
    """),
    ),
    Change(
        "rename column",
        "ALTER TABLE customer RENAME note TO remark",
        old=breaks("""
        select customer note 42703
        insert customer note 42703
        update customer note 42703
    """),
        new=breaks("""
        select customer remark 42703
        insert customer remark 42703
        update customer remark 42703
    """),
    ),
    Change(
        "drop table",
        "DROP TABLE profile",
        old=breaks("""
        select profile 42P01
        insert profile 42P01
        update profile 42P01
        delete profile 42P01
    """),
    ),
    Change(
        "rename table",
        "ALTER TABLE profile RENAME TO portrait",
        old=breaks("""
        select profile 42P01
        insert profile 42P01
        update profile 42P01
        delete profile 42P01
    """),
        new=breaks("""
        select portrait 42P01
        insert portrait 42P01
        update portrait 42P01
        delete portrait 42P01
    """),
    ),
    Change(
        "new NOT NULL column without default",
        "ALTER TABLE customer ADD tier text NOT NULL DEFAULT 'x'",
        "ALTER TABLE customer ALTER tier DROP DEFAULT",
        old=breaks("""
        insert customer tier 23502
    """),
        new=breaks("""
        select customer tier 42703
        insert customer tier 42703
        update customer tier 42703
    """),
    ),
    Change(
        "default dropped",
        "ALTER TABLE customer ALTER level DROP DEFAULT",
        old=breaks("""
        insert customer level 23502
    """),
    ),
    Change(
        "SET NOT NULL",
        "UPDATE customer SET note = ''  WHERE note IS NULL",
        "ALTER TABLE customer ALTER note SET NOT NULL",
        old=breaks("""
        insert customer note 23502
        update customer note 23502 ?
    """),
    ),
    Change(
        "int to text",
        "ALTER TABLE purchase ALTER quantity TYPE text",
        old=breaks("""
        select purchase quantity 42883
    """),
        new=breaks("""
        select purchase quantity 42883
        insert purchase quantity 42804
        update purchase quantity 42804
    """),
    ),
    Change(
        "narrower varchar",
        "ALTER TABLE customer ALTER name TYPE varchar(10)",
        old=breaks("""
        update customer name 22001 ?
    """),
    ),
    Change(
        "column generated",
        "ALTER TABLE customer DROP note",
        "ALTER TABLE customer ADD note text GENERATED ALWAYS AS (lower(name)) STORED",
        old=breaks("""
        insert customer note 428C9
        update customer note 428C9
    """),
    ),
    Change(
        "enum label renamed",
        "ALTER TYPE state RENAME VALUE 'paid' TO 'settled'",
        old=breaks("""
        update purchase state 22P02
    """),
        new=breaks("""
        update purchase state 22P02
    """),
    ),
    Change(
        "unique",
        "ALTER TABLE customer ADD UNIQUE (name)",
        old=breaks("""
        insert customer 23505 ?
    """),
        new=breaks("""
        insert customer 42P10
    """),
    ),
    Change(
        "CHECK",
        "ALTER TABLE purchase ADD CHECK (quantity > 0)",
        old=breaks("""
        update purchase quantity 23514 ?
    """),
    ),
    Change(
        "REVOKE",
        "REVOKE INSERT ON customer FROM application",
        old=breaks("""
        insert customer 42501 application
    """),
    ),
    Change(
        "schema move",
        "CREATE SCHEMA archive",
        "ALTER TABLE profile SET SCHEMA archive",
        old=breaks("""
        select profile 42P01
        insert profile 42P01
        update profile 42P01
        delete profile 42P01
    """),
        new=breaks("""
        select archive.profile 42P01
        insert archive.profile 42P01
        update archive.profile 42P01
        delete archive.profile 42P01
    """),
    ),
    Change(
        "row level security",
        "ALTER TABLE profile ENABLE ROW LEVEL SECURITY",
        old=breaks("""
        select profile rows application
        insert profile 42501 application
        update profile bio rows application
        delete profile rows application
    """),
    ),
    Change(
        "raising trigger",
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'not any more'; END$$",
        "CREATE TRIGGER no BEFORE UPDATE ON profile FOR EACH ROW EXECUTE FUNCTION no()",
        old=breaks("""
        update profile bio P0001
    """),
    ),
    Change(
        "unique dropped",
        "ALTER TABLE customer DROP CONSTRAINT customer_email_key",
        old=breaks("""
        insert customer 42P10
    """),
        new=breaks("""
        insert customer 23505 ?
    """),
    ),
    Change(
        "text to int",
        "ALTER TABLE profile ALTER bio TYPE int USING length(bio)",
        old=breaks("""
        select profile bio 42883
        insert profile bio 42804
        update profile bio 42804
    """),
        new=breaks("""
        select profile bio 42883
    """),
    ),
    Change(
        "bigint to int",
        "ALTER TABLE purchase ALTER COLUMN id TYPE int",
        "ALTER TABLE purchase ALTER quantity TYPE smallint",
        old=breaks("""
        update purchase quantity 22003 ?
    """),
    ),
    Change(
        "enum label removed",
        "UPDATE purchase SET state = 'new'",
        "ALTER TABLE purchase ALTER state DROP DEFAULT",
        "ALTER TYPE state RENAME TO old_state",
        "CREATE TYPE state AS ENUM ('new', 'paid')",
        "ALTER TABLE purchase ALTER state TYPE state USING state::text::state, ALTER state SET DEFAULT 'new'",
        "DROP TYPE old_state",
        old=breaks("""
        update purchase state 22P02
    """),
    ),
    Change(
        "enum type renamed",
        "ALTER TYPE state RENAME TO purchase_state",
        old=breaks("""
        select purchase state 42704
        update purchase state 42704
    """),
        new=breaks("""
        select purchase state 42704
        update purchase state 42704
    """),
    ),
    Change(
        "new NOT NULL reference",
        "CREATE TABLE shop (id int PRIMARY KEY)",
        "INSERT INTO shop VALUES (1)",
        "ALTER TABLE customer ADD shop_id int REFERENCES shop",
        "UPDATE customer SET shop_id = 1",
        "ALTER TABLE customer ALTER shop_id SET NOT NULL",
        old=breaks("""
        insert customer shop_id 23502
    """),
        new=breaks("""
        select customer shop_id 42703
        insert customer shop_id 42703
        update customer shop_id 42703
        select shop 42P01
        insert shop 42P01
        delete shop 42P01
    """),
    ),
    Change(
        "trigger that drops writes",
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$",
        "CREATE TRIGGER no BEFORE INSERT ON purchase FOR EACH ROW EXECUTE FUNCTION no()",
        old=breaks("""
        insert purchase rows
    """),
    ),
    Change(
        "rename with a read-only view",
        "ALTER TABLE profile RENAME TO portrait",
        "CREATE VIEW profile AS SELECT DISTINCT customer_id, bio FROM portrait",
        "GRANT SELECT ON profile TO application",
        old=breaks("""
        insert profile 55000
        update profile 55000
        delete profile 55000
    """),
        new=breaks("""
        select portrait 42P01
        insert portrait 42P01
        update portrait 42P01
        delete portrait 42P01
    """),
    ),
    Change(
        "precision",
        "ALTER TABLE purchase ALTER price TYPE numeric(6,2)",
        old=breaks("""
        update purchase price 22003 ?
    """),
    ),
    Change(
        "partial policy",
        "ALTER TABLE profile ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY few ON profile USING (customer_id = 2)",
        old=breaks("""
        select profile rows application
        insert profile 42501 application
        update profile bio rows application
        delete profile rows application
    """),
    ),
    Change(
        "grants on sequences revoked",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM application",
        old=breaks("""
        insert customer 42501 application
    """),
    ),
    Change(
        "default of the key dropped",
        "ALTER TABLE customer ALTER id DROP DEFAULT",
        old=breaks("""
        insert customer id 23502
    """),
    ),
    Change(
        "column dropped that a trigger of another table writes",
        "ALTER TABLE audit RENAME what TO event",
        old=breaks("""
        select audit what 42703
        insert audit what 42703
        update audit what 42703
        delete audit what 42703
        insert ticket what 42703
    """),
        new=breaks("""
        select audit event 42703
        insert audit event 42703
        update audit event 42703
        delete audit event 42703
    """),
    ),
    Change(
        "rows that are deleted with another one are kept",
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'kept'; END$$",
        "CREATE TRIGGER no BEFORE DELETE ON line FOR EACH ROW EXECUTE FUNCTION no()",
        old=breaks("""
        delete ticket P0001
        delete line P0001
    """),
    ),
    Change(
        "function of a default fails",
        "CREATE OR REPLACE FUNCTION next_number() RETURNS int LANGUAGE sql AS $$SELECT 1 / 0$$",
        old=breaks("""
        insert ticket 22012
    """),
    ),
    Change(
        "column grant revoked",
        "REVOKE UPDATE ON customer FROM application",
        "GRANT UPDATE (name) ON customer TO application",
        old=breaks("""
        update customer email 42501 application
    """),
    ),
    Change(
        "row level security for the owner, too",
        "ALTER TABLE profile ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE profile FORCE ROW LEVEL SECURITY",
        old=breaks("""
        select profile rows
        insert profile 42501
    """),
    ),
    Change(
        "table without a key published",
        "CREATE PUBLICATION feed FOR TABLE audit",
        old=breaks("""
        update audit 55000
        delete audit 55000
        """),
    ),
)
COMPATIBLE = (
    Change(
        "nullable column",
        "ALTER TABLE customer ADD tier text",
        new=breaks("""
        select customer tier 42703
        insert customer tier 42703
        update customer tier 42703
    """),
    ),
    Change(
        "NOT NULL column with default",
        "ALTER TABLE customer ADD tier text NOT NULL DEFAULT 'x'",
        new=breaks("""
        select customer tier 42703
        update customer tier 42703
    """),
    ),
    Change(
        "int to bigint",
        "ALTER TABLE purchase ALTER quantity TYPE bigint",
    ),
    Change(
        "rename with a view",
        "ALTER TABLE profile RENAME TO portrait",
        "CREATE VIEW profile AS SELECT * FROM portrait",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON profile TO application",
        new=breaks("""
        select portrait 42P01
        insert portrait 42P01
        update portrait 42P01
        delete portrait 42P01
    """),
    ),
    Change(
        "new table with a reference",
        "CREATE TABLE shop (id serial PRIMARY KEY, customer_id int REFERENCES customer)",
        new=breaks("""
        select shop 42P01
        insert shop 42P01
        update shop 42P01
        delete shop 42P01
    """),
    ),
    Change("index", "CREATE INDEX ON purchase (quantity)"),
    Change("identity ALWAYS", "ALTER TABLE purchase ALTER id SET GENERATED ALWAYS"),
    Change(
        "wider varchar",
        "ALTER TABLE customer ALTER name TYPE varchar(100)",
    ),
    Change(
        "varchar to text",
        "ALTER TABLE customer ALTER name TYPE text",
    ),
    Change("new label", "ALTER TYPE state ADD VALUE 'lost'"),
    Change(
        "NOT NULL dropped",
        "ALTER TABLE customer ALTER name DROP NOT NULL",
        new=breaks("""
        insert customer name 23502
    """),
    ),
    Change("timestamptz to timestamp", "ALTER TABLE purchase ALTER at TYPE timestamp USING at AT TIME ZONE 'UTC'"),
    Change(
        "rows changed", "UPDATE customer SET name = upper(name), level = 9", "DELETE FROM profile WHERE customer_id = 1"
    ),
    Change(
        "keys changed",
        "UPDATE profile SET customer_id = customer_id * -1 WHERE false",
        "DELETE FROM purchase WHERE id = 1",
    ),
    Change("all rows deleted", "DELETE FROM profile", "DELETE FROM purchase", "TRUNCATE line"),
    Change("default changed", "ALTER TABLE customer ALTER level SET DEFAULT 7"),
    Change("table with a key published", "CREATE PUBLICATION feed FOR TABLE customer, ticket"),
    Change("comment", "COMMENT ON TABLE customer IS 'who pays'"),
    Change(
        "harmless trigger",
        "CREATE FUNCTION ok() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$",
        "CREATE TRIGGER ok BEFORE UPDATE ON profile FOR EACH ROW EXECUTE FUNCTION ok()",
    ),
    Change(
        "policy for all",
        "ALTER TABLE profile ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY everybody ON profile USING (true)",
    ),
    Change("constraint validated", "ALTER TABLE customer ADD CONSTRAINT level_known CHECK (level IS NOT NULL)"),
)
