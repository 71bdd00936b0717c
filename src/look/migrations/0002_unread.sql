-- Why nothing was read: for who runs the look.
ALTER TABLE reading_look_file ADD COLUMN why TEXT NOT NULL DEFAULT '';
