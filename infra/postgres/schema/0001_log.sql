-- The log: every fact once, in commit order. Everything else can be rebuilt from it.
CREATE TABLE events (
    position    bigint      PRIMARY KEY,
    stream_id   uuid        NOT NULL,
    version     integer     NOT NULL CHECK (version > 0),
    type        text        NOT NULL,
    data        bytea       NOT NULL,
    metadata    bytea       NOT NULL,
    recorded_at timestamptz NOT NULL,
    UNIQUE (stream_id, version)
);

-- Random stream ids and MessagePack do not compress; trying would only cost time.
ALTER TABLE events ALTER COLUMN metadata SET STORAGE PLAIN;

-- One row, locked by whoever appends: positions are handed out in commit order, so a reader
-- above its checkpoint can never pass an event that commits later.
CREATE TABLE log_head (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO log_head (position, recorded_at) VALUES (0, to_timestamp(0));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is not allowed', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_are_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Locks the head, then looks at the streams: the second query's snapshot is taken after the
-- lock is held, so it sees every append that came before.
CREATE FUNCTION lock_log(stream_ids uuid[])
RETURNS TABLE (head bigint, head_recorded_at timestamptz, versions integer[])
LANGUAGE plpgsql AS $$
BEGIN
    SELECT h.position, h.recorded_at INTO head, head_recorded_at FROM log_head h FOR UPDATE;
    SELECT array_agg(coalesce(
               (SELECT max(e.version) FROM events e WHERE e.stream_id = s.id), 0) ORDER BY s.place)
      INTO versions
      FROM unnest(stream_ids) WITH ORDINALITY AS s (id, place);
    RETURN NEXT;
END $$;
