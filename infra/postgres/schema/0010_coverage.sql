-- What follows the live chain: who is watched, what of each wallet's history is known whole.

-- How far the log has been read for what is watched and for what is not final yet.
CREATE TABLE follow_checkpoint (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO follow_checkpoint (position) VALUES (0);

-- Open subscriptions, by stream: a wallet is watched while it has one.
CREATE TABLE watched_wallets (
    subscription uuid PRIMARY KEY,
    wallet       text NOT NULL
);
CREATE INDEX watched_by_wallet ON watched_wallets (wallet);

CREATE TABLE wallet_coverage (
    wallet           text        PRIMARY KEY,
    cursor_slot      bigint,
    cursor_signature text,
    as_of_slot       bigint      NOT NULL,
    reason           text,
    looked_at        timestamptz NOT NULL
);

-- Ranges of slots in one state; those of a wallet never overlap.
CREATE TABLE coverage_ranges (
    wallet     text        NOT NULL,
    first_slot bigint      NOT NULL,
    last_slot  bigint      NOT NULL,
    state      text        NOT NULL,
    reason     text,
    listing_id uuid        NOT NULL,
    endpoint   text        NOT NULL,
    pages      integer     NOT NULL,
    listed     bigint      NOT NULL,
    missing    bigint      NOT NULL,
    as_of_slot bigint      NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (wallet, first_slot)
);

-- Listed transactions that no node would hand over; closed once they were received.
CREATE TABLE coverage_holes (
    wallet    text        NOT NULL,
    signature text        NOT NULL,
    slot      bigint      NOT NULL,
    tries     integer     NOT NULL,
    found_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at timestamptz,
    PRIMARY KEY (wallet, signature)
);

-- What the roles that follow the chain last said of themselves, one document each.
CREATE TABLE follow_status (
    name     text        PRIMARY KEY,
    document jsonb       NOT NULL,
    at       timestamptz NOT NULL
);
