/*
 * Papers: who may say what in whose name (Art. 4, 9), of what has happened (Art. 10), and never undone in silence (Art. 8).
 * Facts: law/rules/paper.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_not_own != 0);
*/
bool law_paper_not_own(const struct law_facts *f)
{
    return f->paper_not_own != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_other_statement != 0);
*/
bool law_paper_other_statement(const struct law_facts *f)
{
    return f->paper_other_statement != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_other_role != 0);
*/
bool law_paper_other_role(const struct law_facts *f)
{
    return f->paper_other_role != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_thing_unready != 0);
*/
bool law_paper_thing_unready(const struct law_facts *f)
{
    return f->paper_thing_unready != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_law_gone != 0);
*/
bool law_paper_law_gone(const struct law_facts *f)
{
    return f->paper_law_gone != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_date_ahead != 0);
*/
bool law_paper_date_ahead(const struct law_facts *f)
{
    return f->paper_date_ahead != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_date_early != 0);
*/
bool law_paper_date_early(const struct law_facts *f)
{
    return f->paper_date_early != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_mark_missing != 0);
*/
bool law_paper_mark_missing(const struct law_facts *f)
{
    return f->paper_mark_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_valid_already > 0);
*/
bool law_paper_valid_already(const struct law_facts *f)
{
    return f->paper_valid_already > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_void_reason_missing != 0);
*/
bool law_paper_void_reason_missing(const struct law_facts *f)
{
    return f->paper_void_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_served != 0 && f->paper_void_untold != 0);
*/
bool law_paper_void_untold(const struct law_facts *f)
{
    return f->paper_served != 0 && f->paper_void_untold != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_replacement_differs != 0);
*/
bool law_paper_replacement_differs(const struct law_facts *f)
{
    return f->paper_replacement_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->paper_mark_unfit != 0);
*/
bool law_paper_mark_unfit(const struct law_facts *f)
{
    return f->paper_mark_unfit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->wording_version_old != 0);
*/
bool law_wording_version_old(const struct law_facts *f)
{
    return f->wording_version_old != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->wording_backdated != 0);
*/
bool law_wording_backdated(const struct law_facts *f)
{
    return f->wording_backdated != 0;
}
