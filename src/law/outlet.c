/*
 * Outlets and what is said over their readings: 标记, corrections, limits, anchors. A mark is a statement of fact by the
 * plant: it is refused only where it cannot be one (no period, not yet happened), else noted.
 * Facts: law/rules/outlet.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->outlet_period_reversed != 0);
*/
bool law_outlet_period_reversed(const struct law_facts *f)
{
    return f->outlet_period_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->outlet_mn_taken != 0);
*/
bool law_outlet_mn_taken(const struct law_facts *f)
{
    return f->outlet_mn_taken != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->outlet_mn_taken != 0);
*/
bool law_outlet_mn_taken_2025(const struct law_facts *f)
{
    return f->outlet_mn_taken != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->outlet_reason_missing != 0);
*/
bool law_outlet_reason_missing(const struct law_facts *f)
{
    return f->outlet_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->mark_period_missing != 0);
*/
bool law_mark_period_missing(const struct law_facts *f)
{
    return f->mark_period_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->mark_period_reversed != 0);
*/
bool law_mark_period_reversed(const struct law_facts *f)
{
    return f->mark_period_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->mark_begins_later != 0);
*/
bool law_mark_begins_later(const struct law_facts *f)
{
    return f->mark_begins_later != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->mark_ahead_hours > f->mark_ahead_limit);
*/
bool law_mark_ahead(const struct law_facts *f)
{
    return f->mark_ahead_hours > f->mark_ahead_limit;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->mark_late_minutes > 0);
*/
bool law_mark_late(const struct law_facts *f)
{
    return f->mark_late_minutes > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->mark_reason_missing != 0);
*/
bool law_mark_reason_missing(const struct law_facts *f)
{
    return f->mark_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->mark_outside_outlet != 0);
*/
bool law_mark_outside_outlet(const struct law_facts *f)
{
    return f->mark_outside_outlet != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->mark_fault_while_stopped > 0);
*/
bool law_mark_fault_while_stopped(const struct law_facts *f)
{
    return f->mark_fault_while_stopped > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->unmark_of_officer != 0);
*/
bool law_unmark_of_officer(const struct law_facts *f)
{
    return f->unmark_of_officer != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->unmark_reason_missing != 0);
*/
bool law_unmark_reason_missing(const struct law_facts *f)
{
    return f->unmark_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->correct_reason_missing != 0);
*/
bool law_correct_reason_missing(const struct law_facts *f)
{
    return f->correct_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->correct_later != 0);
*/
bool law_correct_later(const struct law_facts *f)
{
    return f->correct_later != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->limit_source_missing > 0);
*/
bool law_limit_source_missing(const struct law_facts *f)
{
    return f->limit_source_missing > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->limit_reversed > 0);
*/
bool law_limit_reversed(const struct law_facts *f)
{
    return f->limit_reversed > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->anchor_revision < f->anchor_next);
*/
bool law_anchor_not_newer(const struct law_facts *f)
{
    return f->anchor_revision < f->anchor_next;
}
