-- How an agency's platform lays out its sheets: which column is which factor in which unit. A convenience of forms, no legal state.
CREATE TABLE access_sheet_profile (
    owner TEXT NOT NULL,     -- agency, or provider of a member
    name TEXT NOT NULL,
    heads TEXT NOT NULL,     -- SM3 of the headers and their columns, hexadecimal
    profile TEXT NOT NULL,   -- JSON (monitor/workbook)
    user_id TEXT NOT NULL, saved_at BIGINT NOT NULL,
    PRIMARY KEY (owner, name)
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX access_sheet_profile_heads ON access_sheet_profile (owner, heads);
