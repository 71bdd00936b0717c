/*
 * The tables behind law.h and the judge. Everything comes out of the .def files: nothing is registered at
 * run time, so the catalogue that was proven is the catalogue that judges.
 */
#include "law/law_rules.h"

#define LAW_NAME_(name, id, zh) {id, zh},
const struct law_name law_role_names[LAW_ROLE_COUNT] = {LAW_ROLES(LAW_NAME_)};
const struct law_name law_power_names[LAW_POWER_COUNT] = {LAW_POWERS(LAW_NAME_)};
#undef LAW_NAME_

#define FACT(name, kind, lowest, highest, label) {#name, kind, lowest, highest, label},
#define RULE(...)
const struct law_fact_info law_fact_info[LAW_FACT_COUNT] = {
#include "law/catalogue.def"
};
#undef FACT
#undef RULE

#define FACT(...)
#define RULE(name, instrument, article, clause, severity, lifted, from, to, ground, because, remedy)               \
    {#name, instrument, article, clause, severity, lifted, from, to, ground, because, remedy},
const struct law_rule_info law_rule_info[LAW_RULE_COUNT] = {
#include "law/catalogue.def"
};
#undef FACT
#undef RULE

_Static_assert(sizeof(struct law_facts) == LAW_FACT_COUNT * sizeof(int64_t),
               "facts are an array too (law_fact_get)");

static bool name_is(const char *name, const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && name[i] && name[i] == text[i])
        i++;
    return i == n && !name[i];
}

int law_fact_find(const char *name, size_t n)
{
    for (int i = 0; i < LAW_FACT_COUNT; i++)
        if (name_is(law_fact_info[i].name, name, n))
            return i;
    return -1;
}

int law_rule_find(const char *name, size_t n)
{
    for (int i = 0; i < LAW_RULE_COUNT; i++)
        if (name_is(law_rule_info[i].name, name, n))
            return i;
    return -1;
}

int law_facts_unsound(const struct law_facts *f)
{
    for (int i = 0; i < LAW_FACT_COUNT; i++) {
        int64_t v = law_fact_get(f, (enum law_fact)i);
        if (v < law_fact_info[i].lowest || v > law_fact_info[i].highest)
            return i;
    }
    return -1;
}

bool law_broken(enum law_rule rule, const struct law_facts *f)
{
    switch (rule) {
#define FACT(...)
#define RULE(name, ...)                                                                             \
    case RULE_##name:                                                                               \
        return law_##name(f);
#include "law/catalogue.def"
#undef FACT
#undef RULE
    case LAW_RULE_COUNT:
        break;
    }
    return true; /* an unknown rule never lets anything pass */
}
