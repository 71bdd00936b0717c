-- the outside door: what the inspected company says of a visit, and who objected
ALTER TABLE objection ADD COLUMN lodger TEXT;
ALTER TABLE objection ADD COLUMN post TEXT;
ALTER TABLE objection ADD COLUMN phone TEXT;
CREATE TABLE visit_rating (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, visit TEXT NOT NULL, subject TEXT NOT NULL, accompanied BIGINT, within_notice BIGINT, carded BIGINT,
    asked BIGINT, score TEXT, text TEXT, author TEXT NOT NULL, at BIGINT NOT NULL,
    concern BIGINT NOT NULL      -- 1: an answer that discipline looks into
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX visit_rating_visit ON visit_rating (visit);
CREATE TABLE secret_mark (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, visit TEXT NOT NULL, subject TEXT NOT NULL, what TEXT, place TEXT, author TEXT NOT NULL,
    at BIGINT NOT NULL, state TEXT NOT NULL, -- marked upheld partly rejected
    reasons TEXT, decided_at BIGINT, decided_by TEXT, decided_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX secret_mark_visit ON secret_mark (visit);
