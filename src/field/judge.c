/*
 * The judge is law/judge.c; here it only gets the rules of the act out of the generated table, and the sentences of the
 * broken ones are filled. No snprintf: this file runs without a C library.
 */
#include "field/field.h"

static size_t length(const char *s)
{
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}

static bool same(const char *s, const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && s[i] && s[i] == text[i])
        i++;
    return i == n && !s[i];
}

int field_type_find(const char *name, size_t n)
{
    for (int i = 0; i < field_types_n; i++)
        if (same(field_types[i].name, name, n))
            return i;
    return -1;
}

int32_t field_day(int64_t time)
{
    const int64_t day = INT64_C(86400000000), east = INT64_C(28800000000);
    int64_t t = time + east, d = t / day;
    return (int32_t)(t % day < 0 ? d - 1 : d);
}

void field_judge(const struct field_type *t, const struct law_facts *f, int32_t today, bool late, const enum law_rule *lifted,
                 size_t lifted_n, struct field_verdict *ret)
{
    enum law_rule rules[LIMIT_ACT_RULES];
    uint8_t broken[LIMIT_ACT_RULES];
    for (size_t i = 0; i < t->rules_n; i++)
        rules[i] = (enum law_rule)t->rules[i];
    ret->verdict = law_judge(f, rules, t->rules_n, today, t->right || (t->right_late && late), lifted, lifted_n, broken);
    ret->n = 0;
    for (size_t i = 0; i < t->rules_n; i++) {
        const struct law_rule_info *r = &law_rule_info[rules[i]];
        bool own = !r->article[0] && same(r->instrument, "hubei-2022-71", 13) && t->article[0];
        if (broken[i])
            ret->reasons[ret->n++] = (struct field_reason){
                .rule = rules[i], .severity = (enum law_severity)(broken[i] - 1), .article = own ? t->article : r->article};
    }
}

/* ---- sentences ---- */

struct text { char *p; size_t n, size; };

static void put(struct text *t, const char *s, size_t n)
{
    if (n > t->size - t->n) {
        n = t->size - t->n;
        while (n && ((unsigned char)s[n] & 0xC0) == 0x80) /* never half a character */
            n--;
        t->size = t->n + n;
    }
    for (size_t i = 0; i < n; i++)
        t->p[t->n++] = s[i];
}

static void put_number(struct text *t, int64_t v, int digits)
{
    char back[24];
    int n = 0;
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    do {
        back[n++] = (char)('0' + u % 10);
        u /= 10;
    } while (u || n < digits);
    if (v < 0)
        put(t, "-", 1);
    while (n--)
        put(t, &back[n], 1);
}

/* Days to a date of the Gregorian calendar (Hinnant, chrono-compatible low-level date algorithms, days_to_civil). */
static void put_day(struct text *t, int64_t day)
{
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153, dom = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
    put_number(t, yoe + era * 400 + (month <= 2), 1);
    put(t, "年", 3);
    put_number(t, month, 1);
    put(t, "月", 3);
    put_number(t, dom, 1);
    put(t, "日", 3);
}

static void put_time(struct text *t, int64_t time)
{
    int64_t minute = (time + INT64_C(28800000000)) / 60000000 % 1440;
    put_day(t, field_day(time));
    put(t, " ", 1);
    put_number(t, minute / 60, 2);
    put(t, ":", 1);
    put_number(t, minute % 60, 2);
}

size_t field_time_text(int64_t time, char *ret, size_t size)
{
    struct text t = {ret, 0, size};
    put_time(&t, time);
    return t.n;
}

static void put_fact(struct text *t, enum law_fact_kind kind, int64_t v)
{
    switch (kind) {
    case FACT_DAY:
        put_day(t, v);
        return;
    case FACT_TIME:
        put_time(t, v);
        return;
    case FACT_FEN:
        put_number(t, v / 100, 1);
        put(t, ".", 1);
        put_number(t, v % 100, 2);
        put(t, "元", 3);
        return;
    case FACT_METRE:
        put_number(t, v, 1);
        put(t, "米", 3);
        return;
    case FACT_FLAG:
        put(t, v ? "是" : "否", 3);
        return;
    case FACT_COUNT: case FACT_CODE:
        break;
    }
    put_number(t, v, 1);
}

static const char *said_as(const char *said, const char *name, size_t n)
{
    while (said && said[0]) {
        const char *text = said + length(said) + 1;
        if (same(said, name, n))
            return text;
        said = text + length(text) + 1;
    }
    return 0;
}

size_t field_sentence(const char *template, const struct law_facts *f, const char *said, char *ret, size_t size)
{
    struct text t = {ret, 0, size};
    for (const char *at = template; *at;) {
        size_t plain = 0, name = 0;
        while (at[plain] && at[plain] != '{')
            plain++;
        put(&t, at, plain);
        at += plain;
        if (!*at)
            break;
        at++;
        while (at[name] && at[name] != '}')
            name++;
        const char *text = said_as(said, at, name);
        int fact = law_fact_find(at, name);
        if (text)
            put(&t, text, length(text));
        else if (fact >= 0)
            put_fact(&t, law_fact_info[fact].kind, law_fact_get(f, (enum law_fact)fact));
        at += name + (at[name] == '}');
    }
    return t.n;
}
