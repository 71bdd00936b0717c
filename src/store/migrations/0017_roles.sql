-- Verification by two hands (Art. 9): one officer proposes, the others sign, each in a session of their own.
CREATE TABLE verification_proposal (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, material TEXT NOT NULL, digest TEXT NOT NULL, -- of the original as it was then
    author TEXT NOT NULL, second TEXT, -- second: who alone may sign; NULL any other officer
    method TEXT NOT NULL, result TEXT NOT NULL, trace TEXT, at BIGINT NOT NULL,
    state TEXT NOT NULL,         -- open signed declined overtaken
    done_by TEXT, done_at BIGINT, done_seq BIGINT, note TEXT, note_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX verification_proposal_material ON verification_proposal (material, state);
CREATE TABLE verification_signature (
    proposal TEXT NOT NULL, officer TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (proposal, officer)
) /*@sqlite WITHOUT ROWID */;
-- Of a verification that was signed: what it was signed on. Its trace stands there, once.
ALTER TABLE verification ADD COLUMN proposal TEXT;
-- Who opened which page with persons or secrets, outside the fold like sessions: for 谁看过, kept for audit_log_retention_months.
CREATE TABLE access_look (
    minute BIGINT NOT NULL, user_id TEXT NOT NULL, kind TEXT NOT NULL, thing TEXT NOT NULL, -- thing '': the list of the kind
    PRIMARY KEY (minute, user_id, kind, thing)
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX access_look_thing ON access_look (thing, minute);
CREATE INDEX access_look_user ON access_look (user_id, minute);
-- What the keepers of accounts did to them: outside the fold like passwords, read by the auditor.
CREATE TABLE access_event (
    id TEXT PRIMARY KEY, at BIGINT NOT NULL, by_user TEXT NOT NULL, what TEXT NOT NULL, -- password unlock revoke
    about TEXT NOT NULL, detail TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX access_event_at ON access_event (at);
