/*
 * Planning a visit and being there (Art. 8, 11; the limits on inspecting companies; Penalty Law 42).
 * Facts: law/rules/visit.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_no_entry_kind != 0);
*/
bool law_visit_no_entry_kind(const struct law_facts *f)
{
    return f->visit_no_entry_kind != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_other_subject != 0);
*/
bool law_visit_other_subject(const struct law_facts *f)
{
    return f->visit_other_subject != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_time_reversed != 0);
*/
bool law_visit_time_reversed(const struct law_facts *f)
{
    return f->visit_time_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_outside_period != 0);
*/
bool law_visit_outside_period(const struct law_facts *f)
{
    return f->visit_outside_period != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_approval_missing != 0 && f->visit_emergency == 0);
*/
bool law_visit_approval_missing(const struct law_facts *f)
{
    return f->visit_approval_missing != 0 && f->visit_emergency == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_approval_missing != 0 && f->visit_emergency == 0);
*/
bool law_visit_approval_missing_national(const struct law_facts *f)
{
    return f->visit_approval_missing != 0 && f->visit_emergency == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_notice_missing != 0 && f->visit_emergency == 0);
*/
bool law_visit_notice_missing(const struct law_facts *f)
{
    return f->visit_notice_missing != 0 && f->visit_emergency == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_notice_missing != 0 && f->visit_emergency == 0);
*/
bool law_visit_notice_missing_national(const struct law_facts *f)
{
    return f->visit_notice_missing != 0 && f->visit_emergency == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_emergency != 0 && (f->visit_approval_missing != 0 || f->visit_notice_missing != 0));
*/
bool law_visit_emergency(const struct law_facts *f)
{
    return f->visit_emergency != 0 && (f->visit_approval_missing != 0 || f->visit_notice_missing != 0);
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_papers_waived != 0);
*/
bool law_visit_papers_waived(const struct law_facts *f)
{
    return f->visit_papers_waived != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_helpers_missing != 0);
*/
bool law_visit_helpers_missing(const struct law_facts *f)
{
    return f->visit_helpers_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_helpers_excess > 0);
*/
bool law_visit_helpers_excess(const struct law_facts *f)
{
    return f->visit_helpers_excess > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_helpers_excess > 0);
*/
bool law_visit_helpers_named(const struct law_facts *f)
{
    return f->visit_helpers_excess > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_cap_known != 0 && f->visit_cap_applies != 0 &&
              f->visit_emergency == 0 && f->visits_this_year >= f->visits_cap);
*/
bool law_visit_cap_exceeded(const struct law_facts *f)
{
    return f->visit_cap_known != 0 && f->visit_cap_applies != 0 && f->visit_emergency == 0 &&
           f->visits_this_year >= f->visits_cap;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_cap_known != 0 && f->visit_cap_applies != 0 &&
              f->visit_emergency == 0 && f->visits_this_year >= f->visits_cap);
*/
bool law_visit_cap_exceeded_national(const struct law_facts *f)
{
    return f->visit_cap_known != 0 && f->visit_cap_applies != 0 && f->visit_emergency == 0 &&
           f->visits_this_year >= f->visits_cap;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_cap_known != 0 &&
              (f->visit_cap_applies == 0 || f->visit_emergency != 0) && f->visits_this_year >= f->visits_cap);
*/
bool law_visit_cap_passed(const struct law_facts *f)
{
    return f->visit_cap_known != 0 && (f->visit_cap_applies == 0 || f->visit_emergency != 0) &&
           f->visits_this_year >= f->visits_cap;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->visit_cap_known == 0);
*/
bool law_visit_cap_unknown(const struct law_facts *f)
{
    return f->visit_cap_known == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->officers_on_site < f->officers_on_site_required);
*/
bool law_enter_accompanied(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->officers_on_site < f->officers_on_site_required;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->notice_not_served != 0 && f->notice_required != 0);
*/
bool law_enter_notice(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->notice_not_served != 0 && f->notice_required != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->notice_not_served == 0 && f->notice_before_member != 0);
*/
bool law_enter_notice_stale(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->notice_not_served == 0 && f->notice_before_member != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->notice_not_served != 0 && f->notice_required == 0);
*/
bool law_enter_notice_later(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->notice_not_served != 0 && f->notice_required == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->entrustment_not_running != 0);
*/
bool law_enter_running(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->entrustment_not_running != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && (f->enter_stranger != 0 || f->member_unapproved != 0));
*/
bool law_enter_named(const struct law_facts *f)
{
    return f->enter_helper != 0 && (f->enter_stranger != 0 || f->member_unapproved != 0);
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_for_other != 0);
*/
bool law_enter_own(const struct law_facts *f)
{
    return f->enter_for_other != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->helpers_on_site >= f->helpers_planned);
*/
bool law_enter_headcount(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->helpers_on_site >= f->helpers_planned;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->helpers_on_site >= f->helpers_planned);
*/
bool law_enter_headcount_named(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->helpers_on_site >= f->helpers_planned;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->visit_over != 0);
*/
bool law_enter_over(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->visit_over != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->visit_not_approved != 0);
*/
bool law_enter_unapproved(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->visit_not_approved != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->outside_period != 0);
*/
bool law_enter_outside_period(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->outside_period != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->outside_visit_day != 0);
*/
bool law_enter_outside_day(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->outside_visit_day != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->outside_window_minutes > 60);
*/
bool law_enter_window(const struct law_facts *f)
{
    return f->outside_window_minutes > 60;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->beyond_fence_m > 0 && f->code_given == 0);
*/
bool law_enter_fence(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->beyond_fence_m > 0 && f->code_given == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper == 0 && f->beyond_fence_m > 0);
*/
bool law_enter_fence_officer(const struct law_facts *f)
{
    return f->enter_helper == 0 && f->beyond_fence_m > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->accuracy_m > f->max_accuracy_m && f->code_given == 0 && f->code_required != 0);
*/
bool law_enter_code(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->accuracy_m > f->max_accuracy_m && f->code_given == 0 && f->code_required != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_helper != 0 && f->enter_code_wrong != 0);
*/
bool law_enter_code_wrong(const struct law_facts *f)
{
    return f->enter_helper != 0 && f->enter_code_wrong != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->accuracy_m > f->max_accuracy_m && f->code_given == 0 && (f->enter_helper == 0 || f->code_required == 0));
*/
bool law_enter_accuracy(const struct law_facts *f)
{
    return f->accuracy_m > f->max_accuracy_m && f->code_given == 0 && (f->enter_helper == 0 || f->code_required == 0);
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->time_in_future != 0);
*/
bool law_enter_future(const struct law_facts *f)
{
    return f->time_in_future != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_already_inside != 0);
*/
bool law_enter_already_inside(const struct law_facts *f)
{
    return f->enter_already_inside != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_officer != 0 && f->own_certificate_invalid != 0);
*/
bool law_officer_certificate(const struct law_facts *f)
{
    return f->enter_officer != 0 && f->own_certificate_invalid != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_officer != 0 && f->visit_not_approved != 0);
*/
bool law_officer_visit_unapproved(const struct law_facts *f)
{
    return f->enter_officer != 0 && f->visit_not_approved != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_officer != 0 && f->visit_over != 0);
*/
bool law_officer_visit_over(const struct law_facts *f)
{
    return f->enter_officer != 0 && f->visit_over != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->enter_officer != 0 && f->enter_stranger != 0);
*/
bool law_officer_not_listed(const struct law_facts *f)
{
    return f->enter_officer != 0 && f->enter_stranger != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->leaves_too_few != 0);
*/
bool law_leaves_too_few(const struct law_facts *f)
{
    return f->leaves_too_few != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->not_inside != 0);
*/
bool law_leave_not_inside(const struct law_facts *f)
{
    return f->not_inside != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->still_inside > 0);
*/
bool law_still_inside(const struct law_facts *f)
{
    return f->still_inside > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->unreconciled > 0);
*/
bool law_unreconciled(const struct law_facts *f)
{
    return f->unreconciled > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->unaccompanied_minutes > 0);
*/
bool law_unaccompanied(const struct law_facts *f)
{
    return f->unaccompanied_minutes > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->doubtful_minutes > 0);
*/
bool law_doubtful(const struct law_facts *f)
{
    return f->doubtful_minutes > 0;
}
