-- Findings and what has been looked at. Working state of monitor/watch, computed from readings; no legal state.
CREATE TABLE reading_watch_finding (
    id TEXT PRIMARY KEY, outlet TEXT NOT NULL, mn TEXT NOT NULL, name TEXT NOT NULL, agency TEXT NOT NULL,
    lead TEXT NOT NULL, detectors TEXT NOT NULL, factor TEXT NOT NULL,
    level BIGINT NOT NULL, state BIGINT NOT NULL, from_time BIGINT NOT NULL, to_time BIGINT NOT NULL, found BIGINT NOT NULL,
    severity BIGINT NOT NULL, sentence TEXT NOT NULL, json TEXT NOT NULL, clue TEXT NOT NULL, continues TEXT NOT NULL,
    first_day BIGINT NOT NULL, last_day BIGINT NOT NULL, rules TEXT NOT NULL,
    silent TEXT NOT NULL, light BIGINT NOT NULL, reported_day BIGINT
);
CREATE INDEX reading_watch_finding_order ON reading_watch_finding (level, severity, id);
CREATE INDEX reading_watch_finding_outlet ON reading_watch_finding (outlet, lead, from_time);
CREATE INDEX reading_watch_finding_day ON reading_watch_finding (agency, reported_day);
CREATE TABLE reading_watch_done (
    outlet TEXT NOT NULL, first_day BIGINT NOT NULL, last_day BIGINT NOT NULL, rules TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (outlet, first_day, last_day, rules)
);
