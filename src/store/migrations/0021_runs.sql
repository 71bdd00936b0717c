-- What a run of the detectors asks of the house (monitor/watch/beside.c): who serves whom, among all relations. What a run keeps of itself is working
-- state beside the readings (monitor/watch/migrations).
CREATE INDEX relation_service ON relation (type, id);
