-- What the readings store knows of itself: devices, series, what is drained and not yet chunks, versions, catalogues.
-- SQLite: readings/index.db. PostgreSQL: the house's schema, beside the state tables (store_tables leaves reading_* out).
CREATE TABLE reading_state (name TEXT PRIMARY KEY, value BIGINT NOT NULL);

-- A spool day and the batch up to which it stands in the readings; done: nothing more is expected.
CREATE TABLE reading_spool_day (day BIGINT PRIMARY KEY, drained BIGINT NOT NULL, done BIGINT NOT NULL);

CREATE TABLE reading_device (
    id BIGINT PRIMARY KEY, mn TEXT NOT NULL UNIQUE, peer TEXT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
    frames BIGINT NOT NULL, findings BIGINT NOT NULL, quarantined BIGINT NOT NULL, resubmitted BIGINT NOT NULL,
    profile BIGINT NOT NULL,   -- newest version, 0 none
    chunked_to BIGINT NOT NULL -- newest day that has been chunks
);
CREATE TABLE reading_series (
    id BIGINT PRIMARY KEY, key TEXT NOT NULL UNIQUE, device BIGINT NOT NULL, mn TEXT NOT NULL, period BIGINT NOT NULL,
    factor TEXT NOT NULL, grp BIGINT NOT NULL, kind TEXT NOT NULL, cadence_s BIGINT NOT NULL,
    first_day BIGINT NOT NULL, last_day BIGINT NOT NULL
);
CREATE INDEX reading_series_device ON reading_series (device);
CREATE INDEX reading_series_mn ON reading_series (mn, period, factor);

-- A station's hour (hours since 1970 UTC) that is not yet in chunks; newest: arrival of its newest frame.
CREATE TABLE reading_slab (
    device BIGINT NOT NULL, hour BIGINT NOT NULL, newest BIGINT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (device, hour)
);
CREATE INDEX reading_slab_hour ON reading_slab (hour);
-- The frames a station's chunked day came from: places, times, digests.
CREATE TABLE reading_frames (device BIGINT NOT NULL, day BIGINT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (device, day));
-- Groups of packets not all of which have come.
CREATE TABLE reading_part (
    device BIGINT NOT NULL, cn BIGINT NOT NULL, pnum BIGINT NOT NULL, at BIGINT NOT NULL, arrived BIGINT NOT NULL,
    seen BLOB NOT NULL, PRIMARY KEY (device, cn, pnum, at)
);
CREATE TABLE reading_version (
    series BIGINT NOT NULL, at BIGINT NOT NULL, batch BIGINT NOT NULL, place BIGINT NOT NULL, arrived BIGINT NOT NULL,
    resubmitted BIGINT NOT NULL, flag BIGINT NOT NULL, average BLOB, minimum BLOB, maximum BLOB, -- bytes as they came
    PRIMARY KEY (series, at, batch, place)
);

-- Head of each chunk: the daily roll-up, the leaf in its day's tree. generation: which making of the day it came with.
CREATE TABLE reading_chunk_stat (
    series BIGINT NOT NULL, day BIGINT NOT NULL, revision BIGINT NOT NULL, made BIGINT NOT NULL, generation BIGINT NOT NULL,
    cadence_s BIGINT NOT NULL, slots BIGINT NOT NULL, valid BIGINT NOT NULL, decimals BIGINT NOT NULL, shape BIGINT NOT NULL,
    wide BIGINT NOT NULL, minimum BIGINT NOT NULL, maximum BIGINT NOT NULL, total BIGINT NOT NULL, bytes BIGINT NOT NULL,
    leaf BLOB NOT NULL, PRIMARY KEY (series, day, revision)
);
CREATE INDEX reading_chunk_stat_day ON reading_chunk_stat (day, series);
CREATE TABLE reading_day (day BIGINT PRIMARY KEY, generation BIGINT NOT NULL);
CREATE TABLE reading_anchored (
    day BIGINT NOT NULL, revision BIGINT NOT NULL, generation BIGINT NOT NULL, chunks BIGINT NOT NULL, root BLOB NOT NULL,
    seq BIGINT NOT NULL, PRIMARY KEY (day, revision)
);
-- month = year * 12 + month - 1. late: chunks came after the sealing.
CREATE TABLE reading_month (month BIGINT PRIMARY KEY, sealing BIGINT NOT NULL, late BIGINT NOT NULL, sealed_at BIGINT NOT NULL,
    chunks BIGINT NOT NULL, root BLOB NOT NULL);
CREATE TABLE reading_segment (
    id BIGINT PRIMARY KEY, month BIGINT NOT NULL, file TEXT NOT NULL UNIQUE, first_series BIGINT NOT NULL,
    last_series BIGINT NOT NULL, bytes BIGINT NOT NULL, digest TEXT NOT NULL
);
CREATE INDEX reading_segment_month ON reading_segment (month);

CREATE TABLE reading_profile (mn TEXT NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (mn, version));
-- The same event of a device again on the same day counts up.
CREATE TABLE reading_event (
    mn TEXT NOT NULL, day BIGINT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL, at BIGINT NOT NULL, times BIGINT NOT NULL,
    PRIMARY KEY (mn, day, kind, detail)
);
CREATE INDEX reading_event_at ON reading_event (at);
CREATE TABLE reading_finding (
    mn TEXT NOT NULL, name TEXT NOT NULL, times BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL,
    batch BIGINT NOT NULL, place BIGINT NOT NULL, PRIMARY KEY (mn, name)
);
CREATE TABLE reading_cause (
    mn TEXT NOT NULL, hour BIGINT NOT NULL, cause BIGINT NOT NULL, seconds BIGINT NOT NULL, times BIGINT NOT NULL,
    PRIMARY KEY (mn, hour, cause)
);

/*@postgres CREATE TABLE reading_spool (
    batch BIGINT NOT NULL, t0 BIGINT NOT NULL, t1 BIGINT NOT NULL, n BIGINT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (batch)
) PARTITION BY RANGE (batch) */;
/*@postgres CREATE TABLE reading_chunk (
    series BIGINT NOT NULL, day BIGINT NOT NULL, revision BIGINT NOT NULL, made BIGINT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (series, day, revision)
) PARTITION BY RANGE (day) */;
