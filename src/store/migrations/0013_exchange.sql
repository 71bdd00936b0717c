-- imports and exports.
-- What an import looks subjects up by when they have no code; without it each row walks over all of them.
CREATE INDEX subject_name ON subject (name);
