-- What each run looked at: which rules ran over which outlet, what they lacked, what they found clean; and how many chances it took, so that
-- false discoveries are controlled over the whole run. Working state like 0001. Rarity: -log10 of a chance, 10^-6.
CREATE TABLE reading_watch_run (
    id TEXT PRIMARY KEY, first_day BIGINT NOT NULL, last_day BIGINT NOT NULL, rules TEXT NOT NULL, light BIGINT NOT NULL,
    silent TEXT NOT NULL, started BIGINT NOT NULL, ended BIGINT, -- NULL while it goes on, or where it was cut off
    outlets BIGINT NOT NULL, tests BIGINT NOT NULL, rarity BIGINT NOT NULL -- least that stands
);
CREATE INDEX reading_watch_run_started ON reading_watch_run (started);
CREATE TABLE reading_watch_ran (
    run TEXT NOT NULL, outlet TEXT NOT NULL, at BIGINT NOT NULL, readings BIGINT NOT NULL, tests BIGINT NOT NULL,
    outcomes TEXT NOT NULL, -- a line a rule: id, outcome, what it lacked
    PRIMARY KEY (run, outlet)
);
CREATE INDEX reading_watch_ran_outlet ON reading_watch_ran (outlet, at);
CREATE TABLE reading_watch_tally (
    run TEXT NOT NULL, detector TEXT NOT NULL, found BIGINT NOT NULL, weak BIGINT NOT NULL, clean BIGINT NOT NULL, lacked BIGINT NOT NULL,
    PRIMARY KEY (run, detector)
);
CREATE TABLE reading_watch_seen (
    run TEXT NOT NULL, finding TEXT NOT NULL, hard BIGINT NOT NULL, rarity BIGINT NOT NULL, PRIMARY KEY (run, finding)
);
-- Middle and spread of an outlet's daily means, 10^-6: what others of its trade are compared with.
CREATE TABLE reading_watch_figure (
    run TEXT NOT NULL, outlet TEXT NOT NULL, trade TEXT NOT NULL, factor TEXT NOT NULL, grp BIGINT NOT NULL,
    median BIGINT NOT NULL, spread BIGINT NOT NULL, PRIMARY KEY (run, outlet, factor, grp)
);
CREATE INDEX reading_watch_figure_trade ON reading_watch_figure (run, trade);

-- Files of records (checks, comparisons, commands ...: table_records) as they came, by their digest; read again whenever a table is made.
CREATE TABLE reading_watch_records (
    mn TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, entered BIGINT NOT NULL, records BIGINT NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (mn, digest)
);
