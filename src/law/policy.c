/*
 * Settings, adopted law, imported tables (Art. 15 and the laws the settings touch), disclosure (Art. 5, 9, 12, 13).
 * Facts: law/rules/policy.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 0);
*/
bool law_policy_out_of_range(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 4);
*/
bool law_policy_art_4(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 4;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 5);
*/
bool law_policy_art_5(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 5;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 8);
*/
bool law_policy_art_8(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 8;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 9);
*/
bool law_policy_art_9(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 9;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 10);
*/
bool law_policy_art_10(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 10;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 11);
*/
bool law_policy_art_11(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 11;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 13);
*/
bool law_policy_art_13(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 13;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 42);
*/
bool law_policy_two_officers(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 42;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 85);
*/
bool law_policy_working_days(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 85;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 119);
*/
bool law_policy_pipl_19(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 119;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 128);
*/
bool law_policy_pipl_28(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 128;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 123);
*/
bool law_policy_logs(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 123;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 123);
*/
bool law_policy_logs_2016(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 123;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 228);
*/
bool law_policy_splitting(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 228;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_leaves != 0 && f->policy_anchor == 251);
*/
bool law_policy_code_day(const struct law_facts *f)
{
    return f->policy_leaves != 0 && f->policy_anchor == 251;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_reason_missing != 0);
*/
bool law_policy_reason_missing(const struct law_facts *f)
{
    return f->policy_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_by_admin != 0 && f->policy_technical == 0);
*/
bool law_policy_not_admins(const struct law_facts *f)
{
    return f->policy_by_admin != 0 && f->policy_technical == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_by_admin == 0 && f->policy_technical != 0);
*/
bool law_policy_not_heads(const struct law_facts *f)
{
    return f->policy_by_admin == 0 && f->policy_technical != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->policy_after_setup != 0);
*/
bool law_policy_after_setup(const struct law_facts *f)
{
    return f->policy_after_setup != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->law_from_missing != 0);
*/
bool law_law_from_missing(const struct law_facts *f)
{
    return f->law_from_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->law_reversed != 0);
*/
bool law_law_reversed(const struct law_facts *f)
{
    return f->law_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->law_unknown != 0);
*/
bool law_law_unknown(const struct law_facts *f)
{
    return f->law_unknown != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->law_ends_regulation != 0);
*/
bool law_law_ends_regulation(const struct law_facts *f)
{
    return f->law_ends_regulation != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->law_by_legal != 0);
*/
bool law_law_needs_head(const struct law_facts *f)
{
    return f->law_by_legal != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->law_by_head != 0 && f->law_by_legal == 0);
*/
bool law_law_needs_legal(const struct law_facts *f)
{
    return f->law_by_head != 0 && f->law_by_legal == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->holiday_empty != 0);
*/
bool law_holiday_empty(const struct law_facts *f)
{
    return f->holiday_empty != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->holiday_source_missing != 0);
*/
bool law_holiday_source_missing(const struct law_facts *f)
{
    return f->holiday_source_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->holiday_elsewhere > 0);
*/
bool law_holiday_elsewhere(const struct law_facts *f)
{
    return f->holiday_elsewhere > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->holiday_contradicts > 0);
*/
bool law_holiday_contradicts(const struct law_facts *f)
{
    return f->holiday_contradicts > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->holiday_work_on_workday > 0);
*/
bool law_holiday_work_on_workday(const struct law_facts *f)
{
    return f->holiday_work_on_workday > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->holiday_known_year != 0);
*/
bool law_holiday_known_year(const struct law_facts *f)
{
    return f->holiday_known_year != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->limit_rows_missing != 0);
*/
bool law_limit_rows_missing(const struct law_facts *f)
{
    return f->limit_rows_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_clue != 0);
*/
bool law_disclosed_clue(const struct law_facts *f)
{
    return f->disclosed_clue != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_inquiry != 0);
*/
bool law_disclosed_inquiry(const struct law_facts *f)
{
    return f->disclosed_inquiry != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_personal != 0);
*/
bool law_disclosed_personal(const struct law_facts *f)
{
    return f->disclosed_personal != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_secret != 0);
*/
bool law_disclosed_secret(const struct law_facts *f)
{
    return f->disclosed_secret != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_unverified != 0);
*/
bool law_disclosed_unverified(const struct law_facts *f)
{
    return f->disclosed_unverified != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_undecided != 0);
*/
bool law_disclosed_undecided(const struct law_facts *f)
{
    return f->disclosed_undecided != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_unsettled != 0);
*/
bool law_disclosed_unsettled(const struct law_facts *f)
{
    return f->disclosed_unsettled != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->disclosed_provider_name != 0);
*/
bool law_disclosed_provider_name(const struct law_facts *f)
{
    return f->disclosed_provider_name != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->withdraw_reason_missing != 0);
*/
bool law_withdraw_reason_missing(const struct law_facts *f)
{
    return f->withdraw_reason_missing != 0;
}
