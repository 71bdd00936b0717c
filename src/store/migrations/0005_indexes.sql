-- What acts look up by something other than its key; a year's data showed each of these as a walk over its whole table.
CREATE INDEX acceptance_entrustment ON acceptance (entrustment);
CREATE INDEX payment_acceptance ON payment (acceptance);
CREATE INDEX agreement_procurement ON agreement (procurement);
CREATE INDEX procurement_budget ON procurement (budget);
CREATE INDEX clue_entrustment ON clue (entrustment);
CREATE INDEX delegation_to ON delegation (to_user);
CREATE INDEX attachment_ref ON attachment (ref);
