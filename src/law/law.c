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

static bool is_lifted(enum law_rule rule, const enum law_rule *lifted, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lifted[i] == rule)
            return true;
    return false;
}

enum law_verdict law_judge(const struct law_facts *f, const enum law_rule *rules, size_t n, int32_t today,
                           bool right, const enum law_rule *lifted, size_t lifted_n, uint8_t *ret_broken)
{
    enum law_severity worst = LAW_WARN;
    for (size_t i = 0; i < n; i++) {
        const struct law_rule_info *r = &law_rule_info[rules[i]];
        ret_broken[i] = 0;
        if (today < r->from || today > r->to || !law_broken(rules[i], f))
            continue;
        if (r->severity == LAW_HOLD && is_lifted(rules[i], lifted, lifted_n))
            continue;
        enum law_severity severity = right ? LAW_WARN : r->severity;
        ret_broken[i] = (uint8_t)(severity + 1);
        if (severity > worst)
            worst = severity;
    }
    return worst == LAW_REFUSE ? VERDICT_REFUSED : worst == LAW_HOLD ? VERDICT_HELD : VERDICT_ALLOWED;
}
