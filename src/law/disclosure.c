/*
 * Disclosure: whose it is, twice, late, withheld (regulation on government information 2019), withdrawn (penalty law 48).
 * Facts: law/rules/disclosure.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_foreign != 0);
*/
bool law_disclosed_foreign(const struct law_facts *f)
{
    return f->disclosed_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_already != 0);
*/
bool law_disclosed_already(const struct law_facts *f)
{
    return f->disclosed_already != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_words_personal > 0);
*/
bool law_disclosed_words_personal(const struct law_facts *f)
{
    return f->disclosed_words_personal > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_late != 0);
*/
bool law_disclosed_late(const struct law_facts *f)
{
    return f->disclosed_late != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->withhold_not_due != 0);
*/
bool law_withhold_not_due(const struct law_facts *f)
{
    return f->withhold_not_due != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->withhold_reason_missing != 0);
*/
bool law_withhold_reason_missing(const struct law_facts *f)
{
    return f->withhold_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->withdraw_late != 0);
*/
bool law_withdraw_late(const struct law_facts *f)
{
    return f->withdraw_late != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->withhold_asked != 0);
*/
bool law_withhold_needs_legal(const struct law_facts *f)
{
    return f->withhold_asked != 0;
}
