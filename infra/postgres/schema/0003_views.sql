-- What the relay, the projections and their views keep. All of it follows from the log.

-- How far the log is published.
CREATE TABLE relay_checkpoint (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO relay_checkpoint (position) VALUES (0);

-- Events a projection could not apply, until somebody replays them.
CREATE TABLE parked_events (
    projection text        NOT NULL,
    position   bigint      NOT NULL,
    type       text        NOT NULL,
    error      text        NOT NULL,
    tries      integer     NOT NULL CHECK (tries > 0),
    first_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, position)
);

-- A view is a schema of its own, checkpoint included: built aside under another name, it
-- takes over by being renamed.
CREATE SCHEMA trades_v1;
CREATE TABLE trades_v1.checkpoint (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO trades_v1.checkpoint (position) VALUES (0);

CREATE TABLE trades_v1.trades (
    stream_id      uuid        PRIMARY KEY,
    position       bigint      NOT NULL,
    slot           bigint      NOT NULL,
    index_in_block integer     NOT NULL,
    trader         text        NOT NULL,
    mint_in        text        NOT NULL,
    mint_out       text        NOT NULL,
    finality       text        NOT NULL,
    decoder        text        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    place          bytea       NOT NULL,
    trade          bytea       NOT NULL
);
CREATE INDEX trades_newest ON trades_v1.trades (slot, index_in_block, position)
    WHERE finality <> 'retracted';
CREATE INDEX trades_of_trader ON trades_v1.trades (trader, slot, index_in_block, position)
    WHERE finality <> 'retracted';
CREATE INDEX trades_of_mint_in ON trades_v1.trades (mint_in, slot, index_in_block, position)
    WHERE finality <> 'retracted';
CREATE INDEX trades_of_mint_out ON trades_v1.trades (mint_out, slot, index_in_block, position)
    WHERE finality <> 'retracted';

CREATE SCHEMA api_keys_v1;
CREATE TABLE api_keys_v1.checkpoint (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO api_keys_v1.checkpoint (position) VALUES (0);

CREATE TABLE api_keys_v1.keys (
    key_id     text    PRIMARY KEY,
    account_id uuid    NOT NULL,
    revoked    boolean NOT NULL
);
CREATE INDEX keys_of_account ON api_keys_v1.keys (account_id);
