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
