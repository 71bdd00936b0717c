/*
 * Telling the inspected company, and hearing it (Art. 8), with what a helper may not do (Art. 4).
 * Facts: law/rules/notice.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_who_missing != 0);
*/
bool law_notice_who_missing(const struct law_facts *f)
{
    return f->notice_who_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_what_missing != 0);
*/
bool law_notice_what_missing(const struct law_facts *f)
{
    return f->notice_what_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_limits_missing != 0);
*/
bool law_notice_limits_missing(const struct law_facts *f)
{
    return f->notice_limits_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_limits_missing != 0);
*/
bool law_notice_limits_power(const struct law_facts *f)
{
    return f->notice_limits_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_period_missing != 0);
*/
bool law_notice_period_missing(const struct law_facts *f)
{
    return f->notice_period_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_route_missing != 0);
*/
bool law_notice_route_missing(const struct law_facts *f)
{
    return f->notice_route_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_other_subject != 0);
*/
bool law_notice_other_subject(const struct law_facts *f)
{
    return f->notice_other_subject != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->notice_members_unapproved > 0);
*/
bool law_notice_members_unapproved(const struct law_facts *f)
{
    return f->notice_members_unapproved > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->serve_method_missing != 0);
*/
bool law_serve_method_missing(const struct law_facts *f)
{
    return f->serve_method_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->serve_recipient_missing != 0);
*/
bool law_serve_recipient_missing(const struct law_facts *f)
{
    return f->serve_recipient_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->serve_time_missing != 0);
*/
bool law_serve_time_missing(const struct law_facts *f)
{
    return f->serve_time_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->serve_to_other != 0);
*/
bool law_serve_to_other(const struct law_facts *f)
{
    return f->serve_to_other != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->serve_code_missing != 0);
*/
bool law_serve_code_missing(const struct law_facts *f)
{
    return f->serve_code_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->serve_witness_missing != 0);
*/
bool law_serve_witness_missing(const struct law_facts *f)
{
    return f->serve_witness_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->serve_before_issue != 0);
*/
bool law_serve_before_issue(const struct law_facts *f)
{
    return f->serve_before_issue != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->serve_in_future != 0);
*/
bool law_serve_in_future(const struct law_facts *f)
{
    return f->serve_in_future != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->objection_text_missing != 0);
*/
bool law_objection_text_missing(const struct law_facts *f)
{
    return f->objection_text_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->objection_not_subject != 0);
*/
bool law_objection_not_subject(const struct law_facts *f)
{
    return f->objection_not_subject != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->objection_repeated != 0);
*/
bool law_objection_repeated(const struct law_facts *f)
{
    return f->objection_repeated != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->decision_reasons_missing != 0);
*/
bool law_decision_reasons_missing(const struct law_facts *f)
{
    return f->decision_reasons_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->decider_is_author != 0);
*/
bool law_decider_is_author(const struct law_facts *f)
{
    return f->decider_is_author != 0;
}
