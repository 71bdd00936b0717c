-- The case file: what its catalogue, its lint and its bundle ask of a paper. Same units as 0002.
ALTER TABLE attachment ADD COLUMN pages BIGINT;
ALTER TABLE attachment ADD COLUMN original TEXT;      -- sm3:… of the scan or file
ALTER TABLE attachment ADD COLUMN captured_at BIGINT; -- of a photo
ALTER TABLE attachment ADD COLUMN sampling_body TEXT; -- who took or tested the samples, as the paper says
ALTER TABLE attachment ADD COLUMN party TEXT;         -- the party's name, as the paper says
ALTER TABLE attachment ADD COLUMN due BIGINT;         -- last day of a period the paper grants
ALTER TABLE paper ADD COLUMN pages BIGINT;            -- of the PDF, once it was made
-- A defect is mended by adding a paper or explained by adding a reason; nothing is overwritten.
CREATE TABLE case_explanation (
    seq BIGINT PRIMARY KEY, casefile TEXT NOT NULL,
    defect TEXT NOT NULL,        -- the rule's name
    attachment BIGINT NOT NULL,  -- entry of the paper it is about, 0: of the file
    reason TEXT, author TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX case_explanation_case ON case_explanation (casefile);
CREATE TABLE case_export (       -- who took a bundle out, and which
    seq BIGINT PRIMARY KEY, casefile TEXT NOT NULL, manifest TEXT NOT NULL, kib BIGINT NOT NULL, as_of BIGINT, purpose TEXT,
    author TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX case_export_case ON case_export (casefile);
