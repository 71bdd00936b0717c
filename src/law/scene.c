/*
 * Remote sensing is one of the means Art. 6 asks for; a third party's scene belongs to an entrustment of that kind.
 * Facts: law/rules/scene.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->scene_kind_differs != 0);
*/
bool law_scene_kind_differs(const struct law_facts *f)
{
    return f->scene_kind_differs != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->scene_unbound != 0);
*/
bool law_scene_unbound(const struct law_facts *f)
{
    return f->scene_unbound != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->scene_twice != 0);
*/
bool law_scene_twice(const struct law_facts *f)
{
    return f->scene_twice != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->scene_dates_reversed != 0);
*/
bool law_scene_dates_reversed(const struct law_facts *f)
{
    return f->scene_dates_reversed != 0;
}
