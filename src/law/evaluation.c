/*
 * Scores that punish no refusal (Art. 4) and count no results; a second look at material (Art. 9).
 * Facts: law/rules/evaluation.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->score_items_missing != 0);
*/
bool law_score_items_missing(const struct law_facts *f)
{
    return f->score_items_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->score_other_provider != 0);
*/
bool law_score_other_provider(const struct law_facts *f)
{
    return f->score_other_provider != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->score_over_maximum != 0);
*/
bool law_score_over_maximum(const struct law_facts *f)
{
    return f->score_over_maximum != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->deductions_without_cause != 0);
*/
bool law_deductions_without_cause(const struct law_facts *f)
{
    return f->deductions_without_cause != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->deductions_by_refusal != 0);
*/
bool law_deductions_by_refusal(const struct law_facts *f)
{
    return f->deductions_by_refusal != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->deductions_by_count != 0);
*/
bool law_deductions_by_count(const struct law_facts *f)
{
    return f->deductions_by_count != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->counting_words != 0);
*/
bool law_counting_words(const struct law_facts *f)
{
    return f->counting_words != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->backcheck_by_verifier != 0);
*/
bool law_backcheck_by_verifier(const struct law_facts *f)
{
    return f->backcheck_by_verifier != 0;
}
