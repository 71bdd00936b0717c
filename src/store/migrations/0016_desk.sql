-- The desk. Which items of a queue a person opened, and as which entry they stood: what nobody opened is not approved with others.
-- Access, outside the fold: it records a reading, not a legal state.
CREATE TABLE access_opened (
    user_id TEXT NOT NULL, thing TEXT NOT NULL, -- "kind:id"
    seq BIGINT NOT NULL,                        -- of the newest entry that touched it then
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, thing)
) /*@sqlite WITHOUT ROWID */;
-- Lists of a bureau's places among 10^5 subjects, newest first.
CREATE INDEX subject_seq ON subject (seq, id);
CREATE INDEX todo_user ON todo (user_id);
CREATE INDEX visit_state ON visit (state, starts);
