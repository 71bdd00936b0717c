/*
 * Discipline (Art. 5), secrecy and what may be forgotten (Art. 12).
 * Facts: law/rules/conduct.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_purpose_missing != 0);
*/
bool law_contact_purpose_missing(const struct law_facts *f)
{
    return f->contact_purpose_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_period_missing != 0);
*/
bool law_contact_period_missing(const struct law_facts *f)
{
    return f->contact_period_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_period_reversed != 0);
*/
bool law_contact_period_reversed(const struct law_facts *f)
{
    return f->contact_period_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_period_long != 0);
*/
bool law_contact_period_long(const struct law_facts *f)
{
    return f->contact_period_long != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_no_agreement != 0);
*/
bool law_contact_no_agreement(const struct law_facts *f)
{
    return f->contact_no_agreement != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_not_entrusted != 0);
*/
bool law_contact_not_entrusted(const struct law_facts *f)
{
    return f->contact_not_entrusted != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_objected > 0);
*/
bool law_contact_objected(const struct law_facts *f)
{
    return f->contact_objected > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_inquiry > 0);
*/
bool law_contact_inquiry(const struct law_facts *f)
{
    return f->contact_inquiry > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_banned != 0);
*/
bool law_contact_banned(const struct law_facts *f)
{
    return f->contact_banned != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_member_unfit != 0);
*/
bool law_contact_member_unfit(const struct law_facts *f)
{
    return f->contact_member_unfit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->contact_unauthorised != 0);
*/
bool law_contact_unauthorised(const struct law_facts *f)
{
    return f->contact_unauthorised != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->complaint_empty != 0);
*/
bool law_complaint_empty(const struct law_facts *f)
{
    return f->complaint_empty != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->violation_basis_missing != 0);
*/
bool law_violation_basis_missing(const struct law_facts *f)
{
    return f->violation_basis_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->violation_of_self != 0);
*/
bool law_violation_of_self(const struct law_facts *f)
{
    return f->violation_of_self != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->violation_agreement_differs != 0);
*/
bool law_violation_agreement_differs(const struct law_facts *f)
{
    return f->violation_agreement_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->violation_open_already > 0);
*/
bool law_violation_open_already(const struct law_facts *f)
{
    return f->violation_open_already > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->violation_answer_late != 0);
*/
bool law_violation_answer_late(const struct law_facts *f)
{
    return f->violation_answer_late != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->finding_reasons_missing != 0);
*/
bool law_finding_reasons_missing(const struct law_facts *f)
{
    return f->finding_reasons_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->finding_verified != 0 && f->finding_unheard != 0 && f->finding_hearing_policy == 0);
*/
bool law_finding_unheard(const struct law_facts *f)
{
    return f->finding_verified != 0 && f->finding_unheard != 0 && f->finding_hearing_policy == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->finding_verified != 0 && f->finding_unheard != 0 && f->finding_hearing_policy != 0);
*/
bool law_finding_hearing_required(const struct law_facts *f)
{
    return f->finding_verified != 0 && f->finding_unheard != 0 && f->finding_hearing_policy != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_found_elsewhere != 0);
*/
bool law_provider_found_elsewhere(const struct law_facts *f)
{
    return f->provider_found_elsewhere != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->overturn_decision_missing != 0);
*/
bool law_overturn_decision_missing(const struct law_facts *f)
{
    return f->overturn_decision_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->overturn_by_head != 0);
*/
bool law_overturn_needs_discipline(const struct law_facts *f)
{
    return f->overturn_by_head != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->overturn_by_discipline != 0 && f->overturn_by_head == 0);
*/
bool law_overturn_needs_head(const struct law_facts *f)
{
    return f->overturn_by_discipline != 0 && f->overturn_by_head == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->erase_nothing != 0);
*/
bool law_erase_nothing(const struct law_facts *f)
{
    return f->erase_nothing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->erase_order_missing != 0);
*/
bool law_erase_order_missing(const struct law_facts *f)
{
    return f->erase_order_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->erase_of_sealed_case > 0);
*/
bool law_erase_of_sealed_case(const struct law_facts *f)
{
    return f->erase_of_sealed_case > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->erase_of_open_matter > 0);
*/
bool law_erase_of_open_matter(const struct law_facts *f)
{
    return f->erase_of_open_matter > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->erase_before_term > 0);
*/
bool law_erase_before_term(const struct law_facts *f)
{
    return f->erase_before_term > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->erase_by_archivist != 0);
*/
bool law_erase_needs_head(const struct law_facts *f)
{
    return f->erase_by_archivist != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->erase_by_head != 0 && f->erase_by_archivist == 0);
*/
bool law_erase_needs_archivist(const struct law_facts *f)
{
    return f->erase_by_head != 0 && f->erase_by_archivist == 0;
}
