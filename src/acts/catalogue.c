/* The catalogue: groups in the order of acts.md. A new group is one line here and one file beside. */
#include "acts/act.h"

#define GROUPS(X)                                                                                   \
    X(people) X(relation) X(identity) X(holds)                                                                  \
    X(provider) X(procurement) X(agreement) X(entrustment) X(orders) X(notice) X(visit) X(outside)   \
    X(material) X(verification) X(clue) X(record)                                                   \
    X(conduct) X(violation) X(secrecy)                                                              \
    X(evaluation) X(draw) X(flight) X(flight_import) X(policy) X(disclosure) X(outlet)   \
    X(paper)                                                                                        \
    X(field)                                                                                        \
    X(export)                                                                                       \
    X(integrity) X(scene) X(layer)

#define GROUP_(name) extern const struct act_type acts_##name[];
GROUPS(GROUP_)
#undef GROUP_

#define GROUP_(name) acts_##name,
static const struct act_type *const groups[] = {GROUPS(GROUP_)};
#undef GROUP_

size_t act_type_count(void)
{
    size_t n = 0;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (const struct act_type *t = groups[g]; t->name; t++)
            n++;
    return n;
}

const struct act_type *act_type_at(size_t index)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (const struct act_type *t = groups[g]; t->name; t++)
            if (index-- == 0)
                return t;
    return NULL;
}

size_t act_limit_bytes(const struct act_type *type)
{
    return type->limit_bytes ? (size_t)type->limit_bytes : LIMIT_ACT_BYTES;
}

err *act_json(struct arena *a, str text, size_t limit_bytes, const struct json **ret)
{
    return json_parse_nodes(a, text, limit_bytes, text.n > LIMIT_ACT_BYTES ? LIMIT_ACT_NODES_LARGE : LIMIT_JSON_NODES, ret);
}

const struct act_type *act_type_find(str name)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (const struct act_type *t = groups[g]; t->name; t++)
            if (str_eq(name, str_of(t->name)))
                return t;
    return NULL;
}
