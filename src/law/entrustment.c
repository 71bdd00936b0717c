/*
 * Entrusting (Art. 3, 4, 7, 8, 14), orders (Art. 4, 5, 11, 13) and finishing (Art. 10).
 * Facts: law/rules/entrustment.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->task_forbidden != 0);
*/
bool law_task_forbidden(const struct law_facts *f)
{
    return f->task_forbidden != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->task_self_investigation != 0);
*/
bool law_task_self_investigation(const struct law_facts *f)
{
    return f->task_self_investigation != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->task_private_contact != 0);
*/
bool law_task_private_contact(const struct law_facts *f)
{
    return f->task_private_contact != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->task_subcontract != 0);
*/
bool law_task_subcontract(const struct law_facts *f)
{
    return f->task_subcontract != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->task_missing != 0);
*/
bool law_task_missing(const struct law_facts *f)
{
    return f->task_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->task_other_kind != 0 && f->other_reason_missing != 0);
*/
bool law_other_reason_missing(const struct law_facts *f)
{
    return f->task_other_kind != 0 && f->other_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->task_other_kind != 0 && f->other_kind_needs_legal != 0);
*/
bool law_task_other_kind(const struct law_facts *f)
{
    return f->task_other_kind != 0 && f->other_kind_needs_legal != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->agreement_missing != 0);
*/
bool law_agreement_missing(const struct law_facts *f)
{
    return f->agreement_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->agreement_not_effective != 0);
*/
bool law_agreement_not_effective(const struct law_facts *f)
{
    return f->agreement_not_effective != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->period_missing != 0);
*/
bool law_period_missing(const struct law_facts *f)
{
    return f->period_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->period_reversed != 0);
*/
bool law_period_reversed(const struct law_facts *f)
{
    return f->period_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->period_outside_agreement != 0);
*/
bool law_period_outside_agreement(const struct law_facts *f)
{
    return f->period_outside_agreement != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->kind_not_in_agreement != 0);
*/
bool law_kind_not_in_agreement(const struct law_facts *f)
{
    return f->kind_not_in_agreement != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->kind_not_in_agreement != 0 || f->region_not_in_agreement != 0 || f->period_outside_agreement != 0);
*/
bool law_kind_not_agreed_duty(const struct law_facts *f)
{
    return f->kind_not_in_agreement != 0 || f->region_not_in_agreement != 0 || f->period_outside_agreement != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->region_not_in_agreement != 0);
*/
bool law_region_not_in_agreement(const struct law_facts *f)
{
    return f->region_not_in_agreement != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->subjects_outside_region > 0);
*/
bool law_subjects_outside_region(const struct law_facts *f)
{
    return f->subjects_outside_region > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_not_admitted != 0);
*/
bool law_provider_not_admitted(const struct law_facts *f)
{
    return f->provider_not_admitted != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_banned != 0);
*/
bool law_provider_banned(const struct law_facts *f)
{
    return f->provider_banned != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->qualifications_expired > 0 && f->qualifications_valid == 0);
*/
bool law_qualification_expired(const struct law_facts *f)
{
    return f->qualifications_expired > 0 && f->qualifications_valid == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->testing_without_cma != 0);
*/
bool law_testing_without_cma(const struct law_facts *f)
{
    return f->testing_without_cma != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->undertakings_missing > 0);
*/
bool law_undertakings_missing(const struct law_facts *f)
{
    return f->undertakings_missing > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->officers_certified < f->officers_required);
*/
bool law_officers_too_few(const struct law_facts *f)
{
    return f->officers_certified < f->officers_required;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enters_site != 0 && f->officers_certified < f->officers_required);
*/
bool law_accompany_too_few(const struct law_facts *f)
{
    return f->enters_site != 0 && f->officers_certified < f->officers_required;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->officers_with_helper_role > 0);
*/
bool law_officers_with_helper_role(const struct law_facts *f)
{
    return f->officers_with_helper_role > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->members_foreign > 0);
*/
bool law_members_foreign(const struct law_facts *f)
{
    return f->members_foreign > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->members_not_admitted > 0);
*/
bool law_members_not_admitted(const struct law_facts *f)
{
    return f->members_not_admitted > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->site_without_members != 0);
*/
bool law_site_without_members(const struct law_facts *f)
{
    return f->site_without_members != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->site_without_subject != 0);
*/
bool law_site_without_subject(const struct law_facts *f)
{
    return f->site_without_subject != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->with_officers != 0 && f->enters_site == 0);
*/
bool law_site_required(const struct law_facts *f)
{
    return f->with_officers != 0 && f->enters_site == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->basis_missing != 0);
*/
bool law_basis_missing(const struct law_facts *f)
{
    return f->basis_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->matter_missing != 0);
*/
bool law_matter_missing(const struct law_facts *f)
{
    return f->matter_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->state_secret != 0);
*/
bool law_state_secret(const struct law_facts *f)
{
    return f->state_secret != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->words_of_power > 0);
*/
bool law_words_of_power(const struct law_facts *f)
{
    return f->words_of_power > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_missing != 0);
*/
bool law_budget_missing(const struct law_facts *f)
{
    return f->budget_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_unlawful_source != 0);
*/
bool law_budget_unlawful_source(const struct law_facts *f)
{
    return f->budget_unlawful_source != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_of_other_agency != 0);
*/
bool law_budget_of_other_agency(const struct law_facts *f)
{
    return f->budget_of_other_agency != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->amount_zero != 0);
*/
bool law_amount_zero(const struct law_facts *f)
{
    return f->amount_zero != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->fee_exceeded > 0);
*/
bool law_fee_exceeded(const struct law_facts *f)
{
    return f->fee_exceeded > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->positive_listed > 0);
*/
bool law_positive_listed(const struct law_facts *f)
{
    return f->positive_listed > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->outputs_missing != 0);
*/
bool law_outputs_missing(const struct law_facts *f)
{
    return f->outputs_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->approver_is_author != 0);
*/
bool law_approver_is_author(const struct law_facts *f)
{
    return f->approver_is_author != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->declarations_missing > 0);
*/
bool law_declarations_missing(const struct law_facts *f)
{
    return f->declarations_missing > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->interests_declared > 0);
*/
bool law_interests_declared(const struct law_facts *f)
{
    return f->interests_declared > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relations_direct > 0);
*/
bool law_relations_direct(const struct law_facts *f)
{
    return f->relations_direct > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relations_indirect > 0);
*/
bool law_relations_indirect(const struct law_facts *f)
{
    return f->relations_indirect > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->officer_relations > 0);
*/
bool law_officer_relations(const struct law_facts *f)
{
    return f->officer_relations > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->power_missing != 0);
*/
bool law_power_missing(const struct law_facts *f)
{
    return f->power_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->power_forbidden != 0);
*/
bool law_power_forbidden(const struct law_facts *f)
{
    return f->power_forbidden != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->power_contact != 0);
*/
bool law_power_contact(const struct law_facts *f)
{
    return f->power_contact != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->power_enter_alone != 0);
*/
bool law_power_enter_alone(const struct law_facts *f)
{
    return f->power_enter_alone != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->power_investigate != 0);
*/
bool law_power_investigate(const struct law_facts *f)
{
    return f->power_investigate != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_not_entrusted != 0);
*/
bool law_member_not_entrusted(const struct law_facts *f)
{
    return f->member_not_entrusted != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->order_words > 0);
*/
bool law_order_words(const struct law_facts *f)
{
    return f->order_words > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->entrustment_frozen > 0);
*/
bool law_entrustment_frozen(const struct law_facts *f)
{
    return f->entrustment_frozen > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->open_duties > 0);
*/
bool law_open_duties(const struct law_facts *f)
{
    return f->open_duties > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->record_not_filed != 0);
*/
bool law_record_not_filed(const struct law_facts *f)
{
    return f->record_not_filed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->destroyed_without_certificate != 0);
*/
bool law_destroyed_without_certificate(const struct law_facts *f)
{
    return f->destroyed_without_certificate != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->amend_empty != 0);
*/
bool law_amend_empty(const struct law_facts *f)
{
    return f->amend_empty != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->release_too_early != 0);
*/
bool law_release_too_early(const struct law_facts *f)
{
    return f->release_too_early != 0;
}
