/*
 * New clues go to officers, at once, and to nobody else (Art. 13).
 * Facts: law/rules/clue.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clue_sla_minutes > 0 && f->clue_late_minutes > f->clue_sla_minutes);
*/
bool law_clue_late(const struct law_facts *f)
{
    return f->clue_sla_minutes > 0 && f->clue_late_minutes > f->clue_sla_minutes;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clue_text_missing != 0);
*/
bool law_clue_text_missing(const struct law_facts *f)
{
    return f->clue_text_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clue_about_actor != 0);
*/
bool law_clue_about_actor(const struct law_facts *f)
{
    return f->clue_about_actor != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clue_for_discipline != 0 && f->clue_actor_discipline == 0);
*/
bool law_clue_for_discipline(const struct law_facts *f)
{
    return f->clue_for_discipline != 0 && f->clue_actor_discipline == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clue_not_asked != 0);
*/
bool law_clue_not_asked(const struct law_facts *f)
{
    return f->clue_not_asked != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clue_not_reporter != 0);
*/
bool law_clue_not_reporter(const struct law_facts *f)
{
    return f->clue_not_reporter != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clue_reasons_missing != 0);
*/
bool law_clue_reasons_missing(const struct law_facts *f)
{
    return f->clue_reasons_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->clue_question_missing != 0);
*/
bool law_clue_question_missing(const struct law_facts *f)
{
    return f->clue_question_missing != 0;
}
