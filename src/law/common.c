/*
 * Who acts, on whose thing, in what state. Each function answers: is the rule broken? Contracts are checked
 * by Frama-C WP (./check prove).
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->actor_third_party != 0 && f->actor_not_permitted != 0);
*/
bool law_power_of_authority(const struct law_facts *f)
{
    return f->actor_third_party && f->actor_not_permitted;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> f->actor_not_permitted != 0;
*/
bool law_role(const struct law_facts *f)
{
    return f->actor_not_permitted != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> f->actor_disabled != 0;
*/
bool law_account_disabled(const struct law_facts *f)
{
    return f->actor_disabled != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->actor_third_party != 0 && f->actor_session_closed != 0);
*/
bool law_session_closed(const struct law_facts *f)
{
    return f->actor_third_party && f->actor_session_closed;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> f->foreign_thing != 0;
*/
bool law_foreign_thing(const struct law_facts *f)
{
    return f->foreign_thing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> f->wrong_state != 0;
*/
bool law_state(const struct law_facts *f)
{
    return f->wrong_state != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> f->late_entry != 0;
*/
bool law_late_entry(const struct law_facts *f)
{
    return f->late_entry != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> f->hold_other_role != 0;
*/
bool law_hold_other_role(const struct law_facts *f)
{
    return f->hold_other_role != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> f->hold_by_author != 0;
*/
bool law_hold_by_author(const struct law_facts *f)
{
    return f->hold_by_author != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> f->hold_reason_missing != 0;
*/
bool law_hold_reason_missing(const struct law_facts *f)
{
    return f->hold_reason_missing != 0;
}
