-- The ledger (ledger/ledger.h). Entries and tiles are written once; a body row loses its bytes when erased.
CREATE TABLE ledger_entry (
    seq BIGINT PRIMARY KEY,
    leaf BLOB NOT NULL,
    spine TEXT NOT NULL
);
CREATE TABLE ledger_body (
    seq BIGINT NOT NULL,
    item TEXT NOT NULL,
    sealed BLOB,                  -- NULL once erased
    erased_by BIGINT,             -- seq of the order
    PRIMARY KEY (seq, item)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE ledger_tile (
    level BIGINT NOT NULL,
    tile BIGINT NOT NULL,
    nodes BLOB NOT NULL,          -- 256 x 32 bytes
    PRIMARY KEY (level, tile)
);
CREATE TABLE ledger_checkpoint (
    size BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE store_setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;
