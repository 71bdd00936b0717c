-- flights and what was photographed
ALTER TABLE flight ADD COLUMN corridor_m BIGINT;  -- the area is a line: metres on both sides
ALTER TABLE flight ADD COLUMN gsd_mm BIGINT;      -- what a pixel may measure on the ground
ALTER TABLE flight ADD COLUMN uav_class TEXT;     -- micro light small medium large
ALTER TABLE flight ADD COLUMN licence_no TEXT;
ALTER TABLE flight ADD COLUMN airspace TEXT;      -- permitted controlled
ALTER TABLE flight ADD COLUMN airspace_no TEXT;   -- of the approved application
-- What came home, in parts of a few hundred photographs: positions fall to their term, the counts stay.
CREATE TABLE flight_import (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, flight TEXT, author TEXT NOT NULL, at BIGINT NOT NULL,
    files BIGINT NOT NULL, located BIGINT NOT NULL,
    unplanned BIGINT NOT NULL, entered BIGINT NOT NULL, -- of the photographs: set aside
    aside TEXT,  -- [[position, why]]: u outside the plan, e inside a boundary, s the picture reaches into one, a another aircraft
    photos TEXT, tracks TEXT, settled TEXT, settled_seq BIGINT, settled_by TEXT
);
CREATE INDEX flight_import_flight ON flight_import (flight, seq);
CREATE INDEX flight_import_entrustment ON flight_import (entrustment, seq);
-- Photographs whole, as they follow their heads.
CREATE TABLE flight_original (
    import TEXT NOT NULL, position BIGINT NOT NULL, seq BIGINT NOT NULL, digest TEXT NOT NULL, bytes BIGINT, author TEXT NOT NULL,
    PRIMARY KEY (import, position)
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX flight_original_digest ON flight_original (digest);
