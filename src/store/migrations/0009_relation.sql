-- relations and screening.
-- As it was known then needs the entry of every change, not its day alone.
ALTER TABLE relation ADD COLUMN ended_seq BIGINT;
UPDATE relation SET ended_seq = (SELECT MAX(l.seq) FROM touch t JOIN act_log l ON l.seq = t.seq WHERE t.kind = 'relation'
    AND t.id = relation.id AND l.act = 'relation.end' AND l.verdict <> 2) WHERE ended_on IS NOT NULL;
CREATE INDEX relation_seq ON relation (seq);
CREATE INDEX relation_ended ON relation (ended_seq) WHERE ended_seq IS NOT NULL;
CREATE INDEX relation_name ON relation (name) WHERE name IS NOT NULL;
ALTER TABLE member ADD COLUMN retired_seq BIGINT;
UPDATE member SET retired_seq = (SELECT MAX(l.seq) FROM touch t JOIN act_log l ON l.seq = t.seq WHERE t.kind = 'member'
    AND t.id = member.id AND l.act = 'member.retire' AND l.verdict <> 2) WHERE retired_at IS NOT NULL;
CREATE INDEX member_seq ON member (seq);
CREATE INDEX member_name ON member (name);
CREATE INDEX member_retired ON member (retired_seq) WHERE retired_seq IS NOT NULL;
CREATE INDEX users_name ON users (name);
-- What an applicant states of itself, so that one who was removed is known again.
ALTER TABLE provider ADD COLUMN phone TEXT;
ALTER TABLE provider ADD COLUMN address TEXT;
ALTER TABLE provider ADD COLUMN representative TEXT;               -- digest of the legal representative's identity number
CREATE INDEX provider_phone ON provider (phone) WHERE phone IS NOT NULL;
CREATE INDEX provider_address ON provider (address) WHERE address IS NOT NULL;
CREATE INDEX provider_representative ON provider (representative) WHERE representative IS NOT NULL;

-- A path found for an entrustment, by the act that found it: drawn, explained and decided as it was known then.
CREATE TABLE tie (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, agency TEXT NOT NULL,
    party TEXT NOT NULL,                                            -- kind:id of the third party's or officer's side
    subject TEXT NOT NULL, officer BIGINT NOT NULL,
    level BIGINT NOT NULL,                                          -- 0 hint 1 review 2 holds 3 direct
    score BIGINT NOT NULL, hops BIGINT NOT NULL,
    path TEXT NOT NULL,                                             -- acts/tie.h
    proposal TEXT,                                                  -- kind:id of who could take the place
    objection TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX tie_entrustment ON tie (entrustment, id);
CREATE INDEX tie_agency ON tie (agency, seq);
CREATE INDEX tie_objection ON tie (objection);

-- All running entrustments of a bureau screened again, on demand: its result are the ties with its seq.
CREATE TABLE screening (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT NOT NULL, author TEXT NOT NULL, at BIGINT NOT NULL,
    entrustments BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;

-- Two parties that may be one: offered with the evidence, decided by a person, never by name alone.
CREATE TABLE identity (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT, a_kind TEXT NOT NULL, a_id TEXT NOT NULL, b_kind TEXT NOT NULL,
    b_id TEXT NOT NULL, evidence TEXT NOT NULL,                     -- words of acts/identity.c
    state TEXT NOT NULL,                                            -- offered one apart
    same_seq BIGINT, ended_seq BIGINT, decided_by TEXT, decided_at BIGINT, reason TEXT, reason_seq BIGINT, decided_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX identity_a ON identity (a_kind, a_id);
CREATE INDEX identity_b ON identity (b_kind, b_id);
CREATE INDEX identity_same ON identity (same_seq) WHERE same_seq IS NOT NULL;
CREATE INDEX identity_ended ON identity (ended_seq) WHERE ended_seq IS NOT NULL;
