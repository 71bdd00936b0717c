-- A sealed month, or a part of its series: a directory and the chunks as they were, one blob a series.
CREATE TABLE reading_month_series (series BIGINT PRIMARY KEY, data BLOB NOT NULL);
