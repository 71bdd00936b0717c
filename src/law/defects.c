/*
 * Defects of a case file: Facts: law/rules/defects.def. Contracts: ./check prove.
 * Whether there is a defect is counted in acts/defects.c; here is what a count means.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_photo_outside_visit > 0);
*/
bool law_defect_photo_outside_visit(const struct law_facts *f)
{
    return f->defect_photo_outside_visit > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_photo_without_record > 0);
*/
bool law_defect_photo_without_record(const struct law_facts *f)
{
    return f->defect_photo_without_record > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_photo_time_missing > 0);
*/
bool law_defect_photo_time_missing(const struct law_facts *f)
{
    return f->defect_photo_time_missing > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_signers_differ > 0);
*/
bool law_defect_signers_differ(const struct law_facts *f)
{
    return f->defect_signers_differ > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_sampling_body_differs > 0);
*/
bool law_defect_sampling_body_differs(const struct law_facts *f)
{
    return f->defect_sampling_body_differs > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_sampling_record_missing > 0);
*/
bool law_defect_sampling_record_missing(const struct law_facts *f)
{
    return f->defect_sampling_record_missing > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_party_differs > 0);
*/
bool law_defect_party_differs(const struct law_facts *f)
{
    return f->defect_party_differs > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_receipt_date_differs > 0);
*/
bool law_defect_receipt_date_differs(const struct law_facts *f)
{
    return f->defect_receipt_date_differs > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_verified_after_decision > 0);
*/
bool law_defect_verified_after_decision(const struct law_facts *f)
{
    return f->defect_verified_after_decision > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_period_in_calendar_days > 0);
*/
bool law_defect_period_in_calendar_days(const struct law_facts *f)
{
    return f->defect_period_in_calendar_days > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_decision_served_late > 0);
*/
bool law_defect_decision_served_late(const struct law_facts *f)
{
    return f->defect_decision_served_late > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_certificate_expired > 0);
*/
bool law_defect_certificate_expired(const struct law_facts *f)
{
    return f->defect_certificate_expired > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_served_without_receipt > 0);
*/
bool law_defect_served_without_receipt(const struct law_facts *f)
{
    return f->defect_served_without_receipt > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_result_not_told > 0);
*/
bool law_defect_result_not_told(const struct law_facts *f)
{
    return f->defect_result_not_told > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_evidence_after_review > 0);
*/
bool law_defect_evidence_after_review(const struct law_facts *f)
{
    return f->defect_evidence_after_review > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_daily_penalty_order > 0);
*/
bool law_defect_daily_penalty_order(const struct law_facts *f)
{
    return f->defect_daily_penalty_order > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_seizure_overdue > 0);
*/
bool law_defect_seizure_overdue(const struct law_facts *f)
{
    return f->defect_seizure_overdue > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defect_registered_evidence_overdue > 0);
*/
bool law_defect_registered_evidence_overdue(const struct law_facts *f)
{
    return f->defect_registered_evidence_overdue > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->defects_open > 0);
*/
bool law_defects_open(const struct law_facts *f)
{
    return f->defects_open > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->explained_reason_missing != 0);
*/
bool law_explained_reason_missing(const struct law_facts *f)
{
    return f->explained_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->explained_not_there != 0);
*/
bool law_explained_not_there(const struct law_facts *f)
{
    return f->explained_not_there != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->explaining != 0);
*/
bool law_explained_by_legal(const struct law_facts *f)
{
    return f->explaining != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->bundle_purpose_missing != 0);
*/
bool law_bundle_purpose_missing(const struct law_facts *f)
{
    return f->bundle_purpose_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->export_policy != 0 && f->export_requested == 0);
*/
bool law_bundle_unapproved(const struct law_facts *f)
{
    return f->export_policy != 0 && f->export_requested == 0;
}
