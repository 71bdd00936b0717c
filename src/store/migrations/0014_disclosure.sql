-- what is published. `content` is what the public sees, composed when it was published (acts/disclosed.c); a withdrawn item
-- keeps its digest and loses its content. What is to be published or withdrawn, and until when, stands in disclosure_due.
ALTER TABLE disclosure ADD COLUMN content TEXT;
ALTER TABLE disclosure ADD COLUMN digest TEXT;
ALTER TABLE disclosure ADD COLUMN withdraw_class TEXT;
CREATE INDEX disclosure_ref ON disclosure (kind, ref);
CREATE INDEX disclosure_seq ON disclosure (seq);
CREATE TABLE disclosure_due (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL,  -- id begins with the entry that made it due
    what TEXT NOT NULL,          -- publish withdraw
    kind TEXT NOT NULL, ref TEXT NOT NULL, agency TEXT, event_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
    state TEXT NOT NULL,         -- open done withheld
    disclosure TEXT,             -- withdraw: which; publish: the one that did it
    done_at BIGINT, done_seq BIGINT, workdays BIGINT, -- from event to done; NULL: the holidays of a year are unknown
    ground TEXT, reason TEXT, reason_seq BIGINT       -- of withholding
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX disclosure_due_of ON disclosure_due (kind, ref);
CREATE INDEX disclosure_due_open ON disclosure_due (state, due_at);
