-- The phone in the field.
CREATE TABLE phone (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, user_id TEXT NOT NULL, name TEXT, registered_at BIGINT NOT NULL,
    revoked_at BIGINT, revoked_by TEXT, revoke_reason TEXT, revoke_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX phone_user ON phone (user_id);
CREATE TABLE visit_capture (     -- the officers' own record of a visit; helpers hand in material
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, visit TEXT NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL,
    origin TEXT NOT NULL,        -- camera album
    digest TEXT, text TEXT, captured_at BIGINT NOT NULL, error_s BIGINT NOT NULL, lon BIGINT, lat BIGINT, accuracy_m BIGINT,
    received_at BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX visit_capture_visit ON visit_capture (visit, captured_at);
ALTER TABLE presence_event ADD COLUMN code_offset_s BIGINT; -- clock of the officer's phone minus the helper's, by the entry code

-- Outside the fold, as passwords and sessions: what phones brought, and PINs of borrowed phones.
CREATE TABLE access_phone (
    phone TEXT PRIMARY KEY, synced_at BIGINT NOT NULL, offset_us BIGINT NOT NULL -- server minus phone at the last sync
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE access_phone_act (  -- numbers that arrived; what lies between is missing
    phone TEXT NOT NULL, n BIGINT NOT NULL, received_at BIGINT NOT NULL, PRIMARY KEY (phone, n)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE access_pin (
    user_id TEXT PRIMARY KEY, salt TEXT NOT NULL, digest TEXT NOT NULL, rounds BIGINT NOT NULL, changed_at BIGINT NOT NULL -- base64
) /*@sqlite WITHOUT ROWID */;
