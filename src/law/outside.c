/*
 * What a company says after a visit (Art. 11, 12), and what an officer answers to it.
 * Facts: law/rules/outside.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->rating_early != 0);
*/
bool law_rating_early(const struct law_facts *f)
{
    return f->rating_early != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->rating_repeated != 0);
*/
bool law_rating_repeated(const struct law_facts *f)
{
    return f->rating_repeated != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->rating_empty != 0);
*/
bool law_rating_empty(const struct law_facts *f)
{
    return f->rating_empty != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->secret_what_missing != 0);
*/
bool law_secret_what_missing(const struct law_facts *f)
{
    return f->secret_what_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->secret_reasons_missing != 0);
*/
bool law_secret_reasons_missing(const struct law_facts *f)
{
    return f->secret_reasons_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->secret_materials_missing != 0);
*/
bool law_secret_materials_missing(const struct law_facts *f)
{
    return f->secret_materials_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->secret_other_visit != 0);
*/
bool law_secret_other_visit(const struct law_facts *f)
{
    return f->secret_other_visit != 0;
}
