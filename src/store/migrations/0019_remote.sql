-- Scenes of satellites, what was looked for in them, and what became a finding. Pixels and polygons are blobs; these rows name them.
CREATE TABLE scene (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL,
    entrustment TEXT,            -- a T06; NULL: the bureau's own
    agency TEXT, name TEXT NOT NULL, sensor TEXT NOT NULL, taken BIGINT NOT NULL,
    file TEXT NOT NULL,          -- digest of the scene as ingest made it
    epsg BIGINT NOT NULL, width BIGINT NOT NULL, height BIGINT NOT NULL,
    west BIGINT NOT NULL, south BIGINT NOT NULL, east BIGINT NOT NULL, north BIGINT NOT NULL, -- 1e-7 degree
    valid BIGINT NOT NULL,       -- 0.01 %
    author TEXT NOT NULL, at BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX scene_agency ON scene (agency, taken);
CREATE INDEX scene_entrustment ON scene (entrustment);
CREATE TABLE scene_run (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, scene TEXT NOT NULL,
    before_scene TEXT,           -- the earlier date of a comparison
    recipe TEXT NOT NULL, version BIGINT NOT NULL,
    parameters TEXT NOT NULL,    -- JSON: all that the polygons depend on beside the scenes
    polygons TEXT NOT NULL,      -- digest of the GeoJSON
    document TEXT NOT NULL,      -- digest of the groups with their outlines on the grid of the scene
    patches BIGINT NOT NULL, groups BIGINT NOT NULL, area_m2 BIGINT NOT NULL,
    author TEXT NOT NULL, at BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX scene_run_of ON scene_run (scene, seq);
CREATE TABLE scene_finding (     -- a group of polygons that was worth a clue
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, run TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX scene_finding_of ON scene_finding (run);
