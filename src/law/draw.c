/*
 * Double random (Art. 7) and flights (Art. 6, 11).
 * Facts: law/rules/draw.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pool_missing != 0);
*/
bool law_pool_missing(const struct law_facts *f)
{
    return f->pool_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pool_repeats > 0);
*/
bool law_pool_repeats(const struct law_facts *f)
{
    return f->pool_repeats > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pool_helpers_as_officers > 0);
*/
bool law_pool_helpers_as_officers(const struct law_facts *f)
{
    return f->pool_helpers_as_officers > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pool_uncertified > 0);
*/
bool law_pool_uncertified(const struct law_facts *f)
{
    return f->pool_uncertified > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pool_unfit_providers > 0);
*/
bool law_pool_unfit_providers(const struct law_facts *f)
{
    return f->pool_unfit_providers > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pool_banned_providers > 0);
*/
bool law_pool_banned_providers(const struct law_facts *f)
{
    return f->pool_banned_providers > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pool_unknown > 0);
*/
bool law_pool_unknown(const struct law_facts *f)
{
    return f->pool_unknown > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_quantity_none != 0);
*/
bool law_draw_quantity_none(const struct law_facts *f)
{
    return f->draw_quantity_none != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_quantity_beyond != 0);
*/
bool law_draw_quantity_beyond(const struct law_facts *f)
{
    return f->draw_quantity_beyond != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_single_officer != 0);
*/
bool law_draw_single_officer(const struct law_facts *f)
{
    return f->draw_single_officer != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->exclusions_unexplained > 0);
*/
bool law_exclusions_unexplained(const struct law_facts *f)
{
    return f->exclusions_unexplained > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->exclusions_strange > 0);
*/
bool law_exclusions_strange(const struct law_facts *f)
{
    return f->exclusions_strange > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->exclusions_repeated > 0);
*/
bool law_exclusions_repeated(const struct law_facts *f)
{
    return f->exclusions_repeated > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->weights_differ != 0);
*/
bool law_weights_differ(const struct law_facts *f)
{
    return f->weights_differ != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->weights_zero > 0);
*/
bool law_weights_zero(const struct law_facts *f)
{
    return f->weights_zero > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->commitments_too_few != 0);
*/
bool law_commitments_too_few(const struct law_facts *f)
{
    return f->commitments_too_few != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->commitments_alike != 0);
*/
bool law_commitments_alike(const struct law_facts *f)
{
    return f->commitments_alike != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reveal_party_unknown != 0);
*/
bool law_reveal_party_unknown(const struct law_facts *f)
{
    return f->reveal_party_unknown != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reveal_twice != 0);
*/
bool law_reveal_twice(const struct law_facts *f)
{
    return f->reveal_twice != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reveal_differs != 0);
*/
bool law_reveal_differs(const struct law_facts *f)
{
    return f->reveal_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reveal_for_other != 0);
*/
bool law_reveal_for_other(const struct law_facts *f)
{
    return f->reveal_for_other != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reveals_missing > 0);
*/
bool law_reveals_missing(const struct law_facts *f)
{
    return f->reveals_missing > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_reason_missing != 0);
*/
bool law_draw_reason_missing(const struct law_facts *f)
{
    return f->draw_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->second_approver_missing != 0);
*/
bool law_second_approver_missing(const struct law_facts *f)
{
    return f->second_approver_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->second_approver_same != 0);
*/
bool law_second_approver_same(const struct law_facts *f)
{
    return f->second_approver_same != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->second_approver_unfit != 0);
*/
bool law_second_approver_unfit(const struct law_facts *f)
{
    return f->second_approver_unfit != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_seen != 0);
*/
bool law_draw_seen(const struct law_facts *f)
{
    return f->draw_seen != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->replace_not_chosen != 0);
*/
bool law_replace_not_chosen(const struct law_facts *f)
{
    return f->replace_not_chosen != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->replace_none_left != 0);
*/
bool law_replace_none_left(const struct law_facts *f)
{
    return f->replace_none_left != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_method_old != 0);
*/
bool law_draw_method_old(const struct law_facts *f)
{
    return f->draw_method_old != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->pool_outside_strata > 0);
*/
bool law_pool_outside_strata(const struct law_facts *f)
{
    return f->pool_outside_strata > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->exclusions_undigested > 0);
*/
bool law_exclusions_undigested(const struct law_facts *f)
{
    return f->exclusions_undigested > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->exclusions_unfounded > 0);
*/
bool law_exclusions_unfounded(const struct law_facts *f)
{
    return f->exclusions_unfounded > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->recent_in_pool > 0);
*/
bool law_recent_in_pool(const struct law_facts *f)
{
    return f->recent_in_pool > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->chance_below_floor != 0);
*/
bool law_chance_below_floor(const struct law_facts *f)
{
    return f->chance_below_floor != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->teams_short != 0);
*/
bool law_teams_short(const struct law_facts *f)
{
    return f->teams_short != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->plan_unsound != 0);
*/
bool law_plan_unsound(const struct law_facts *f)
{
    return f->plan_unsound != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->commitments_one_side != 0);
*/
bool law_commitments_one_side(const struct law_facts *f)
{
    return f->commitments_one_side != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reveal_early != 0);
*/
bool law_reveal_early(const struct law_facts *f)
{
    return f->reveal_early != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reveal_late != 0);
*/
bool law_reveal_late(const struct law_facts *f)
{
    return f->reveal_late != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->reveal_plan_differs != 0);
*/
bool law_reveal_plan_differs(const struct law_facts *f)
{
    return f->reveal_plan_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->renew_early != 0);
*/
bool law_renew_early(const struct law_facts *f)
{
    return f->renew_early != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->renew_none_missing != 0);
*/
bool law_renew_none_missing(const struct law_facts *f)
{
    return f->renew_none_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->renew_rounds_spent != 0);
*/
bool law_renew_rounds_spent(const struct law_facts *f)
{
    return f->renew_rounds_spent != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->renew_at_fault > 0);
*/
bool law_renew_at_fault(const struct law_facts *f)
{
    return f->renew_at_fault > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->renew_digest_used > 0);
*/
bool law_renew_digest_used(const struct law_facts *f)
{
    return f->renew_digest_used > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->look_not_executing != 0);
*/
bool law_look_not_executing(const struct law_facts *f)
{
    return f->look_not_executing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_published != 0);
*/
bool law_draw_published(const struct law_facts *f)
{
    return f->draw_published != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_publish_early != 0);
*/
bool law_draw_publish_early(const struct law_facts *f)
{
    return f->draw_publish_early != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->draw_publish_late != 0);
*/
bool law_draw_publish_late(const struct law_facts *f)
{
    return f->draw_publish_late != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_kind_differs != 0);
*/
bool law_flight_kind_differs(const struct law_facts *f)
{
    return f->flight_kind_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_kind_differs != 0);
*/
bool law_flight_not_agreed_duty(const struct law_facts *f)
{
    return f->flight_kind_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_period_missing != 0);
*/
bool law_flight_period_missing(const struct law_facts *f)
{
    return f->flight_period_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_period_reversed != 0);
*/
bool law_flight_period_reversed(const struct law_facts *f)
{
    return f->flight_period_reversed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_outside_term != 0);
*/
bool law_flight_outside_term(const struct law_facts *f)
{
    return f->flight_outside_term != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_device_missing != 0);
*/
bool law_flight_device_missing(const struct law_facts *f)
{
    return f->flight_device_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_device_not_uav != 0);
*/
bool law_flight_device_not_uav(const struct law_facts *f)
{
    return f->flight_device_not_uav != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_device_unregistered != 0);
*/
bool law_flight_device_unregistered(const struct law_facts *f)
{
    return f->flight_device_unregistered != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_device_foreign != 0);
*/
bool law_flight_device_foreign(const struct law_facts *f)
{
    return f->flight_device_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_device_unreviewed != 0);
*/
bool law_flight_device_unreviewed(const struct law_facts *f)
{
    return f->flight_device_unreviewed != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_pilot_missing != 0);
*/
bool law_flight_pilot_missing(const struct law_facts *f)
{
    return f->flight_pilot_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_pilot_foreign != 0);
*/
bool law_flight_pilot_foreign(const struct law_facts *f)
{
    return f->flight_pilot_foreign != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_area_missing != 0);
*/
bool law_flight_area_missing(const struct law_facts *f)
{
    return f->flight_area_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_high != 0);
*/
bool law_flight_high(const struct law_facts *f)
{
    return f->flight_high != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_over_premises != 0 && f->flight_without_officers != 0);
*/
bool law_flight_without_officers(const struct law_facts *f)
{
    return f->flight_over_premises != 0 && f->flight_without_officers != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_over_premises != 0 && f->flight_without_officers == 0 && f->flight_officers < f->flight_officers_required);
*/
bool law_flight_officers_too_few(const struct law_facts *f)
{
    return f->flight_over_premises != 0 && f->flight_without_officers == 0 && f->flight_officers < f->flight_officers_required;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_unnoticed > 0);
*/
bool law_flight_unnoticed(const struct law_facts *f)
{
    return f->flight_unnoticed > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_corridor_missing != 0);
*/
bool law_flight_corridor_missing(const struct law_facts *f)
{
    return f->flight_corridor_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_licence_missing != 0);
*/
bool law_flight_licence_missing(const struct law_facts *f)
{
    return f->flight_licence_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_airspace_unapproved != 0);
*/
bool law_flight_airspace_unapproved(const struct law_facts *f)
{
    return f->flight_airspace_unapproved != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->flight_airspace_too_high != 0);
*/
bool law_flight_airspace_too_high(const struct law_facts *f)
{
    return f->flight_airspace_too_high != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->import_no_plan != 0);
*/
bool law_import_no_plan(const struct law_facts *f)
{
    return f->import_no_plan != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->original_unknown != 0);
*/
bool law_original_unknown(const struct law_facts *f)
{
    return f->original_unknown != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->original_differs != 0);
*/
bool law_original_differs(const struct law_facts *f)
{
    return f->original_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->settle_reason_missing != 0);
*/
bool law_settle_reason_missing(const struct law_facts *f)
{
    return f->settle_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->import_unplanned > 0);
*/
bool law_import_unplanned(const struct law_facts *f)
{
    return f->import_unplanned > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->import_other_aircraft > 0);
*/
bool law_import_other_aircraft(const struct law_facts *f)
{
    return f->import_other_aircraft > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->import_too_high > 0);
*/
bool law_import_too_high(const struct law_facts *f)
{
    return f->import_too_high > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->import_track_entered > 0);
*/
bool law_import_track_entered(const struct law_facts *f)
{
    return f->import_track_entered > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->import_entered > 0);
*/
bool law_import_entered(const struct law_facts *f)
{
    return f->import_entered > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->import_looked_in > 0);
*/
bool law_import_looked_in(const struct law_facts *f)
{
    return f->import_looked_in > 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->original_again > 0);
*/
bool law_original_again(const struct law_facts *f)
{
    return f->original_again > 0;
}
