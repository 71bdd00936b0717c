-- integrity, targeting, statistics.
-- What the look saw of a provider or an officer: discipline's alone until it opens it (acts/integrity.c).
CREATE TABLE integrity_finding (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL,
    kind TEXT NOT NULL,          -- text_reuse number_reuse picture_reuse near_limit fast_verification backcheck_disagrees
                                 -- drop_after_refusal
    about_kind TEXT NOT NULL, about_id TEXT NOT NULL, -- provider, user or agency
    provider TEXT, agency TEXT,  -- provider: of the one concerned; agency: whose discipline hears it
    material TEXT, other TEXT,   -- the two that are alike, the newer first
    score BIGINT NOT NULL,       -- 0.001; what it measures is its kind's
    text TEXT, evidence TEXT, found_at BIGINT NOT NULL,
    state TEXT NOT NULL,         -- found opened closed
    opened_by TEXT, opened_at BIGINT, closed_by TEXT, closed_at BIGINT, closed_seq BIGINT, outcome TEXT, reasons TEXT,
    violation TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX integrity_finding_agency ON integrity_finding (agency, state);
CREATE INDEX integrity_finding_about ON integrity_finding (about_kind, about_id);
CREATE TABLE integrity_check (   -- innocent explanations looked into
    finding TEXT NOT NULL, name TEXT NOT NULL, seq BIGINT NOT NULL,
    holds BIGINT NOT NULL,       -- 1: it explains the finding in part or whole
    detail TEXT,
    PRIMARY KEY (finding, name)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE integrity_answer (
    seq BIGINT PRIMARY KEY, finding TEXT NOT NULL, author TEXT NOT NULL, text TEXT
);
CREATE INDEX integrity_answer_of ON integrity_answer (finding);
CREATE TABLE backcheck_draw (    -- re-drawable from the ledger: analysis/lot.h
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT NOT NULL, from_date BIGINT NOT NULL, to_date BIGINT NOT NULL,
    size BIGINT NOT NULL,        -- of the ledger at the end of the period
    root TEXT NOT NULL, percent BIGINT NOT NULL, pool_n BIGINT NOT NULL, chosen_n BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX backcheck_draw_agency ON backcheck_draw (agency, to_date);
CREATE TABLE backcheck_pool (
    draw TEXT NOT NULL, material TEXT NOT NULL, chosen BIGINT NOT NULL, officer TEXT,
    PRIMARY KEY (draw, material)
) /*@sqlite WITHOUT ROWID */;
ALTER TABLE backcheck ADD COLUMN draw TEXT;
ALTER TABLE backcheck ADD COLUMN officer TEXT;
CREATE INDEX backcheck_material ON backcheck (material);
CREATE INDEX visit_starts ON visit (starts);
CREATE INDEX casefile_subject ON casefile (subject);
CREATE INDEX verification_officer ON verification (officer, at);
