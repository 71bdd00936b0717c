-- One day's batches of frames, in the order they were committed. batch = day << 28 | number in the day.
CREATE TABLE reading_spool (
    batch BIGINT PRIMARY KEY, t0 BIGINT NOT NULL, t1 BIGINT NOT NULL, n BIGINT NOT NULL, data BLOB NOT NULL
);
