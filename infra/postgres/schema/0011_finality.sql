-- Transactions that may still be dropped, or land again after they were. It follows from the
-- log, up to follow_checkpoint.
CREATE TABLE pending_finality (
    stream_id uuid    PRIMARY KEY,
    signature text    NOT NULL UNIQUE,
    slot      bigint  NOT NULL,
    trades    uuid[]  NOT NULL DEFAULT '{}',
    dropped   boolean NOT NULL DEFAULT false,
    due_slot  bigint  NOT NULL,
    tries     integer NOT NULL DEFAULT 0
);
CREATE INDEX finality_due ON pending_finality (due_slot);

-- The inbox keeps what was received first under a signature. What the same transaction did when
-- it landed again, in another block, is kept here.
CREATE TABLE landings (
    signature   text        NOT NULL,
    slot        bigint      NOT NULL,
    source      text        NOT NULL,
    raw         bytea       NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (signature, slot)
);
ALTER TABLE landings ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE TRIGGER landings_are_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON landings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
