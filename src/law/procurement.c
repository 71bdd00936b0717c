/*
 * A public way of buying (Art. 7), money of the same level (14), acceptance before payment.
 * Facts: law/rules/procurement.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_zero != 0);
*/
bool law_budget_zero(const struct law_facts *f)
{
    return f->budget_zero != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_approval_missing != 0);
*/
bool law_budget_approval_missing(const struct law_facts *f)
{
    return f->budget_approval_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_committed_over != 0);
*/
bool law_budget_committed_over(const struct law_facts *f)
{
    return f->budget_committed_over != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_reason_missing != 0);
*/
bool law_budget_reason_missing(const struct law_facts *f)
{
    return f->budget_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_exceeded != 0);
*/
bool law_budget_exceeded(const struct law_facts *f)
{
    return f->budget_exceeded != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->budget_other_year != 0);
*/
bool law_budget_other_year(const struct law_facts *f)
{
    return f->budget_other_year != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->purchase_amount_missing != 0);
*/
bool law_purchase_amount_missing(const struct law_facts *f)
{
    return f->purchase_amount_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->purchase_method_missing != 0);
*/
bool law_purchase_method_missing(const struct law_facts *f)
{
    return f->purchase_method_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->purchase_category_missing != 0);
*/
bool law_purchase_category_missing(const struct law_facts *f)
{
    return f->purchase_category_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->single_source_reason_missing != 0);
*/
bool law_single_source_reason_missing(const struct law_facts *f)
{
    return f->single_source_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->single_source_reason_missing != 0);
*/
bool law_single_source_unfounded(const struct law_facts *f)
{
    return f->single_source_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->single_source != 0 && f->single_source_reason_missing == 0);
*/
bool law_single_source(const struct law_facts *f)
{
    return f->single_source != 0 && f->single_source_reason_missing == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->single_source != 0 && f->single_source_reason_missing == 0);
*/
bool law_single_source_facts(const struct law_facts *f)
{
    return f->single_source != 0 && f->single_source_reason_missing == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->purchase_internal != 0 && f->over_limit == 0 && f->quotes_given < f->quotes_required);
*/
bool law_quotes_too_few(const struct law_facts *f)
{
    return f->purchase_internal != 0 && f->over_limit == 0 && f->quotes_given < f->quotes_required;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->purchase_internal != 0 && f->over_limit != 0);
*/
bool law_internal_over_limit(const struct law_facts *f)
{
    return f->purchase_internal != 0 && f->over_limit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->purchase_internal != 0 && f->over_limit != 0);
*/
bool law_internal_not_a_method(const struct law_facts *f)
{
    return f->purchase_internal != 0 && f->over_limit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->purchase_internal != 0 && f->over_limit == 0 && f->year_over_limit != 0);
*/
bool law_split_purchase(const struct law_facts *f)
{
    return f->purchase_internal != 0 && f->over_limit == 0 && f->year_over_limit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->purchase_internal != 0 && f->over_limit == 0 && f->year_over_limit != 0);
*/
bool law_split_public_way(const struct law_facts *f)
{
    return f->purchase_internal != 0 && f->over_limit == 0 && f->year_over_limit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->without_open_tender != 0 && f->over_tender_line != 0);
*/
bool law_open_tender_line(const struct law_facts *f)
{
    return f->without_open_tender != 0 && f->over_tender_line != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->without_open_tender != 0 && f->over_tender_line == 0 && f->year_over_tender_line != 0);
*/
bool law_open_tender_split(const struct law_facts *f)
{
    return f->without_open_tender != 0 && f->over_tender_line == 0 && f->year_over_tender_line != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->without_open_tender != 0 && (f->over_tender_line != 0 || f->year_over_tender_line != 0));
*/
bool law_open_tender_public_way(const struct law_facts *f)
{
    return f->without_open_tender != 0 && (f->over_tender_line != 0 || f->year_over_tender_line != 0);
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->award_provider_missing != 0);
*/
bool law_award_provider_missing(const struct law_facts *f)
{
    return f->award_provider_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->award_amount_missing != 0);
*/
bool law_award_amount_missing(const struct law_facts *f)
{
    return f->award_amount_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->award_over_amount != 0);
*/
bool law_award_over_amount(const struct law_facts *f)
{
    return f->award_over_amount != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->award_not_notified != 0);
*/
bool law_award_not_notified(const struct law_facts *f)
{
    return f->award_not_notified != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->award_before_open != 0);
*/
bool law_award_before_open(const struct law_facts *f)
{
    return f->award_before_open != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->buyer_relations != 0);
*/
bool law_buyer_relations(const struct law_facts *f)
{
    return f->buyer_relations != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->failure_reason_missing != 0);
*/
bool law_failure_reason_missing(const struct law_facts *f)
{
    return f->failure_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_by_maker != 0);
*/
bool law_acceptance_by_maker(const struct law_facts *f)
{
    return f->acceptance_by_maker != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_by_maker != 0);
*/
bool law_acceptance_maker_duty(const struct law_facts *f)
{
    return f->acceptance_by_maker != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_items_missing != 0);
*/
bool law_acceptance_items_missing(const struct law_facts *f)
{
    return f->acceptance_items_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_items != 0 && f->acceptance_items < f->acceptance_outputs);
*/
bool law_acceptance_items_short(const struct law_facts *f)
{
    return f->acceptance_items != 0 && f->acceptance_items < f->acceptance_outputs;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_panel_missing != 0);
*/
bool law_acceptance_panel_missing(const struct law_facts *f)
{
    return f->acceptance_panel_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_panel_provider != 0);
*/
bool law_acceptance_panel_provider(const struct law_facts *f)
{
    return f->acceptance_panel_provider != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_panel_makers != 0);
*/
bool law_acceptance_panel_makers(const struct law_facts *f)
{
    return f->acceptance_panel_makers != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_unverified != 0);
*/
bool law_acceptance_unverified(const struct law_facts *f)
{
    return f->acceptance_unverified != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_missing != 0);
*/
bool law_acceptance_missing(const struct law_facts *f)
{
    return f->acceptance_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_missing != 0 || f->acceptance_failed != 0);
*/
bool law_payment_unaccepted(const struct law_facts *f)
{
    return f->acceptance_missing != 0 || f->acceptance_failed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_foreign != 0);
*/
bool law_acceptance_foreign(const struct law_facts *f)
{
    return f->acceptance_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->acceptance_failed != 0);
*/
bool law_acceptance_failed(const struct law_facts *f)
{
    return f->acceptance_failed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->payment_amount_missing != 0);
*/
bool law_payment_amount_missing(const struct law_facts *f)
{
    return f->payment_amount_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->payment_over_entrustment != 0);
*/
bool law_payment_over_entrustment(const struct law_facts *f)
{
    return f->payment_over_entrustment != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->payment_over_fee != 0);
*/
bool law_payment_over_fee(const struct law_facts *f)
{
    return f->payment_over_fee != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->payment_basis_missing != 0);
*/
bool law_payment_basis_missing(const struct law_facts *f)
{
    return f->payment_basis_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->payment_by_count != 0);
*/
bool law_payment_by_count(const struct law_facts *f)
{
    return f->payment_by_count != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->payer_is_requester != 0);
*/
bool law_payer_is_requester(const struct law_facts *f)
{
    return f->payer_is_requester != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->payment_over_budget != 0);
*/
bool law_payment_over_budget(const struct law_facts *f)
{
    return f->payment_over_budget != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->payment_late != 0);
*/
bool law_payment_late(const struct law_facts *f)
{
    return f->payment_late != 0;
}
