-- imports and exports.
-- What an import looks subjects up by when they have no code; without it each row walks over all of them.
CREATE INDEX subject_name ON subject (name);

CREATE TABLE export_request (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT, author TEXT NOT NULL, what TEXT NOT NULL, filters TEXT, format TEXT NOT NULL,
    purpose TEXT, state TEXT NOT NULL,                              -- requested approved declined taken
    decided_by TEXT, decided_at BIGINT, decision_reason TEXT, decision_seq BIGINT, valid_to BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE export_take (       -- id is the code on every page and in every row of the sheet
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, request TEXT, agency TEXT, author TEXT NOT NULL, what TEXT NOT NULL, filters TEXT,
    format TEXT NOT NULL, rows_n BIGINT NOT NULL, digest TEXT NOT NULL, taken_at BIGINT NOT NULL,
    year BIGINT NOT NULL, number BIGINT NOT NULL                    -- 导〔year〕number号, without gaps for each agency and year
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX export_take_number ON export_take (agency, year, number);
