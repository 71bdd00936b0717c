-- What a finding from above is laid against: layers a bureau brought, fire points of satellites, and the same patch on earlier dates.
CREATE TABLE map_layer (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT NOT NULL,
    kind TEXT NOT NULL,          -- redline source1 source2 source3 reserve shore county
    name TEXT NOT NULL, source TEXT NOT NULL,
    file TEXT NOT NULL,          -- digest of the file as it was handed in
    document TEXT NOT NULL,      -- digest of what was read of it: names and rings
    areas BIGINT NOT NULL, corners BIGINT NOT NULL,
    west BIGINT NOT NULL, south BIGINT NOT NULL, east BIGINT NOT NULL, north BIGINT NOT NULL, -- 1e-7 degree
    author TEXT NOT NULL, at BIGINT NOT NULL,
    withdrawn TEXT, withdrawn_seq BIGINT, withdrawn_by TEXT -- why
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX map_layer_agency ON map_layer (agency, kind);
CREATE TABLE fire_batch (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT, name TEXT NOT NULL,
    product TEXT NOT NULL,       -- modis viirs
    file TEXT NOT NULL, document TEXT NOT NULL, -- digests: the list as it was handed in, the places as they were found
    listed BIGINT NOT NULL, kept BIGINT NOT NULL, places BIGINT NOT NULL, beside BIGINT NOT NULL, -- rows, rows in Hubei, places, places with a registered company in the pixel
    first_at BIGINT, last_at BIGINT, author TEXT NOT NULL, at BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX fire_batch_agency ON fire_batch (agency, seq);
CREATE TABLE fire_finding (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, batch TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX fire_finding_of ON fire_finding (batch);
CREATE TABLE scene_lineage (     -- a group that was a finding before
    finding TEXT PRIMARY KEY, earlier TEXT NOT NULL, seq BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX scene_lineage_earlier ON scene_lineage (earlier);
-- Parts of a track inside a company's boundary without officers: [[track, first point, last point], ...].
ALTER TABLE flight_import ADD COLUMN track_aside TEXT;
