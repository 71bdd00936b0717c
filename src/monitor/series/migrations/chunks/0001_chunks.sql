-- The chunks of an open month, every revision.
CREATE TABLE reading_chunk (
    series BIGINT NOT NULL, day BIGINT NOT NULL, revision BIGINT NOT NULL, made BIGINT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (series, day, revision)
);
