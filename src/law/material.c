/*
 * What helpers hand in, and what of it may be used (Art. 4, 9, 11).
 * Facts: law/rules/material.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->material_author_foreign != 0);
*/
bool law_material_author_foreign(const struct law_facts *f)
{
    return f->material_author_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->material_author_missing != 0);
*/
bool law_material_author_missing(const struct law_facts *f)
{
    return f->material_author_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->capture_visit_unnamed != 0);
*/
bool law_capture_visit_unnamed(const struct law_facts *f)
{
    return f->capture_visit_unnamed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->material_visit_foreign != 0);
*/
bool law_material_visit_foreign(const struct law_facts *f)
{
    return f->material_visit_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->material_digest_missing != 0);
*/
bool law_material_digest_missing(const struct law_facts *f)
{
    return f->material_digest_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->collectors_third_party > 0);
*/
bool law_collector_third_party(const struct law_facts *f)
{
    return f->collectors_third_party > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->sample_result != 0 && f->collectors_officers < 2);
*/
bool law_sample_collectors(const struct law_facts *f)
{
    return f->sample_result != 0 && f->collectors_officers < 2;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->sample_result != 0 && f->collectors_officers < 2);
*/
bool law_sample_collectors_named(const struct law_facts *f)
{
    return f->sample_result != 0 && f->collectors_officers < 2;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->capture_time_missing != 0);
*/
bool law_capture_time_missing(const struct law_facts *f)
{
    return f->capture_time_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->capture_in_future != 0);
*/
bool law_capture_in_future(const struct law_facts *f)
{
    return f->capture_in_future != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->capture_outside != 0);
*/
bool law_capture_outside(const struct law_facts *f)
{
    return f->capture_outside != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->capture_doubtful != 0);
*/
bool law_capture_doubtful(const struct law_facts *f)
{
    return f->capture_doubtful != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->digest_known > 0);
*/
bool law_digest_known(const struct law_facts *f)
{
    return f->digest_known > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->entrustment_released != 0);
*/
bool law_entrustment_released(const struct law_facts *f)
{
    return f->entrustment_released != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->material_secret != 0);
*/
bool law_material_secret(const struct law_facts *f)
{
    return f->material_secret != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->verify_method_missing != 0);
*/
bool law_verify_method_missing(const struct law_facts *f)
{
    return f->verify_method_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->verify_trace_missing != 0);
*/
bool law_verify_trace_missing(const struct law_facts *f)
{
    return f->verify_trace_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->officers_certified < f->officers_required);
*/
bool law_verify_too_few(const struct law_facts *f)
{
    return f->officers_certified < f->officers_required;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->material_quarantined != 0 && f->verify_adopts != 0);
*/
bool law_verify_quarantined(const struct law_facts *f)
{
    return f->material_quarantined != 0 && f->verify_adopts != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->material_doubtful != 0);
*/
bool law_verify_doubtful(const struct law_facts *f)
{
    return f->material_doubtful != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->verifier_not_named != 0);
*/
bool law_verifier_not_named(const struct law_facts *f)
{
    return f->verifier_not_named != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->verify_unsigned != 0);
*/
bool law_verify_unsigned(const struct law_facts *f)
{
    return f->verify_unsigned != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->verifier_uncertified != 0);
*/
bool law_verifier_uncertified(const struct law_facts *f)
{
    return f->verifier_uncertified != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->second_is_self != 0);
*/
bool law_second_is_self(const struct law_facts *f)
{
    return f->second_is_self != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->sign_by_signer != 0);
*/
bool law_sign_by_signer(const struct law_facts *f)
{
    return f->sign_by_signer != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->sign_not_named != 0);
*/
bool law_sign_not_named(const struct law_facts *f)
{
    return f->sign_not_named != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->sign_changed != 0);
*/
bool law_sign_changed(const struct law_facts *f)
{
    return f->sign_changed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->case_closed != 0);
*/
bool law_case_closed(const struct law_facts *f)
{
    return f->case_closed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_unverified != 0);
*/
bool law_cite_unverified(const struct law_facts *f)
{
    return f->cite_unverified != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->material_quarantined != 0);
*/
bool law_cite_quarantined(const struct law_facts *f)
{
    return f->material_quarantined != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_reverify != 0);
*/
bool law_cite_reverify(const struct law_facts *f)
{
    return f->cite_reverify != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_tainted > 0);
*/
bool law_cite_tainted(const struct law_facts *f)
{
    return f->cite_tainted > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_reference_as_evidence != 0);
*/
bool law_cite_reference_as_evidence(const struct law_facts *f)
{
    return f->cite_reference_as_evidence != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_opinion_as_evidence != 0);
*/
bool law_cite_opinion_as_evidence(const struct law_facts *f)
{
    return f->cite_opinion_as_evidence != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_as_missing != 0);
*/
bool law_cite_as_missing(const struct law_facts *f)
{
    return f->cite_as_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_other_agency != 0);
*/
bool law_cite_other_agency(const struct law_facts *f)
{
    return f->cite_other_agency != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_other_subject != 0);
*/
bool law_cite_other_subject(const struct law_facts *f)
{
    return f->cite_other_subject != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cite_after_decision != 0);
*/
bool law_cite_after_decision(const struct law_facts *f)
{
    return f->cite_after_decision != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reason_missing != 0);
*/
bool law_reason_missing(const struct law_facts *f)
{
    return f->reason_missing != 0;
}
