-- What is known of a station's hour frames beside their values (times, address, kind of check sum, shape), a day a row. Made with the day's chunks: a look at
-- a month of an outlet would else unpack hundreds of batches of the spool for a frame each. A day from before this step has no row.
CREATE TABLE reading_trace (device BIGINT NOT NULL, day BIGINT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (device, day));
