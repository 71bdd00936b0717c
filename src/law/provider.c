/*
 * Who may assist (Art. 7), what they promise and declare (5, 8, 12), the roster (7.3).
 * Facts: law/rules/provider.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->applicant_gaps != 0);
*/
bool law_applicant_gaps(const struct law_facts *f)
{
    return f->applicant_gaps != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_duplicates != 0);
*/
bool law_provider_duplicates(const struct law_facts *f)
{
    return f->provider_duplicates != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_not_domestic != 0);
*/
bool law_provider_not_domestic(const struct law_facts *f)
{
    return f->provider_not_domestic != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_not_registered != 0);
*/
bool law_provider_not_registered(const struct law_facts *f)
{
    return f->provider_not_registered != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_identity_missing != 0);
*/
bool law_provider_identity_missing(const struct law_facts *f)
{
    return f->provider_identity_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_speciality_missing != 0);
*/
bool law_provider_speciality_missing(const struct law_facts *f)
{
    return f->provider_speciality_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_ability_unproven != 0);
*/
bool law_provider_ability_unproven(const struct law_facts *f)
{
    return f->provider_ability_unproven != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_ability_expired != 0);
*/
bool law_provider_ability_expired(const struct law_facts *f)
{
    return f->provider_ability_expired != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_staff_unlisted != 0);
*/
bool law_provider_staff_unlisted(const struct law_facts *f)
{
    return f->provider_staff_unlisted != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_twin_suspended != 0);
*/
bool law_provider_twin_suspended(const struct law_facts *f)
{
    return f->provider_twin_suspended != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->applicant_is_approver != 0);
*/
bool law_applicant_is_approver(const struct law_facts *f)
{
    return f->applicant_is_approver != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->provider_reason_missing != 0);
*/
bool law_provider_reason_missing(const struct law_facts *f)
{
    return f->provider_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_user_foreign != 0);
*/
bool law_member_user_foreign(const struct law_facts *f)
{
    return f->member_user_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_user_taken != 0);
*/
bool law_member_user_taken(const struct law_facts *f)
{
    return f->member_user_taken != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_speciality_missing != 0);
*/
bool law_member_speciality_missing(const struct law_facts *f)
{
    return f->member_speciality_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_exam_missing != 0);
*/
bool law_member_exam_missing(const struct law_facts *f)
{
    return f->member_exam_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_card_missing != 0);
*/
bool law_member_card_missing(const struct law_facts *f)
{
    return f->member_card_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_card_resembles != 0);
*/
bool law_member_card_resembles(const struct law_facts *f)
{
    return f->member_card_resembles != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_card_expired != 0);
*/
bool law_member_card_expired(const struct law_facts *f)
{
    return f->member_card_expired != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_card_open_ended != 0);
*/
bool law_member_card_open_ended(const struct law_facts *f)
{
    return f->member_card_open_ended != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->member_card_taken != 0);
*/
bool law_member_card_taken(const struct law_facts *f)
{
    return f->member_card_taken != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->qualification_reversed != 0);
*/
bool law_qualification_reversed(const struct law_facts *f)
{
    return f->qualification_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->qualification_unproven != 0);
*/
bool law_qualification_unproven(const struct law_facts *f)
{
    return f->qualification_unproven != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->qualification_lapsed != 0);
*/
bool law_qualification_lapsed(const struct law_facts *f)
{
    return f->qualification_lapsed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->undertaking_kinds_missing != 0);
*/
bool law_undertaking_kinds_missing(const struct law_facts *f)
{
    return f->undertaking_kinds_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->undertaking_id_taken != 0);
*/
bool law_undertaking_id_taken(const struct law_facts *f)
{
    return f->undertaking_id_taken != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->undertaking_signer_wrong != 0);
*/
bool law_undertaking_signer_wrong(const struct law_facts *f)
{
    return f->undertaking_signer_wrong != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->undertaking_member_foreign != 0);
*/
bool law_undertaking_member_foreign(const struct law_facts *f)
{
    return f->undertaking_member_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->undertaking_by_lead != 0);
*/
bool law_undertaking_by_lead(const struct law_facts *f)
{
    return f->undertaking_by_lead != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->interest_of_other != 0);
*/
bool law_interest_of_other(const struct law_facts *f)
{
    return f->interest_of_other != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->interest_after_approval != 0);
*/
bool law_interest_after_approval(const struct law_facts *f)
{
    return f->interest_after_approval != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_not_city != 0);
*/
bool law_roster_not_city(const struct law_facts *f)
{
    return f->roster_not_city != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_period_missing != 0);
*/
bool law_roster_period_missing(const struct law_facts *f)
{
    return f->roster_period_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_period_reversed != 0);
*/
bool law_roster_period_reversed(const struct law_facts *f)
{
    return f->roster_period_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_nobody != 0);
*/
bool law_roster_nobody(const struct law_facts *f)
{
    return f->roster_nobody != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_agency_differs != 0);
*/
bool law_roster_agency_differs(const struct law_facts *f)
{
    return f->roster_agency_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_outside_period != 0);
*/
bool law_roster_outside_period(const struct law_facts *f)
{
    return f->roster_outside_period != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_without_agreement != 0);
*/
bool law_roster_without_agreement(const struct law_facts *f)
{
    return f->roster_without_agreement != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_member_unfit != 0);
*/
bool law_roster_member_unfit(const struct law_facts *f)
{
    return f->roster_member_unfit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_number_missing != 0);
*/
bool law_roster_number_missing(const struct law_facts *f)
{
    return f->roster_number_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->roster_not_entered != 0);
*/
bool law_roster_not_entered(const struct law_facts *f)
{
    return f->roster_not_entered != 0;
}
