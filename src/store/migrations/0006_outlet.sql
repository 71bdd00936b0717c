-- Monitoring: outlets and what is said over their readings (acts outlet.*, limit.import, readings.anchor). The readings
-- themselves are no state: they stand in the readings store. Same units as 0002; a slot is the beginning of a minute, an
-- hour or a day.

CREATE TABLE outlet (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, name TEXT NOT NULL, name_seq BIGINT NOT NULL, subject TEXT NOT NULL,
    mn TEXT NOT NULL,            -- of the logger that reports for it (HJ 212)
    kind TEXT NOT NULL,          -- gas water noise other
    industry TEXT, process TEXT, permit_no TEXT,
    o2_reference BIGINT,         -- 0.01 %: reference oxygen of conversion; NULL: nothing is converted
    area_m2 BIGINT,              -- 0.001 square metre
    lon BIGINT, lon_seq BIGINT, lat BIGINT, lat_seq BIGINT,
    cadence BIGINT,              -- seconds between readings
    from_date BIGINT, to_date BIGINT, closed_at BIGINT, closed_reason TEXT, closed_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX outlet_mn ON outlet (mn);
CREATE INDEX outlet_subject ON outlet (subject);

CREATE TABLE outlet_network (    -- where the logger may report from; no row: from anywhere
    outlet TEXT NOT NULL, network TEXT NOT NULL, seq BIGINT NOT NULL,
    PRIMARY KEY (outlet, network)
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE outlet_mark (       -- 标记
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, outlet TEXT NOT NULL,
    kind TEXT NOT NULL,          -- stopped start shut bake fault accident maintenance calibration network other
    from_time BIGINT NOT NULL, to_time BIGINT NOT NULL, -- [from, to)
    reason TEXT, author TEXT NOT NULL,
    entered BIGINT NOT NULL,     -- when it reached us: a late mark is a signal
    undone_at BIGINT, undone_by TEXT, undo_reason TEXT, undo_reason_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX outlet_mark_outlet ON outlet_mark (outlet, from_time);
CREATE TABLE outlet_mark_factor ( -- no row: every factor of the outlet
    mark TEXT NOT NULL, factor TEXT NOT NULL, PRIMARY KEY (mark, factor)
) /*@sqlite WITHOUT ROWID */;

CREATE TABLE outlet_correction ( -- lies over a reading; what was received stays
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, outlet TEXT NOT NULL, factor TEXT NOT NULL,
    period TEXT NOT NULL,        -- minute hour day
    converted BIGINT NOT NULL,   -- 1: of the converted value (折算)
    slot BIGINT NOT NULL, value TEXT NOT NULL, -- as a decimal, exactly
    reason TEXT, author TEXT NOT NULL, entered BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX outlet_correction_outlet ON outlet_correction (outlet, factor, slot);

CREATE TABLE emission_limit (    -- limit.import: exactly one of outlet, industry, region (which wins: monitor/series/overlays.c)
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, n BIGINT NOT NULL, outlet TEXT, industry TEXT, region BIGINT, factor TEXT NOT NULL,
    value TEXT NOT NULL, unit TEXT, converted BIGINT NOT NULL, period TEXT NOT NULL,
    lower BIGINT NOT NULL,       -- 1: not below (furnace temperature, pH)
    from_date BIGINT NOT NULL, to_date BIGINT, source TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX emission_limit_outlet ON emission_limit (outlet);
CREATE INDEX emission_limit_industry ON emission_limit (industry);

CREATE TABLE readings_anchor (   -- root of the tree over a day's chunks: a later revision stands beside the earlier
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, day BIGINT NOT NULL, revision BIGINT NOT NULL, chunks BIGINT NOT NULL,
    root TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE UNIQUE INDEX readings_anchor_day ON readings_anchor (day, revision);
