/*
 * What an agreement must say, who signs it, how long it lasts (Art. 7, and the duties of 4, 5, 8, 9, 11 to 13).
 * Facts: law/rules/agreement.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->procurement_missing != 0);
*/
bool law_procurement_missing(const struct law_facts *f)
{
    return f->procurement_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->procurement_not_awarded != 0);
*/
bool law_procurement_not_awarded(const struct law_facts *f)
{
    return f->procurement_not_awarded != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->procurement_other_provider != 0);
*/
bool law_procurement_other_provider(const struct law_facts *f)
{
    return f->procurement_other_provider != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->procurement_other_agency != 0);
*/
bool law_procurement_other_agency(const struct law_facts *f)
{
    return f->procurement_other_agency != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->fee_over_award != 0);
*/
bool law_fee_over_award(const struct law_facts *f)
{
    return f->fee_over_award != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->fee_over_award != 0);
*/
bool law_fee_beyond_award(const struct law_facts *f)
{
    return f->fee_over_award != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->agreement_fee_missing != 0);
*/
bool law_agreement_fee_missing(const struct law_facts *f)
{
    return f->agreement_fee_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pricing_missing != 0);
*/
bool law_pricing_missing(const struct law_facts *f)
{
    return f->pricing_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pricing_by_result != 0);
*/
bool law_pricing_by_result(const struct law_facts *f)
{
    return f->pricing_by_result != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->matters_missing != 0);
*/
bool law_matters_missing(const struct law_facts *f)
{
    return f->matters_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->regions_missing != 0);
*/
bool law_regions_missing(const struct law_facts *f)
{
    return f->regions_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->regions_outside_agency != 0);
*/
bool law_regions_outside_agency(const struct law_facts *f)
{
    return f->regions_outside_agency != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clauses_missing != 0);
*/
bool law_clauses_missing(const struct law_facts *f)
{
    return f->clauses_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clause_prohibition_missing != 0);
*/
bool law_clause_prohibition_missing(const struct law_facts *f)
{
    return f->clause_prohibition_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clause_discipline_missing != 0);
*/
bool law_clause_discipline_missing(const struct law_facts *f)
{
    return f->clause_discipline_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clause_recusal_missing != 0);
*/
bool law_clause_recusal_missing(const struct law_facts *f)
{
    return f->clause_recusal_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clause_ownership_missing != 0);
*/
bool law_clause_ownership_missing(const struct law_facts *f)
{
    return f->clause_ownership_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clause_entry_missing != 0);
*/
bool law_clause_entry_missing(const struct law_facts *f)
{
    return f->clause_entry_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clause_secrecy_missing != 0);
*/
bool law_clause_secrecy_missing(const struct law_facts *f)
{
    return f->clause_secrecy_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clause_clue_missing != 0);
*/
bool law_clause_clue_missing(const struct law_facts *f)
{
    return f->clause_clue_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clause_duty_missing != 0);
*/
bool law_clause_duty_missing(const struct law_facts *f)
{
    return f->clause_duty_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->term_over_year != 0 && f->term_over_three_years == 0);
*/
bool law_term_over_year(const struct law_facts *f)
{
    return f->term_over_year != 0 && f->term_over_three_years == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->term_over_year != 0 && f->term_over_three_years == 0);
*/
bool law_term_without_budget(const struct law_facts *f)
{
    return f->term_over_year != 0 && f->term_over_three_years == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->term_over_three_years != 0);
*/
bool law_term_over_three_years(const struct law_facts *f)
{
    return f->term_over_three_years != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->term_over_budget_year != 0);
*/
bool law_term_over_budget_year(const struct law_facts *f)
{
    return f->term_over_budget_year != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->signed_on_missing != 0);
*/
bool law_signed_on_missing(const struct law_facts *f)
{
    return f->signed_on_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->signed_in_future != 0);
*/
bool law_signed_in_future(const struct law_facts *f)
{
    return f->signed_in_future != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->signed_before_award != 0);
*/
bool law_signed_before_award(const struct law_facts *f)
{
    return f->signed_before_award != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->signed_late != 0);
*/
bool law_signed_late(const struct law_facts *f)
{
    return f->signed_late != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->signed_after_start != 0);
*/
bool law_signed_after_start(const struct law_facts *f)
{
    return f->signed_after_start != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_signature_missing != 0);
*/
bool law_provider_signature_missing(const struct law_facts *f)
{
    return f->provider_signature_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_signer_foreign != 0);
*/
bool law_provider_signer_foreign(const struct law_facts *f)
{
    return f->provider_signer_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_signer_not_lead != 0);
*/
bool law_provider_signer_not_lead(const struct law_facts *f)
{
    return f->provider_signer_not_lead != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->signer_is_author != 0);
*/
bool law_signer_is_author(const struct law_facts *f)
{
    return f->signer_is_author != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_missing != 0);
*/
bool law_integrity_missing(const struct law_facts *f)
{
    return f->integrity_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->recusal_missing != 0);
*/
bool law_recusal_missing(const struct law_facts *f)
{
    return f->recusal_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->published_on_missing != 0);
*/
bool law_published_on_missing(const struct law_facts *f)
{
    return f->published_on_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->published_impossible != 0);
*/
bool law_published_impossible(const struct law_facts *f)
{
    return f->published_impossible != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->published_late != 0);
*/
bool law_published_late(const struct law_facts *f)
{
    return f->published_late != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->filed_late != 0);
*/
bool law_filed_late(const struct law_facts *f)
{
    return f->filed_late != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->extension_to_missing != 0);
*/
bool law_extension_to_missing(const struct law_facts *f)
{
    return f->extension_to_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->extension_backwards != 0);
*/
bool law_extension_backwards(const struct law_facts *f)
{
    return f->extension_backwards != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->agreement_lapsed != 0);
*/
bool law_agreement_lapsed(const struct law_facts *f)
{
    return f->agreement_lapsed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->extension_over_budget_year != 0);
*/
bool law_extension_over_budget_year(const struct law_facts *f)
{
    return f->extension_over_budget_year != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->agreement_reason_missing != 0);
*/
bool law_agreement_reason_missing(const struct law_facts *f)
{
    return f->agreement_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->violation_unproven != 0);
*/
bool law_violation_unproven(const struct law_facts *f)
{
    return f->violation_unproven != 0;
}
