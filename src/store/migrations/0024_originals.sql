-- What an original showed beside the head that came first: {"flags":[...],"likeness":thousandths,"part":[percent x 4]}. Hints; nothing follows from them.
ALTER TABLE flight_original ADD COLUMN found TEXT;
