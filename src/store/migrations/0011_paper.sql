-- Papers: what was issued, under which number, filled with what; the wordings adopted since; and facts of earlier acts that
-- only papers ask for. Same units as 0002.

CREATE TABLE paper (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, form TEXT NOT NULL,
    maker TEXT NOT NULL,         -- authority provider: whose statement it is
    thing_kind TEXT NOT NULL, thing_id TEXT NOT NULL, agency TEXT NOT NULL, provider TEXT, subject TEXT,
    year BIGINT NOT NULL, number BIGINT NOT NULL, -- 1, 2, 3 .. within agency, form and year; void ones keep theirs
    number_text TEXT NOT NULL,
    code TEXT NOT NULL,          -- printed on the paper, unguessable
    date BIGINT NOT NULL,
    wording BIGINT NOT NULL,     -- version in force on that date; 0: the one that came with the program
    content TEXT,                -- what it was filled with, JSON
    author TEXT NOT NULL, issued_at BIGINT NOT NULL,
    digest TEXT, wording_digest TEXT, bytes BIGINT, printed_at BIGINT, -- of the PDF, once it was made
    void_at BIGINT, void_by TEXT, void_reason TEXT, void_seq BIGINT, told_on BIGINT, replaced_by TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE UNIQUE INDEX paper_number ON paper (agency, form, year, number);
CREATE UNIQUE INDEX paper_code ON paper (code);
CREATE INDEX paper_thing ON paper (thing_kind, thing_id);

CREATE TABLE wording (           -- of a form, from a day on; none: the one that comes with the program
    form TEXT NOT NULL, version BIGINT NOT NULL, seq BIGINT NOT NULL, from_date BIGINT NOT NULL, text TEXT NOT NULL,
    reason TEXT, author TEXT NOT NULL, adopted_at BIGINT NOT NULL,
    PRIMARY KEY (form, version)
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE agency_mark (       -- 发文机关代字
    agency TEXT PRIMARY KEY, seq BIGINT NOT NULL, mark TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;

-- ---- what papers ask of earlier acts ----
CREATE TABLE entrustment_output (
    entrustment TEXT NOT NULL, n BIGINT NOT NULL, seq BIGINT NOT NULL, text TEXT, PRIMARY KEY (entrustment, n)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE agreement_other (
    agreement TEXT NOT NULL, n BIGINT NOT NULL, seq BIGINT NOT NULL, text TEXT, PRIMARY KEY (agreement, n)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE notice_server (
    notice TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (notice, user_id)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE objection_service (
    seq BIGINT PRIMARY KEY, objection TEXT NOT NULL, method TEXT, recipient TEXT, witness TEXT, served_at BIGINT, author TEXT NOT NULL
);
CREATE INDEX objection_service_of ON objection_service (objection);
CREATE TABLE acceptance_item (
    acceptance TEXT NOT NULL, n BIGINT NOT NULL, seq BIGINT NOT NULL, name TEXT, accepted BIGINT NOT NULL, standard TEXT, note TEXT,
    PRIMARY KEY (acceptance, n)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE acceptance_panel (
    acceptance TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (acceptance, user_id)
) /*@sqlite WITHOUT ROWID */;
ALTER TABLE presence_event ADD COLUMN late_reason TEXT;
