-- How often clues had come of what each keeper keeps when a run began: relations are entered and clues found while it goes on, and afterwards.
-- By who is kept, so that a replay needs no relation; subject '': that the counts of this run were made.
CREATE TABLE reading_watch_keeper (
    run TEXT NOT NULL, subject TEXT NOT NULL, outlets BIGINT NOT NULL, suspect BIGINT NOT NULL, others BIGINT NOT NULL, others_suspect BIGINT NOT NULL,
    PRIMARY KEY (run, subject)
);
