-- State: a fold of the ledger. Only apply steps of act types write these tables. Every row keeps `seq`, the
-- entry that made it. Times are microseconds UTC, days are days since 1970-01-01, money is fen, degrees 1e-7.

-- ---- all groups ----
CREATE TABLE act_key (
    author TEXT NOT NULL, key TEXT NOT NULL, seq BIGINT NOT NULL,
    PRIMARY KEY (author, key)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE touch (             -- time line: which entries named which thing
    kind TEXT NOT NULL, id TEXT NOT NULL, seq BIGINT NOT NULL,
    PRIMARY KEY (kind, id, seq)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE act_log (           -- one row per judged act: lists of refusals, own acts
    seq BIGINT PRIMARY KEY, act TEXT NOT NULL, author TEXT NOT NULL, agency TEXT, provider TEXT,
    at BIGINT NOT NULL, received_at BIGINT NOT NULL, verdict BIGINT NOT NULL, mark BIGINT NOT NULL,
    thing TEXT, id TEXT, rule TEXT
);
CREATE INDEX act_log_author ON act_log (author, seq);
CREATE INDEX act_log_verdict ON act_log (verdict, seq);
CREATE TABLE todo (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, kind TEXT NOT NULL, agency TEXT, role TEXT, user_id TEXT, provider TEXT,
    thing_kind TEXT NOT NULL, thing_id TEXT NOT NULL, act TEXT, due_at BIGINT, closed_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX todo_thing ON todo (thing_kind, thing_id);
CREATE INDEX todo_open ON todo (agency, role, due_at);
CREATE TABLE held (
    seq BIGINT PRIMARY KEY, act TEXT NOT NULL, author TEXT NOT NULL, agency TEXT, role TEXT NOT NULL, rules TEXT NOT NULL,
    lifted TEXT NOT NULL,        -- rules already lifted, of those above
    thing_kind TEXT, thing_id TEXT,
    state TEXT NOT NULL,         -- pending approved declined overtaken
    decided_by TEXT, decided_seq BIGINT
);

-- ---- people ----
CREATE TABLE agency (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, name TEXT NOT NULL, region BIGINT NOT NULL, level TEXT NOT NULL, parent TEXT,
    contracting_party TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE users (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, name TEXT NOT NULL, phone TEXT, agency TEXT, provider TEXT, subject TEXT,
    name_seq BIGINT NOT NULL, phone_seq BIGINT, disabled_at BIGINT, disabled_reason TEXT, disabled_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE user_role (
    user_id TEXT NOT NULL, role TEXT NOT NULL, seq BIGINT NOT NULL,
    PRIMARY KEY (user_id, role)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE delegation (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, from_user TEXT NOT NULL, to_user TEXT NOT NULL, from_date BIGINT NOT NULL,
    to_date BIGINT NOT NULL, ended_at BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE delegation_act (
    delegation TEXT NOT NULL, act TEXT NOT NULL, PRIMARY KEY (delegation, act)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE certificate (       -- of officers; the newest for a user counts
    seq BIGINT PRIMARY KEY, user_id TEXT NOT NULL, cert_no TEXT, from_date BIGINT NOT NULL, to_date BIGINT NOT NULL
);
CREATE INDEX certificate_user ON certificate (user_id);
CREATE TABLE certificate_area (
    certificate BIGINT NOT NULL, region BIGINT NOT NULL, PRIMARY KEY (certificate, region)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE subject (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, name TEXT NOT NULL, uscc TEXT, region BIGINT NOT NULL, class TEXT, industry TEXT,
    permit_no TEXT, lon BIGINT, lat BIGINT, boundary TEXT, visits_per_year BIGINT, positive_list BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX subject_uscc ON subject (uscc);
CREATE INDEX subject_region ON subject (region, id);
CREATE TABLE relation (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, a_kind TEXT NOT NULL, a_id TEXT NOT NULL, b_kind TEXT NOT NULL, b_id TEXT NOT NULL,
    type TEXT NOT NULL, percent BIGINT, from_date BIGINT, to_date BIGINT, name TEXT, id_digest TEXT, source TEXT,
    ended_on BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX relation_a ON relation (a_kind, a_id);
CREATE INDEX relation_b ON relation (b_kind, b_id);
CREATE TABLE device (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, kind TEXT NOT NULL, serial TEXT, calibration_to BIGINT, registration_no TEXT,
    legal_review_no TEXT, agency TEXT, provider TEXT
) /*@sqlite WITHOUT ROWID */;

-- ---- providers ----
CREATE TABLE provider (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, uscc TEXT, id_number TEXT,
    domestic BIGINT, registered_on BIGINT, state TEXT NOT NULL,    -- applied admitted suspended removed
    state_reason TEXT, state_seq BIGINT NOT NULL, ban_until BIGINT,
    closed_at BIGINT                                                -- Art. 5 verified and no other agency's agreement
                                                                    -- left: residual session of rights
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX provider_uscc ON provider (uscc);
CREATE TABLE provider_speciality (
    provider TEXT NOT NULL, speciality TEXT NOT NULL, PRIMARY KEY (provider, speciality)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE member (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, provider TEXT NOT NULL, name TEXT NOT NULL, speciality TEXT, user_id TEXT,
    id_number TEXT, state TEXT NOT NULL,                            -- added admitted retired
    exam_passed_on BIGINT, card_no TEXT, card_seq BIGINT, to_date BIGINT, retired_at BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX member_user ON member (user_id);
CREATE INDEX member_provider ON member (provider);
CREATE TABLE qualification (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, holder TEXT NOT NULL, type TEXT NOT NULL, number TEXT, scope TEXT,
    from_date BIGINT, to_date BIGINT, issuer TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX qualification_holder ON qualification (holder);
CREATE TABLE undertaking (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agreement TEXT NOT NULL, provider TEXT NOT NULL, member TEXT, kind TEXT NOT NULL,
    signed_at BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;                                       -- id = act id '/' kind
CREATE INDEX undertaking_agreement ON undertaking (agreement);
CREATE TABLE interest (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, provider TEXT NOT NULL, member TEXT,
    has_interest BIGINT NOT NULL, detail TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX interest_entrustment ON interest (entrustment);
CREATE TABLE roster (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT NOT NULL, from_date BIGINT, to_date BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE roster_entry (
    roster TEXT NOT NULL, who TEXT NOT NULL,                        -- provider:ID or member:ID
    seq BIGINT NOT NULL, from_date BIGINT, to_date BIGINT, double_random_no TEXT, reason TEXT,
    dropped_at BIGINT, drop_reason TEXT, drop_seq BIGINT,
    PRIMARY KEY (roster, who)
) /*@sqlite WITHOUT ROWID */;

-- ---- procurement and money ----
CREATE TABLE budget (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT NOT NULL, year BIGINT NOT NULL, source TEXT NOT NULL, level TEXT NOT NULL,
    amount BIGINT NOT NULL, approval_no TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE procurement (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT NOT NULL, title TEXT, category TEXT, year BIGINT, budget TEXT,
    amount BIGINT NOT NULL, method TEXT, quotes BIGINT, single_source_reason TEXT, state TEXT NOT NULL, -- open awarded failed
    provider TEXT, award BIGINT, notified_on BIGINT, author TEXT NOT NULL, reason TEXT, reason_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX procurement_year ON procurement (agency, year, category);
CREATE TABLE agreement (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, procurement TEXT, agency TEXT NOT NULL, provider TEXT NOT NULL, from_date BIGINT NOT NULL,
    to_date BIGINT NOT NULL, fee BIGINT NOT NULL, pricing TEXT NOT NULL, contracting_party TEXT, author TEXT NOT NULL,
    state TEXT NOT NULL,         -- draft effective suspended terminated
    signed_on BIGINT, signed_by TEXT, provider_signed_by TEXT, published_on BIGINT, filed_on BIGINT, extended BIGINT NOT NULL,
    ended_at BIGINT, end_reason TEXT, end_seq BIGINT, violation TEXT, suspend_reason TEXT, suspend_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX agreement_provider ON agreement (provider);
CREATE INDEX agreement_agency ON agreement (agency);
CREATE TABLE agreement_matter (
    agreement TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (agreement, kind)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE agreement_region (
    agreement TEXT NOT NULL, region BIGINT NOT NULL, PRIMARY KEY (agreement, region)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE agreement_clause (
    agreement TEXT NOT NULL, clause TEXT NOT NULL, PRIMARY KEY (agreement, clause)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE acceptance (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, accepted BIGINT NOT NULL, items BIGINT NOT NULL, author TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE payment (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agreement TEXT NOT NULL, acceptance TEXT, amount BIGINT NOT NULL, basis TEXT,
    state TEXT NOT NULL,         -- requested paid
    author TEXT NOT NULL, paid_seq BIGINT, paid_at BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX payment_agreement ON payment (agreement);

-- ---- entrustment ----
CREATE TABLE entrustment (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agreement TEXT NOT NULL, agency TEXT NOT NULL, provider TEXT NOT NULL, kind TEXT NOT NULL,
    matter TEXT, region BIGINT NOT NULL, from_date BIGINT NOT NULL, to_date BIGINT NOT NULL, author TEXT NOT NULL,
    enters_site BIGINT NOT NULL, budget TEXT, amount BIGINT NOT NULL, basis_type TEXT, basis_ref TEXT, reason TEXT, historic BIGINT NOT NULL,
    outputs BIGINT NOT NULL DEFAULT 0, -- how many were promised: acceptance speaks of each
    state TEXT NOT NULL,         -- drafted returned approved declined accepted finished released withdrawn suspended
    approved_at BIGINT, approved_by TEXT, accepted_at BIGINT, ended_at BIGINT, state_reason TEXT, state_seq BIGINT NOT NULL,
    frozen BIGINT NOT NULL       -- number of undecided objections and open inquiries that pause its helpers
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX entrustment_agreement ON entrustment (agreement);
CREATE INDEX entrustment_provider ON entrustment (provider);
CREATE INDEX entrustment_agency ON entrustment (agency, state);
CREATE TABLE entrustment_subject (
    entrustment TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (entrustment, subject)
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX entrustment_subject_of ON entrustment_subject (subject);
CREATE TABLE entrustment_officer (
    entrustment TEXT NOT NULL, user_id TEXT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (entrustment, user_id)
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX entrustment_officer_of ON entrustment_officer (user_id);
CREATE TABLE entrustment_member (
    entrustment TEXT NOT NULL, member TEXT NOT NULL, seq BIGINT NOT NULL,
    approved BIGINT NOT NULL,    -- 0 until the head approved this person for this task
    PRIMARY KEY (entrustment, member)
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX entrustment_member_of ON entrustment_member (member);
CREATE TABLE orders (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, author TEXT NOT NULL, member TEXT NOT NULL, power TEXT NOT NULL,
    text TEXT, state TEXT NOT NULL -- given void
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE order_refusal (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, order_id TEXT, entrustment TEXT NOT NULL, author TEXT NOT NULL, member TEXT, text TEXT,
    reason TEXT, at BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE data_return (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agreement TEXT NOT NULL, destroyed BIGINT NOT NULL, certificate TEXT, items TEXT
) /*@sqlite WITHOUT ROWID */;

-- ---- notice and objection ----
CREATE TABLE notice (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, subject TEXT NOT NULL, who TEXT, what TEXT, not_allowed TEXT,
    period TEXT, objection_route TEXT, basis TEXT, unannounced BIGINT NOT NULL, author TEXT NOT NULL,
    state TEXT NOT NULL,         -- issued served revoked
    served_at BIGINT, served_seq BIGINT, method TEXT, recipient TEXT, witness TEXT, revoke_reason TEXT, revoke_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX notice_entrustment ON notice (entrustment, subject);
CREATE INDEX notice_subject ON notice (subject);
CREATE TABLE objection (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, subject TEXT NOT NULL, against TEXT, ground TEXT NOT NULL,
    text TEXT, contact TEXT, author TEXT NOT NULL, lodged_at BIGINT NOT NULL, freezes BIGINT NOT NULL,
    state TEXT NOT NULL,         -- lodged upheld partly rejected
    reasons TEXT, decided_at BIGINT, decided_by TEXT, decided_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX objection_entrustment ON objection (entrustment);

-- ---- visit ----
CREATE TABLE visit (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, subject TEXT NOT NULL, starts BIGINT NOT NULL, ends BIGINT NOT NULL,
    lon BIGINT, lat BIGINT, radius_m BIGINT, approval_no TEXT, notice_no TEXT, emergency BIGINT NOT NULL, helpers BIGINT NOT NULL,
    author TEXT NOT NULL, state TEXT NOT NULL, -- planned approved cancelled closed
    approved_at BIGINT, approved_by TEXT, closed_at BIGINT, reconciled_seq BIGINT, state_reason TEXT, state_seq BIGINT NOT NULL,
    move_reason TEXT, move_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX visit_entrustment ON visit (entrustment);
CREATE INDEX visit_subject ON visit (subject, starts);
CREATE TABLE presence_event (    -- as reported; intervals are made by sorting by time
    seq BIGINT PRIMARY KEY, visit TEXT NOT NULL, person TEXT NOT NULL, helper BIGINT NOT NULL, kind BIGINT NOT NULL, -- 1 in, 2 out
    time BIGINT NOT NULL, error_s BIGINT NOT NULL, offline BIGINT NOT NULL, late BIGINT NOT NULL, mark BIGINT NOT NULL,
    lon BIGINT, lat BIGINT, accuracy_m BIGINT, device TEXT, borrowed BIGINT NOT NULL
);
CREATE INDEX presence_event_visit ON presence_event (visit, time);
CREATE INDEX presence_event_person ON presence_event (person, time);
CREATE TABLE incident (          -- unaccompanied stretches found by reconciling
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, visit TEXT NOT NULL, member TEXT NOT NULL, from_time BIGINT NOT NULL, to_time BIGINT NOT NULL,
    certain BIGINT NOT NULL      -- 1: whatever the clocks; 0: within their error
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX incident_visit ON incident (visit);

-- ---- material ----
CREATE TABLE material (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, visit TEXT, kind TEXT NOT NULL, title TEXT, digest TEXT NOT NULL,
    captured_at BIGINT, author TEXT, device TEXT, secrecy TEXT, provider TEXT NOT NULL,
    state TEXT NOT NULL,         -- submitted adoptable reference_only rejected
    quarantined BIGINT NOT NULL, -- captured outside the accompanied interval
    doubtful BIGINT NOT NULL,    -- captured inside the error band
    reverify BIGINT NOT NULL,    -- released since (Art. 8): verification starts again
    verified_at BIGINT, verified_seq BIGINT, state_reason TEXT, state_seq BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX material_entrustment ON material (entrustment);
CREATE INDEX material_visit ON material (visit);
CREATE INDEX material_digest ON material (digest);
CREATE TABLE material_source (
    material TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (material, source)
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX material_source_of ON material_source (source);
CREATE TABLE material_person (
    material TEXT NOT NULL, person TEXT NOT NULL, part TEXT NOT NULL, -- coauthor collector
    PRIMARY KEY (material, person, part)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE verification (
    seq BIGINT NOT NULL, material TEXT NOT NULL, officer TEXT NOT NULL, method TEXT NOT NULL, result TEXT NOT NULL, trace TEXT,
    at BIGINT NOT NULL, PRIMARY KEY (seq, officer)
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX verification_material ON verification (material);
CREATE TABLE citation (
    seq BIGINT PRIMARY KEY, casefile TEXT NOT NULL, material TEXT NOT NULL, cited_as TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX citation_case ON citation (casefile);
CREATE INDEX citation_material ON citation (material);

-- ---- clue ----
CREATE TABLE clue (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT, subject TEXT, agency TEXT, author TEXT, provider TEXT, observed_at BIGINT,
    reported_at BIGINT NOT NULL, text TEXT, urgent BIGINT NOT NULL, finding TEXT,
    about_staff BIGINT NOT NULL, -- names an officer: discipline receives it
    state TEXT NOT NULL,         -- reported received decided
    received_by TEXT, received_at BIGINT, outcome TEXT, reasons TEXT, decided_at BIGINT, decided_seq BIGINT, casefile TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX clue_agency ON clue (agency, state);
CREATE INDEX clue_subject ON clue (subject);
CREATE TABLE clue_material (
    clue TEXT NOT NULL, material TEXT NOT NULL, PRIMARY KEY (clue, material)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE clue_about (
    clue TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (clue, user_id)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE clue_talk (
    seq BIGINT PRIMARY KEY, clue TEXT NOT NULL, kind TEXT NOT NULL, -- question supplement
    text TEXT, author TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX clue_talk_of ON clue_talk (clue);

-- ---- record and case ----
CREATE TABLE record (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, author TEXT NOT NULL, state TEXT NOT NULL, -- compiled filed
    number TEXT, filed_at BIGINT, filed_by TEXT, filed_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX record_entrustment ON record (entrustment);
CREATE TABLE casefile (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT NOT NULL, subject TEXT NOT NULL, cause TEXT, basis_type TEXT, basis_ref TEXT,
    approved_by TEXT, author TEXT NOT NULL, opened_at BIGINT NOT NULL, state TEXT NOT NULL, -- open sealed
    sealed_at BIGINT, sealed_by TEXT, reopened BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX casefile_agency ON casefile (agency, state);
CREATE TABLE attachment (
    seq BIGINT PRIMARY KEY, casefile TEXT NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL, date BIGINT NOT NULL, form TEXT, of_ref TEXT,
    served_on BIGINT, body TEXT
);
CREATE INDEX attachment_case ON attachment (casefile);
CREATE TABLE attachment_signer (
    attachment BIGINT NOT NULL, signer TEXT NOT NULL, PRIMARY KEY (attachment, signer)
) /*@sqlite WITHOUT ROWID */;

-- ---- conduct and evaluation ----
CREATE TABLE contact_authorisation (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, member TEXT NOT NULL, subject TEXT NOT NULL, purpose TEXT, from_time BIGINT NOT NULL,
    to_time BIGINT NOT NULL, with_officer BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE contact_log (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, member TEXT NOT NULL, subject TEXT NOT NULL, time BIGINT NOT NULL, means TEXT,
    initiated_by TEXT, summary TEXT, authorised BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE gift (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, what TEXT, from_whom TEXT, to_whom TEXT, author TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE complaint (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, against TEXT, text TEXT, anonymous BIGINT NOT NULL, author TEXT, agency TEXT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE violation (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, against_kind TEXT NOT NULL, against_id TEXT NOT NULL, provider TEXT, kind TEXT NOT NULL,
    basis TEXT, agreement TEXT, agency TEXT, author TEXT NOT NULL, opened_at BIGINT NOT NULL,
    state TEXT NOT NULL,         -- open verified unfounded overturned
    reasons TEXT, found_by TEXT, found_at BIGINT, found_seq BIGINT, decision_no TEXT, overturned_seq BIGINT, heard BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE INDEX violation_provider ON violation (provider);
CREATE TABLE violation_freeze (  -- entrustments an open inquiry pauses; gone when it is decided
    violation TEXT NOT NULL, entrustment TEXT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (violation, entrustment)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE closed_session (    -- Art. 5 verified: this agency is done with this provider (one bureau is one party)
    provider TEXT NOT NULL, agency TEXT NOT NULL, violation TEXT NOT NULL, seq BIGINT NOT NULL, ban_until BIGINT NOT NULL,
    PRIMARY KEY (provider, agency, violation)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE violation_answer (
    seq BIGINT PRIMARY KEY, violation TEXT NOT NULL, author TEXT NOT NULL, text TEXT
);
CREATE TABLE violation_referral (
    seq BIGINT PRIMARY KEY, violation TEXT NOT NULL, referred_to TEXT NOT NULL
);
CREATE TABLE secrecy_breach (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, what TEXT, found_at BIGINT, author TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE erasure (
    seq BIGINT NOT NULL, target_seq BIGINT NOT NULL, item TEXT NOT NULL, reason TEXT NOT NULL, order_no TEXT,
    PRIMARY KEY (seq, target_seq, item)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE evaluation (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, provider TEXT NOT NULL, agreement TEXT NOT NULL, period TEXT, points BIGINT NOT NULL,
    maximum BIGINT NOT NULL, author TEXT NOT NULL, appealed BIGINT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE evaluation_item (
    evaluation TEXT NOT NULL, item TEXT NOT NULL, points BIGINT NOT NULL, maximum BIGINT NOT NULL, cause_type TEXT, cause_ref TEXT,
    PRIMARY KEY (evaluation, item)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE evaluation_appeal (
    seq BIGINT PRIMARY KEY, evaluation TEXT NOT NULL, author TEXT NOT NULL, text TEXT
);
CREATE TABLE backcheck (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, material TEXT NOT NULL, state TEXT NOT NULL, agrees BIGINT, note TEXT, author TEXT, report_seq BIGINT
) /*@sqlite WITHOUT ROWID */;

-- ---- draw and flight ----
CREATE TABLE draw (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT, author TEXT NOT NULL, purpose TEXT NOT NULL, quantity BIGINT NOT NULL, pool_n BIGINT NOT NULL,
    state TEXT NOT NULL,         -- committed settled cancelled
    seed TEXT, settled_at BIGINT, cancel_reason TEXT, cancel_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE draw_pool (
    draw TEXT NOT NULL, position BIGINT NOT NULL, who TEXT NOT NULL, weight BIGINT NOT NULL, rank BIGINT, -- order after settling
    chosen BIGINT NOT NULL, PRIMARY KEY (draw, position)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE draw_exclusion (
    draw TEXT NOT NULL, who TEXT NOT NULL, reason_class TEXT NOT NULL, reason TEXT, seq BIGINT NOT NULL, PRIMARY KEY (draw, who)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE draw_party (
    draw TEXT NOT NULL, party TEXT NOT NULL, digest TEXT NOT NULL, secret TEXT, revealed_seq BIGINT, PRIMARY KEY (draw, party)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE flight (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, entrustment TEXT NOT NULL, area TEXT, height_m BIGINT, from_time BIGINT, to_time BIGINT,
    pilot TEXT, device TEXT, state TEXT NOT NULL, author TEXT NOT NULL, approved_by TEXT, approved_at BIGINT
) /*@sqlite WITHOUT ROWID */;

-- ---- policy, law, disclosure ----
CREATE TABLE policy (
    name TEXT PRIMARY KEY, seq BIGINT NOT NULL, value BIGINT NOT NULL, reason TEXT, author TEXT NOT NULL
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE law_adoption (
    seq BIGINT PRIMARY KEY, instrument TEXT NOT NULL, articles TEXT, from_date BIGINT NOT NULL, to_date BIGINT, status TEXT
);
CREATE TABLE holiday_day (
    date BIGINT PRIMARY KEY, seq BIGINT NOT NULL, kind BIGINT NOT NULL -- 1 off, 2 work
);
CREATE TABLE holiday_year (
    year BIGINT PRIMARY KEY, seq BIGINT NOT NULL, source TEXT
);
CREATE TABLE limit_row (
    seq BIGINT NOT NULL, n BIGINT NOT NULL, row_json TEXT NOT NULL, PRIMARY KEY (seq, n)
) /*@sqlite WITHOUT ROWID */;
CREATE TABLE disclosure (
    id TEXT PRIMARY KEY, seq BIGINT NOT NULL, agency TEXT, kind TEXT NOT NULL, ref TEXT NOT NULL, published_at BIGINT NOT NULL,
    withdrawn_at BIGINT, withdraw_reason TEXT, withdraw_seq BIGINT
) /*@sqlite WITHOUT ROWID */;
