-- How far another platform has got in the spool: everything up to this frame is there.
CREATE TABLE reading_forward (target TEXT PRIMARY KEY, batch BIGINT NOT NULL, place BIGINT NOT NULL);
