-- Search (search.c): texts with ASCII in lower case, and the index of their grams.
CREATE TABLE search_text (
    /*@sqlite number INTEGER PRIMARY KEY, */
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    /*@postgres grams TSVECTOR NOT NULL, */
    /*@sqlite UNIQUE (kind, id) */ /*@postgres PRIMARY KEY (kind, id) */
);
/*@sqlite CREATE VIRTUAL TABLE search_gram
    USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'grams') */;
/*@postgres CREATE INDEX search_gram ON search_text USING gin (grams) */;
