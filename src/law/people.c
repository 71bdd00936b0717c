/*
 * Who works for whom (Art. 2, 4), certificates (Penalty Law 42), delegation, relations (Art. 8), devices (Art. 6, 9).
 * Facts: law/rules/people.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> ((f->roles_business > 0 || f->roles_admin > 0) && (f->user_of_provider != 0 || f->roles_helper > 0));
*/
bool law_helper_in_office(const struct law_facts *f)
{
    return (f->roles_business > 0 || f->roles_admin > 0) && (f->user_of_provider != 0 || f->roles_helper > 0);
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->role_legal_listed != 0 && (f->user_of_provider != 0 || f->roles_helper > 0));
*/
bool law_helper_as_legal_reviewer(const struct law_facts *f)
{
    return f->role_legal_listed != 0 && (f->user_of_provider != 0 || f->roles_helper > 0);
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->user_of_agency != 0 && f->user_of_provider != 0);
*/
bool law_helper_in_two_houses(const struct law_facts *f)
{
    return f->user_of_agency != 0 && f->user_of_provider != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roles_admin > 0 && f->roles_listed > 1);
*/
bool law_admin_not_exclusive(const struct law_facts *f)
{
    return f->roles_admin > 0 && f->roles_listed > 1;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roles_admin > 0 && f->roles_listed > 1);
*/
bool law_admin_not_exclusive_2016(const struct law_facts *f)
{
    return f->roles_admin > 0 && f->roles_listed > 1;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roles_business > 0 && f->user_of_agency == 0);
*/
bool law_office_without_agency(const struct law_facts *f)
{
    return f->roles_business > 0 && f->user_of_agency == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roles_helper > 0 && f->user_of_provider == 0);
*/
bool law_helper_without_provider(const struct law_facts *f)
{
    return f->roles_helper > 0 && f->user_of_provider == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roles_subject > 0 && f->user_of_subject == 0);
*/
bool law_subject_without_subject(const struct law_facts *f)
{
    return f->roles_subject > 0 && f->user_of_subject == 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> ((f->roles_business > 0 || f->roles_admin > 0) && (f->user_of_subject != 0 || f->roles_subject > 0));
*/
bool law_office_of_subject(const struct law_facts *f)
{
    return (f->roles_business > 0 || f->roles_admin > 0) && (f->user_of_subject != 0 || f->roles_subject > 0);
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> ((f->roles_helper > 0 || f->user_of_provider != 0) && (f->user_of_subject != 0 || f->roles_subject > 0));
*/
bool law_helper_of_subject(const struct law_facts *f)
{
    return (f->roles_helper > 0 || f->user_of_provider != 0) && (f->user_of_subject != 0 || f->roles_subject > 0);
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->role_discipline_listed != 0 && f->role_line_listed != 0);
*/
bool law_discipline_in_line(const struct law_facts *f)
{
    return f->role_discipline_listed != 0 && f->role_line_listed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->role_purchase_listed != 0 && f->role_finance_listed != 0);
*/
bool law_purchase_and_finance(const struct law_facts *f)
{
    return f->role_purchase_listed != 0 && f->role_finance_listed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->user_id_reserved != 0);
*/
bool law_user_id_reserved(const struct law_facts *f)
{
    return f->user_id_reserved != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->amends_own_roles != 0);
*/
bool law_amends_own_roles(const struct law_facts *f)
{
    return f->amends_own_roles != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->amends_own_roles != 0);
*/
bool law_amends_own_roles_2016(const struct law_facts *f)
{
    return f->amends_own_roles != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->agency_outside_parent != 0);
*/
bool law_agency_outside_parent(const struct law_facts *f)
{
    return f->agency_outside_parent != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->agency_level_differs != 0);
*/
bool law_agency_level_differs(const struct law_facts *f)
{
    return f->agency_level_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegation_not_own != 0);
*/
bool law_delegation_not_own(const struct law_facts *f)
{
    return f->delegation_not_own != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegate_third_party != 0);
*/
bool law_delegate_third_party(const struct law_facts *f)
{
    return f->delegate_third_party != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegate_outsider != 0);
*/
bool law_delegate_outsider(const struct law_facts *f)
{
    return f->delegate_outsider != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegate_administrator != 0);
*/
bool law_delegate_administrator(const struct law_facts *f)
{
    return f->delegate_administrator != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegate_administrator != 0);
*/
bool law_delegate_administrator_2016(const struct law_facts *f)
{
    return f->delegate_administrator != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegate_discipline != 0);
*/
bool law_delegate_discipline(const struct law_facts *f)
{
    return f->delegate_discipline != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegate_self != 0);
*/
bool law_delegate_self(const struct law_facts *f)
{
    return f->delegate_self != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegated_acts_missing != 0);
*/
bool law_delegated_acts_missing(const struct law_facts *f)
{
    return f->delegated_acts_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegated_not_heads > 0);
*/
bool law_delegated_not_heads(const struct law_facts *f)
{
    return f->delegated_not_heads > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegated_reserved > 0);
*/
bool law_delegated_reserved(const struct law_facts *f)
{
    return f->delegated_reserved > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegation_period_missing != 0);
*/
bool law_delegation_period_missing(const struct law_facts *f)
{
    return f->delegation_period_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->delegation_period_reversed != 0);
*/
bool law_delegation_period_reversed(const struct law_facts *f)
{
    return f->delegation_period_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cert_third_party != 0);
*/
bool law_cert_third_party(const struct law_facts *f)
{
    return f->cert_third_party != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cert_not_officer != 0);
*/
bool law_cert_not_officer(const struct law_facts *f)
{
    return f->cert_not_officer != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cert_no_missing != 0);
*/
bool law_cert_no_missing(const struct law_facts *f)
{
    return f->cert_no_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cert_area_missing != 0);
*/
bool law_cert_area_missing(const struct law_facts *f)
{
    return f->cert_area_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cert_period_missing != 0);
*/
bool law_cert_period_missing(const struct law_facts *f)
{
    return f->cert_period_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cert_period_reversed != 0);
*/
bool law_cert_period_reversed(const struct law_facts *f)
{
    return f->cert_period_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cert_expired != 0);
*/
bool law_cert_expired(const struct law_facts *f)
{
    return f->cert_expired != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->cert_no_taken != 0);
*/
bool law_cert_no_taken(const struct law_facts *f)
{
    return f->cert_no_taken != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->subject_uscc_taken > 0);
*/
bool law_subject_uscc_taken(const struct law_facts *f)
{
    return f->subject_uscc_taken > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->subject_uscc_missing != 0);
*/
bool law_subject_uscc_missing(const struct law_facts *f)
{
    return f->subject_uscc_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->subject_permit_differs != 0);
*/
bool law_subject_permit_differs(const struct law_facts *f)
{
    return f->subject_permit_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->subject_cap_unknown != 0);
*/
bool law_subject_cap_unknown(const struct law_facts *f)
{
    return f->subject_cap_unknown != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->subject_elsewhere != 0);
*/
bool law_subject_elsewhere(const struct law_facts *f)
{
    return f->subject_elsewhere != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_to_itself != 0);
*/
bool law_relation_to_itself(const struct law_facts *f)
{
    return f->relation_to_itself != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_reversed != 0);
*/
bool law_relation_reversed(const struct law_facts *f)
{
    return f->relation_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_percent_missing != 0);
*/
bool law_relation_percent_missing(const struct law_facts *f)
{
    return f->relation_percent_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_hits > 0);
*/
bool law_relation_hits(const struct law_facts *f)
{
    return f->relation_hits > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_already_ended != 0);
*/
bool law_relation_already_ended(const struct law_facts *f)
{
    return f->relation_already_ended != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_end_early != 0);
*/
bool law_relation_end_early(const struct law_facts *f)
{
    return f->relation_end_early != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_end_not_party != 0);
*/
bool law_relation_end_not_party(const struct law_facts *f)
{
    return f->relation_end_not_party != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->relation_end_of_others != 0);
*/
bool law_relation_end_of_others(const struct law_facts *f)
{
    return f->relation_end_of_others != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->device_uav_unregistered != 0);
*/
bool law_device_uav_unregistered(const struct law_facts *f)
{
    return f->device_uav_unregistered != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->device_calibration_past != 0);
*/
bool law_device_calibration_past(const struct law_facts *f)
{
    return f->device_calibration_past != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->device_review_missing != 0);
*/
bool law_device_review_missing(const struct law_facts *f)
{
    return f->device_review_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->device_recorder_of_helper != 0);
*/
bool law_device_recorder_of_helper(const struct law_facts *f)
{
    return f->device_recorder_of_helper != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->device_serial_missing != 0);
*/
bool law_device_serial_missing(const struct law_facts *f)
{
    return f->device_serial_missing != 0;
}
