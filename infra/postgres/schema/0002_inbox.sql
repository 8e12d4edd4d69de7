-- Raw transactions as received, each once, before anything is made of them. They are kept:
-- a better decoder reads them again.
CREATE TABLE inbox (
    position       bigint      PRIMARY KEY,
    signature      text        NOT NULL UNIQUE,
    slot           bigint      NOT NULL,
    index_in_block integer,
    source         text        NOT NULL,
    digest         bytea       NOT NULL,
    raw            bytea       NOT NULL,
    received_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- The bytes arrive compressed.
ALTER TABLE inbox ALTER COLUMN raw SET STORAGE EXTERNAL;

-- As log_head: gapless positions in commit order, so the decoder's checkpoint skips nothing.
CREATE TABLE inbox_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO inbox_head (position) VALUES (0);

CREATE TRIGGER inbox_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON inbox
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far the decoder has turned the inbox into events; moved in the transaction that appends
-- them, so each row is decoded exactly once.
CREATE TABLE inbox_checkpoint (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO inbox_checkpoint (position) VALUES (0);

-- What could not be read, with its reason; the digest makes a repeat the same row.
CREATE TABLE quarantine (
    digest         bytea       PRIMARY KEY,
    signature      text,
    inbox_position bigint,
    source         text        NOT NULL,
    reason         text        NOT NULL,
    raw            bytea       NOT NULL,
    received_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Keeps the transactions that are new; returns their places in the arrays. The check for known
-- signatures comes after the lock, in its own snapshot, so two deliveries of one cannot both win.
CREATE FUNCTION receive_transactions(
    signatures text[], slots bigint[], indexes integer[], source_name text,
    digests bytea[], raws bytea[])
RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
    head bigint;
    fresh integer[];
BEGIN
    SELECT h.position INTO head FROM inbox_head h FOR UPDATE;
    SELECT coalesce(array_agg(s.place::integer ORDER BY s.place), '{}') INTO fresh
      FROM (SELECT min(u.place) AS place, u.signature
              FROM unnest(signatures) WITH ORDINALITY AS u (signature, place)
             GROUP BY u.signature) AS s
     WHERE NOT EXISTS (SELECT 1 FROM inbox i WHERE i.signature = s.signature);
    IF cardinality(fresh) > 0 THEN
        INSERT INTO inbox (position, signature, slot, index_in_block, source, digest, raw)
        SELECT head + f.nth, signatures[f.place], slots[f.place], indexes[f.place], source_name,
               digests[f.place], raws[f.place]
          FROM unnest(fresh) WITH ORDINALITY AS f (place, nth);
        UPDATE inbox_head SET position = head + cardinality(fresh);
        PERFORM pg_notify('inbox_received', '');
    END IF;
    RETURN fresh;
END $$;
