-- One key for each person, wrapped by the master key, apart from the log: destroying it erases
-- the person. The row stays, so that an erased person never gets a second key by mistake.
CREATE TABLE person_keys (
    person       uuid        PRIMARY KEY,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
