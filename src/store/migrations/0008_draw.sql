-- draws (analysis/draw, acts/draw). Draws of before have method 1, one round, no strata.
ALTER TABLE draw ADD COLUMN method BIGINT NOT NULL DEFAULT 1;
ALTER TABLE draw ADD COLUMN round BIGINT NOT NULL DEFAULT 1;
ALTER TABLE draw ADD COLUMN day BIGINT NOT NULL DEFAULT 0;      -- of the commitment
ALTER TABLE draw ADD COLUMN item TEXT;
ALTER TABLE draw ADD COLUMN region BIGINT;
ALTER TABLE draw ADD COLUMN preset TEXT;
ALTER TABLE draw ADD COLUMN floor BIGINT;                       -- 0.01 %
ALTER TABLE draw ADD COLUMN norepeat BIGINT;                    -- days
ALTER TABLE draw ADD COLUMN officers_each BIGINT;
ALTER TABLE draw ADD COLUMN officers_most BIGINT;
ALTER TABLE draw ADD COLUMN helpers_each BIGINT;
ALTER TABLE draw ADD COLUMN helpers_most BIGINT;
ALTER TABLE draw ADD COLUMN salt TEXT;                          -- of the digests of reasons
ALTER TABLE draw ADD COLUMN plan TEXT;                          -- digest of the plan's text
ALTER TABLE draw ADD COLUMN execute_by BIGINT;                  -- day
ALTER TABLE draw ADD COLUMN settle_seq BIGINT;
ALTER TABLE draw ADD COLUMN seal_until BIGINT;
ALTER TABLE draw ADD COLUMN publish_by BIGINT;
ALTER TABLE draw ADD COLUMN published_at BIGINT;
ALTER TABLE draw ADD COLUMN published_by TEXT;
ALTER TABLE draw_pool ADD COLUMN kind TEXT NOT NULL DEFAULT 'object'; -- object officer helper
ALTER TABLE draw_pool ADD COLUMN stratum BIGINT NOT NULL DEFAULT 1;
ALTER TABLE draw_pool ADD COLUMN class TEXT;
ALTER TABLE draw_pool ADD COLUMN region BIGINT;
ALTER TABLE draw_pool ADD COLUMN unit TEXT;                     -- an officer's agency, a helper's provider
ALTER TABLE draw_pool ADD COLUMN chance BIGINT;                 -- of who was chosen, millionths
CREATE INDEX draw_pool_who ON draw_pool (who, chosen);
ALTER TABLE draw_exclusion ADD COLUMN digest TEXT;
ALTER TABLE draw_party ADD COLUMN reveal_by BIGINT;             -- the others': set anew when the bureau's are in
ALTER TABLE draw_party ADD COLUMN stage BIGINT NOT NULL DEFAULT 1; -- 1 the bureau's, who show first; 2 the others
CREATE TABLE draw_stratum (
    draw TEXT NOT NULL, number BIGINT NOT NULL, kind TEXT NOT NULL, class TEXT, region BIGINT, ratio BIGINT NOT NULL, per BIGINT NOT NULL,
    base BIGINT NOT NULL, fewest BIGINT NOT NULL, reserve BIGINT NOT NULL,
    able BIGINT NOT NULL, quota BIGINT NOT NULL, weight BIGINT NOT NULL, chance BIGINT NOT NULL, PRIMARY KEY (draw, number)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE draw_cap (
    draw TEXT NOT NULL, number BIGINT NOT NULL, by_what TEXT NOT NULL, key TEXT NOT NULL, most BIGINT NOT NULL, PRIMARY KEY (draw, number)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE draw_bar (
    draw TEXT NOT NULL, number BIGINT NOT NULL, kind TEXT NOT NULL, who TEXT NOT NULL, object TEXT NOT NULL, class TEXT, digest TEXT, reason TEXT,
    seq BIGINT NOT NULL, PRIMARY KEY (draw, number)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE draw_past ( -- rounds somebody failed; missing: it was his turn and he kept still
    draw TEXT NOT NULL, round BIGINT NOT NULL, party TEXT NOT NULL, digest TEXT NOT NULL, secret TEXT, revealed_seq BIGINT, stage BIGINT NOT NULL,
    missing BIGINT NOT NULL, PRIMARY KEY (draw, round, party)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE draw_change (
    seq BIGINT PRIMARY KEY, draw TEXT NOT NULL, stratum BIGINT NOT NULL, who TEXT NOT NULL, by_whom TEXT NOT NULL
);
CREATE INDEX draw_change_of ON draw_change (draw);
CREATE TABLE draw_look ( -- who opened a sealed result
    seq BIGINT PRIMARY KEY, draw TEXT NOT NULL, user_id TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX draw_look_of ON draw_look (draw, user_id);
