/* Findings as people and programs read them. Same finding, same bytes. */
#include "crypto/crypto.h"
#include "monitor/detect/detect_private.h"
#include "monitor/detect/habits.h"

#include <stdlib.h>
#include <string.h>

void digest_int(struct sm3_state *s, int64_t x)
{
    uint8_t byte[8];
    for (int i = 0; i < 8; i++)
        byte[i] = (uint8_t)((uint64_t)x >> (8 * i));
    sm3_add(s, byte, sizeof byte);
}

static void put_column(struct sm3_state *s, const struct table *t, const struct column *c)
{
    digest_int(s, (int64_t)c->factor.n);
    sm3_add(s, c->factor.p, c->factor.n);
    digest_int(s, c->group);
    digest_int(s, c->decimals);
    digest_int(s, c->q);
    digest_int(s, (c->value != NULL) | (c->low != NULL) << 1 | (c->high != NULL) << 2 | (c->flag != NULL) << 3);
    const int64_t *const array[] = {c->value, c->low, c->high};
    for (int i = 0; i < 3; i++)
        if (array[i])
            sm3_add(s, array[i], t->n * sizeof *array[i]);
    if (c->flag)
        sm3_add(s, c->flag, t->n);
}

/* x86-64 and every machine Debian builds this for are little-endian; the digest of a file is the same on all of them. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "table_inputs_digest reads integers as they lie in memory");

/* Records, only where there are any: a bare table keeps the digest it has always had. */
static void put_beside(struct sm3_state *s, const struct table *t)
{
    for (size_t i = 0; i < t->checks_n; i++) {
        const struct table_check *k = &t->checks[i];
        const int64_t number[] = {k->at, k->kind, k->decimals, k->measured, k->nominal, k->before, k->seconds, (int64_t)k->factor.n};
        sm3_add(s, number, sizeof number);
        sm3_add(s, k->factor.p, k->factor.n);
    }
    for (size_t i = 0; i < t->commands_n; i++) {
        const int64_t number[] = {t->commands[i].at, t->commands[i].cn, t->commands[i].refused};
        sm3_add(s, number, sizeof number);
    }
}

void table_inputs_digest(const struct table *t, uint8_t ret[32])
{
    struct sm3_state s;
    sm3_init(&s);
    digest_int(&s, t->from);
    digest_int(&s, t->step_s);
    digest_int(&s, (int64_t)t->n);
    for (size_t i = 0; i < t->columns_n; i++)
        put_column(&s, t, &t->columns[i]);
    for (size_t i = 0; i < t->versions_n; i++) {
        digest_int(&s, (int64_t)t->versions[i].slot);
        digest_int(&s, t->versions[i].column);
        digest_int(&s, t->versions[i].before);
        digest_int(&s, t->versions[i].after);
    }
    for (size_t i = 0; i < t->frames_n; i++) {
        digest_int(&s, t->frames[i].arrived);
        digest_int(&s, t->frames[i].qn);
        digest_int(&s, t->frames[i].data_time);
    }
    for (size_t i = 0; i < t->events_n; i++) {
        digest_int(&s, t->events[i].at);
        digest_int(&s, t->events[i].kind);
        digest_int(&s, t->events[i].before);
        digest_int(&s, t->events[i].after);
    }
    for (size_t i = 0; i < t->marks_n; i++) {
        digest_int(&s, t->marks[i].from);
        digest_int(&s, t->marks[i].to);
        digest_int(&s, t->marks[i].kind);
    }
    for (size_t i = 0; i < t->limits_n; i++) {
        digest_int(&s, t->limits[i].mantissa);
        digest_int(&s, t->limits[i].decimals);
        digest_int(&s, t->limits[i].from);
        digest_int(&s, t->limits[i].to);
    }
    put_beside(&s, t);
    memcpy(ret, sm3_end(&s).byte, 32);
}

static void put_time(struct json_out *o, str key, usec at)
{
    AUTO_ARENA(a);
    json_put_str(o, key, time_rfc3339(a, at));
}

/* Two decimals: a score says no more. */
static void put_rounded(struct json_out *o, str key, double x)
{
    json_key(o, key);
    json_double(o, round(x * 100) / 100);
}

static void put_numbers(struct json_out *o, const struct hit *h)
{
    AUTO_ARENA(a);
    json_key(o, S("numbers"));
    json_open(o, '[');
    for (int i = 0; i < HIT_NUMBERS && h->number_label[i]; i++) {
        json_open(o, '{');
        json_put_str(o, S("label"), str_of(h->number_label[i]));
        json_key(o, S("value"));
        int64_t n = h->number[i], ten = 1;
        for (int k = 0; k < h->number_decimals[i]; k++)
            ten *= 10;
        if (h->number_decimals[i] > 0)
            json_raw(o, arena_printf(a, "%s%lld.%0*lld", n < 0 ? "-" : "", (long long)llabs(n / ten), h->number_decimals[i], (long long)llabs(n % ten)));
        else
            json_int(o, n);
        if (h->number_unit[i] && h->number_unit[i][0])
            json_put_str(o, S("unit"), str_of(h->number_unit[i]));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_words(struct json_out *o, str key, const char *words)
{
    str rest = str_of(words), word;
    json_key(o, key);
    json_open(o, '[');
    while (rest.n && str_next(&rest, ' ', &word))
        if (word.n)
            json_str(o, word);
    json_close(o, ']');
}

static void put_members(struct json_out *o, const struct table *t, const struct finding *f)
{
    json_key(o, S("members"));
    json_open(o, '[');
    for (size_t i = 0; i < f->hits_n; i++) {
        const struct hit *h = f->hits[i];
        json_open(o, '{');
        json_put_str(o, S("detector"), str_of(h->detector->id));
        json_put_str(o, S("label"), str_of(h->detector->label));
        json_put_str(o, S("factor"), t->columns[h->columns[0]].factor);
        put_time(o, S("from"), table_at(t, h->first));
        put_time(o, S("to"), table_at(t, h->first + h->n));
        put_rounded(o, S("score"), fmin(300, -log10(fmax(h->p, 1e-300))));
        json_put_bool(o, S("hard"), h->hard);
        json_put_str(o, S("sentence"), h->sentence);
        json_close(o, '}');
    }
    json_close(o, ']');
}

void finding_json(struct json_out *o, const struct table *t, const struct finding *f)
{
    static const char *const group[COLUMN_GROUPS] = {"value", "converted", "total"};
    const struct hit *h = f->lead;
    json_open(o, '{');
    json_put_str(o, S("detector"), str_of(h->detector->id));
    json_put_str(o, S("factor"), t->columns[h->columns[0]].factor);
    json_put_str(o, S("group"), str_of(group[t->columns[h->columns[0]].group]));
    put_time(o, S("from"), table_at(t, f->first));
    put_time(o, S("to"), table_at(t, f->first + f->n));
    put_rounded(o, S("score"), f->score);
    json_put_str(o, S("level"), f->level == LEVEL_CLUE ? S("clue") : S("hint"));
    json_put_str(o, S("id"), str_of(f->id));
    json_put_str(o, S("label"), str_of(h->detector->label));
    json_put_str(o, S("sentence"), h->sentence);
    json_put_int(o, S("slots"), (int64_t)f->n);
    put_rounded(o, S("severity"), f->severity);
    json_put_bool(o, S("hard"), h->hard);
    put_numbers(o, h);
    json_key(o, S("families"));
    json_open(o, '[');
    for (int k = 0; k < FAMILIES; k++)
        if (f->families & 1u << k)
            json_str(o, str_of(family_label((enum family)k)));
    json_close(o, ']');
    json_key(o, S("traps"));
    json_open(o, '[');
    for (size_t i = 0; i < f->traps_n; i++) {
        json_open(o, '{');
        json_put_str(o, S("id"), str_of(f->traps[i].id));
        json_put_str(o, S("label"), str_of(f->traps[i].label));
        json_put_str(o, S("result"), str_of(trap_outcome_label(f->traps[i].result)));
        json_put_str(o, S("text"), f->traps[i].text);
        json_close(o, '}');
    }
    json_close(o, ']');
    put_words(o, S("legal"), h->detector->legal);
    json_put_str(o, S("see_again"), str_of(h->detector->see_again));
    json_put_str(o, S("rules"), str_of(detect_rules_version()));
    put_members(o, t, f);
    json_close(o, '}');
}

static void put_runs(struct json_out *o, str key, const struct detect_run *runs, enum detect_outcome outcome)
{
    json_key(o, key);
    json_open(o, '[');
    for (size_t i = 0; i < detector_count(); i++)
        if (runs[i].outcome == outcome && !runs[i].detector->background) {
            json_open(o, '{');
            json_put_str(o, S("detector"), str_of(runs[i].detector->id));
            json_put_str(o, S("label"), str_of(runs[i].detector->label));
            if (outcome == DETECT_LACKED)
                json_put_str(o, S("lacked"), runs[i].lacked);
            json_close(o, '}');
        }
    json_close(o, ']');
}

void summary_json(struct json_out *o, const struct table *t, const struct findings *f, const struct detect_run *runs,
                  const struct table_fault *faults, size_t faults_n)
{
    AUTO_ARENA(a);
    int64_t clues = 0;
    uint8_t digest[32];
    for (size_t i = 0; i < f->n; i++)
        clues += f->p[i].level == LEVEL_CLUE;
    json_open(o, '{');
    json_key(o, S("summary"));
    json_open(o, '{');
    json_put_int(o, S("readings"), table_readings(t));
    json_put_int(o, S("clues"), clues);
    json_put_int(o, S("hints"), (int64_t)f->n - clues);
    json_put_int(o, S("slots"), (int64_t)t->n);
    json_put_int(o, S("step_s"), t->step_s);
    put_time(o, S("from"), t->from);
    put_time(o, S("to"), table_at(t, t->n));
    json_put_str(o, S("rules"), str_of(detect_rules_version()));
    table_inputs_digest(t, digest);
    buf b = buf_make(a, 80);
    buf_add(&b, S("sm3:"));
    buf_hex(&b, digest, sizeof digest);
    json_put_str(o, S("digest"), buf_str(&b));
    put_runs(o, S("hit"), runs, DETECT_HITS);
    put_runs(o, S("clean"), runs, DETECT_CLEAN);
    put_runs(o, S("lacked"), runs, DETECT_LACKED);
    struct habits habits;
    habits_of(a, t, NULL, &habits);
    json_key(o, S("habits"));
    habits_json(o, t, &habits);
    json_key(o, S("notes"));
    json_open(o, '[');
    for (size_t i = 0; i < faults_n; i++) {
        json_open(o, '{');
        json_put_int(o, S("line"), faults[i].line);
        json_put_int(o, S("column"), faults[i].column);
        json_put_int(o, S("times"), faults[i].times);
        json_put_str(o, S("text"), faults[i].text);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
    json_close(o, '}');
}
