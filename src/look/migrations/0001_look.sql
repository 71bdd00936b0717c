-- What was read out of a file handed in, by its digest: computed, not legal state; may be thrown away and is made again.
CREATE TABLE reading_look_file (
    digest TEXT PRIMARY KEY,
    kind TEXT NOT NULL,      -- text picture unread
    version BIGINT NOT NULL, -- of the readers
    points BIGINT NOT NULL,  -- characters
    quoted BIGINT NOT NULL,  -- of them in quotations of law
    pieces BLOB,             -- u32 little-endian, sorted: near_text.kept
    grams BLOB,              -- the same: near_numbers.gram
    windows BLOB,            -- u64 little-endian: print.window
    spread BIGINT NOT NULL   -- 0.001 of grey
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE reading_look_done (
    what TEXT PRIMARY KEY, seq BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
