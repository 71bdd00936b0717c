-- What officers found when they checked a clue that a detector reported: the measure of each detector (clue.judge).
CREATE TABLE clue_verdict (
    seq BIGINT PRIMARY KEY, clue TEXT NOT NULL, finding TEXT,
    verdict TEXT NOT NULL, -- confirmed instrument process configuration groundless
    reasons TEXT, author TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX clue_verdict_of ON clue_verdict (clue);
