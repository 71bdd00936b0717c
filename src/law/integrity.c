/*
 * Findings about honest help: what must stand in one, who may handle it, and that it changes nothing by itself (Art. 5);
 * back-checks nobody can foresee (Art. 9). Facts: law/rules/integrity.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_text_missing != 0);
*/
bool law_integrity_text_missing(const struct law_facts *f)
{
    return f->integrity_text_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_unchecked != 0);
*/
bool law_integrity_unchecked(const struct law_facts *f)
{
    return f->integrity_unchecked != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_blames_refusal != 0);
*/
bool law_integrity_blames_refusal(const struct law_facts *f)
{
    return f->integrity_blames_refusal != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_about_actor != 0);
*/
bool law_integrity_about_actor(const struct law_facts *f)
{
    return f->integrity_about_actor != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_not_concerned != 0);
*/
bool law_integrity_not_concerned(const struct law_facts *f)
{
    return f->integrity_not_concerned != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_answer_empty != 0);
*/
bool law_integrity_answer_empty(const struct law_facts *f)
{
    return f->integrity_answer_empty != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_reasons_missing != 0);
*/
bool law_integrity_reasons_missing(const struct law_facts *f)
{
    return f->integrity_reasons_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_against != 0 && f->integrity_unheard != 0);
*/
bool law_integrity_unheard(const struct law_facts *f)
{
    return f->integrity_against != 0 && f->integrity_unheard != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->integrity_violation_unnamed != 0);
*/
bool law_integrity_violation_unnamed(const struct law_facts *f)
{
    return f->integrity_violation_unnamed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->backcheck_period_open != 0);
*/
bool law_backcheck_period_open(const struct law_facts *f)
{
    return f->backcheck_period_open != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->backcheck_period_length != 0);
*/
bool law_backcheck_period_length(const struct law_facts *f)
{
    return f->backcheck_period_length != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->backcheck_period_gap != 0);
*/
bool law_backcheck_period_gap(const struct law_facts *f)
{
    return f->backcheck_period_gap != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->backcheck_other_checker != 0);
*/
bool law_backcheck_other_checker(const struct law_facts *f)
{
    return f->backcheck_other_checker != 0;
}
