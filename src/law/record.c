/*
 * The record of Art. 10 and the case file: what data can decide of it.
 * Facts: law/rules/record.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->record_visits_open > 0);
*/
bool law_record_visits_open(const struct law_facts *f)
{
    return f->record_visits_open > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->record_number_missing != 0);
*/
bool law_record_number_missing(const struct law_facts *f)
{
    return f->record_number_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->record_by_compiler != 0);
*/
bool law_record_by_compiler(const struct law_facts *f)
{
    return f->record_by_compiler != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->case_basis_missing != 0);
*/
bool law_case_basis_missing(const struct law_facts *f)
{
    return f->case_basis_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->case_clue_not_opened != 0);
*/
bool law_case_clue_not_opened(const struct law_facts *f)
{
    return f->case_clue_not_opened != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->case_approval_missing != 0);
*/
bool law_case_approval_missing(const struct law_facts *f)
{
    return f->case_approval_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->case_approver_is_author != 0);
*/
bool law_case_approver_is_author(const struct law_facts *f)
{
    return f->case_approver_is_author != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->attach_future != 0);
*/
bool law_attach_future(const struct law_facts *f)
{
    return f->attach_future != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->signers_third_party > 0);
*/
bool law_signers_third_party(const struct law_facts *f)
{
    return f->signers_third_party > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->signers_certified < f->signers_needed);
*/
bool law_signers_too_few(const struct law_facts *f)
{
    return f->signers_certified < f->signers_needed;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->legal_review != 0 && f->signers_legal == 0);
*/
bool law_legal_review_unqualified(const struct law_facts *f)
{
    return f->legal_review != 0 && f->signers_legal == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->legal_review != 0 && f->signers_third_party > 0);
*/
bool law_legal_review_by_third_party(const struct law_facts *f)
{
    return f->legal_review != 0 && f->signers_third_party > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->legal_review != 0 && f->reviewer_investigated != 0);
*/
bool law_reviewer_investigated(const struct law_facts *f)
{
    return f->legal_review != 0 && f->reviewer_investigated != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->record_ref_unfiled != 0);
*/
bool law_record_ref_unfiled(const struct law_facts *f)
{
    return f->record_ref_unfiled != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_ref_unserved != 0);
*/
bool law_notice_ref_unserved(const struct law_facts *f)
{
    return f->notice_ref_unserved != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->receipt_of_missing != 0);
*/
bool law_receipt_of_missing(const struct law_facts *f)
{
    return f->receipt_of_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->receipt_of_unknown != 0);
*/
bool law_receipt_of_unknown(const struct law_facts *f)
{
    return f->receipt_of_unknown != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->receipt_of_unknown != 0 && f->receipt_of_notice != 0);
*/
bool law_receipt_notice_unattached(const struct law_facts *f)
{
    return f->receipt_of_unknown != 0 && f->receipt_of_notice != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_date_differs != 0);
*/
bool law_notice_date_differs(const struct law_facts *f)
{
    return f->notice_date_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_after_visit != 0);
*/
bool law_notice_after_visit(const struct law_facts *f)
{
    return f->notice_after_visit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->decision != 0 && f->decision_without_review != 0);
*/
bool law_decision_without_review(const struct law_facts *f)
{
    return f->decision != 0 && f->decision_without_review != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->decision != 0 && f->decision_without_statement != 0);
*/
bool law_decision_without_statement(const struct law_facts *f)
{
    return f->decision != 0 && f->decision_without_statement != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->decision != 0 && f->decision_without_statement == 0 && f->decision_too_early != 0);
*/
bool law_decision_too_early(const struct law_facts *f)
{
    return f->decision != 0 && f->decision_without_statement == 0 && f->decision_too_early != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->decision != 0 && f->decision_before_verification > 0);
*/
bool law_decision_before_verification(const struct law_facts *f)
{
    return f->decision != 0 && f->decision_before_verification > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->record_visit_unknown != 0);
*/
bool law_record_visit_unknown(const struct law_facts *f)
{
    return f->record_visit_unknown != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->sketch_signers_differ != 0);
*/
bool law_sketch_signers_differ(const struct law_facts *f)
{
    return f->sketch_signers_differ != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->entrustments_unfiled > 0);
*/
bool law_entrustments_unfiled(const struct law_facts *f)
{
    return f->entrustments_unfiled > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->records_unattached > 0);
*/
bool law_records_unattached(const struct law_facts *f)
{
    return f->records_unattached > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notices_unattached > 0);
*/
bool law_notices_unattached(const struct law_facts *f)
{
    return f->notices_unattached > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notices_without_receipt > 0);
*/
bool law_notices_without_receipt(const struct law_facts *f)
{
    return f->notices_without_receipt > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->citations_tainted > 0);
*/
bool law_citations_tainted(const struct law_facts *f)
{
    return f->citations_tainted > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->objections_open > 0);
*/
bool law_objections_open(const struct law_facts *f)
{
    return f->objections_open > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_record_missing != 0);
*/
bool law_visit_record_missing(const struct law_facts *f)
{
    return f->visit_record_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->filing_form_missing != 0);
*/
bool law_filing_form_missing(const struct law_facts *f)
{
    return f->filing_form_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->investigation_missing != 0 && f->decision_missing == 0);
*/
bool law_investigation_missing(const struct law_facts *f)
{
    return f->investigation_missing != 0 && f->decision_missing == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->decision_receipt_missing != 0 && f->decision_missing == 0);
*/
bool law_decision_receipt_missing(const struct law_facts *f)
{
    return f->decision_receipt_missing != 0 && f->decision_missing == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->closing_form_missing != 0);
*/
bool law_closing_form_missing(const struct law_facts *f)
{
    return f->closing_form_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->archivist_investigated != 0);
*/
bool law_archivist_investigated(const struct law_facts *f)
{
    return f->archivist_investigated != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reopen_approver_missing != 0);
*/
bool law_reopen_approver_missing(const struct law_facts *f)
{
    return f->reopen_approver_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reopening != 0);
*/
bool law_reopen_needs_head(const struct law_facts *f)
{
    return f->reopening != 0;
}
