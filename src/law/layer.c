/*
 * Layers and lists of fire points are the bureau's own means (Art. 6). The same file twice would count one place as two; a layer that is taken down
 * changes what is read from findings, and says why (Art. 10). Facts: law/rules/layer.def. Contracts: ./check prove.
 */
#include "law/law_rules.h"

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->layer_twice != 0);
*/
bool law_layer_twice(const struct law_facts *f)
{
    return f->layer_twice != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->layer_reason_missing != 0);
*/
bool law_layer_reason_missing(const struct law_facts *f)
{
    return f->layer_reason_missing != 0;
}

/*@ requires \valid_read(f);
    assigns \nothing;
    ensures \result <==> (f->fire_twice != 0);
*/
bool law_fire_twice(const struct law_facts *f)
{
    return f->fire_twice != 0;
}
