-- Access, outside the fold: passwords and sessions are not legal state and never enter the ledger.
CREATE TABLE access_password (
    user_id TEXT PRIMARY KEY, hash TEXT NOT NULL, changed_at BIGINT NOT NULL, must_change BIGINT NOT NULL,
    failures BIGINT NOT NULL, locked_until BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE access_session (
    token TEXT PRIMARY KEY,      -- SM3 of the cookie, hexadecimal
    user_id TEXT NOT NULL, csrf TEXT NOT NULL, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX access_session_user ON access_session (user_id);
CREATE TABLE access_capability ( -- the code on a notice
    token TEXT PRIMARY KEY, notice TEXT NOT NULL, created_at BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
