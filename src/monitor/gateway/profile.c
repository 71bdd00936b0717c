/*
 * A frame's shape is a digest of its command and of the name and decimals of each value. A device has a handful of shapes; a frame
 * whose shape was seen of late has nothing to teach and costs one pass over its names. Sets that grow, rather than a guess with a
 * confidence, because an event must say one plain thing: this device has never done that before.
 */
#include "monitor/gateway/profile.h"

#include <stdlib.h>
#include <string.h>

enum { QUARTER_MS = 15 * 60 * 1000, CLOCK_RUN = 3, STAMP_RUN = 3, MEAN_OF = 16, CLASS_MOST = 100 };

/* ---- names ---- */
struct names {
    struct arena *arena;
    struct map *place; /* name to itself in `p`, by address */
    VEC(str *) p;
};

struct names *names_new(void)
{
    struct arena *a = arena_new();
    struct names *n = NEW(a, struct names);
    n->arena = a;
    n->place = map_new(a);
    vec_push(a, &n->p, NEW(a, str)); /* 0 is nobody */
    return n;
}

void names_free(struct names *n)
{
    if (n)
        arena_free(n->arena);
}

struct name { str text; uint16_t place; };

static bool usable(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_' && c != '.')
            return false;
    }
    return name.n > 0 && name.n <= PROFILE_NAME;
}

uint16_t names_find(struct names *n, str name)
{
    if (!usable(name))
        return 0;
    struct name *there = map_get(n->place, name);
    if (there)
        return there->place;
    if (n->p.n >= PROFILE_NAMES)
        return 0;
    struct name *made = NEW(n->arena, struct name);
    *made = (struct name){arena_str(n->arena, name), (uint16_t)n->p.n};
    map_put(n->place, made->text, made);
    vec_push(n->arena, &n->p, &made->text);
    return made->place;
}

str names_at(const struct names *n, uint16_t name)
{
    return name < n->p.n ? *n->p.p[name] : STR_NONE;
}

/* ---- items ---- */
bool profile_item_add(struct profile *p, uint16_t name, int8_t least, int8_t most)
{
    if (p->items_n == PROFILE_ITEMS)
        return false;
    if (p->items_n == p->items_capacity) {
        uint16_t capacity = p->items_capacity ? (uint16_t)(p->items_capacity * 2) : 8;
        struct profile_item *grown = realloc(p->items, capacity * sizeof *grown);
        CHECK(grown);
        p->items = grown;
        p->items_capacity = capacity;
    }
    p->items[p->items_n++] = (struct profile_item){name, least, most};
    return true;
}

void profile_free(struct profile *p)
{
    free(p->items);
    p->items = NULL;
    p->items_n = p->items_capacity = 0;
}

/* "a21026-Rtd" into `space`; empty when it is longer than any name of the field. */
static str name_of(const struct hj_value *v, char space[PROFILE_NAME])
{
    size_t n = v->code.n + (v->kind.n ? 1 + v->kind.n : 0);
    if (n > PROFILE_NAME || v->code.n == 0)
        return STR_NONE;
    memcpy(space, v->code.p, v->code.n);
    if (v->kind.n) {
        space[v->code.n] = '-';
        memcpy(space + v->code.n + 1, v->kind.p, v->kind.n);
    }
    return (str){space, n};
}

static bool measured(const struct hj_value *v)
{
    return v->kind.n > 0; /* plain pairs such as DataTime are no factors */
}

static unsigned item_observe(struct profile *p, struct names *names, const struct hj_value *v)
{
    char space[PROFILE_NAME];
    str text = name_of(v, space);
    uint16_t name = text.n ? names_find(names, text) : 0;
    bool number = v->number == HJ_NUMBER_OK;
    if (!name)
        return 0;
    for (size_t i = 0; i < p->items_n; i++) {
        struct profile_item *it = &p->items[i];
        if (it->name != name)
            continue;
        if (!number || (it->least >= 0 && it->least <= v->scale && it->most >= v->scale))
            return 0;
        unsigned news = it->least >= 0 ? NEWS_DECIMALS : 0;
        it->least = it->least < 0 || v->scale < it->least ? v->scale : it->least;
        it->most = v->scale > it->most ? v->scale : it->most;
        return news;
    }
    int8_t decimals = number ? v->scale : -1;
    return profile_item_add(p, name, decimals, decimals) ? NEWS_CODE : 0;
}

/* ---- shape and order ---- */
static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static bool shape_known(struct profile *p, uint64_t shape)
{
    for (int i = 0; i < PROFILE_SHAPES; i++)
        if (p->shapes[i] == shape)
            return true;
    p->shapes[p->shape_at] = shape;
    p->shape_at = (uint8_t)((p->shape_at + 1) % PROFILE_SHAPES);
    return false;
}

static unsigned order_observe(struct profile *p, uint16_t cn, uint32_t digest)
{
    for (int i = 0; i < p->orders_n; i++)
        if (p->orders[i].cn == cn && p->orders[i].digest == digest)
            return 0;
    if (p->orders_n == PROFILE_ORDERS)
        return 0;
    p->orders[p->orders_n++] = (struct profile_order){cn, digest};
    return NEWS_ORDER;
}

static unsigned values_observe(struct profile *p, struct names *names, const struct hj_frame *f)
{
    uint16_t cn = f->command < 0 ? 0 : (uint16_t)f->command;
    uint64_t shape = cn + 1u, order = cn + 1u;
    for (size_t i = 0; i < f->n; i++) {
        const struct hj_value *v = &f->values[i];
        if (!measured(v))
            continue;
        order = mix(mix(order, str_hash(v->code)), str_hash(v->kind));
        shape = mix(shape, (uint64_t)v->scale << 8 | v->number);
    }
    shape = mix(shape, order);
    if (shape_known(p, shape))
        return 0;
    unsigned news = order_observe(p, cn, (uint32_t)(order >> 32));
    for (size_t i = 0; i < f->n; i++)
        if (measured(&f->values[i]))
            news |= item_observe(p, names, &f->values[i]);
    return news;
}

/* ---- the head ---- */
static unsigned set_add(uint8_t *set, unsigned bit, unsigned news)
{
    if (*set & bit)
        return 0;
    *set = (uint8_t)(*set | bit);
    return news;
}

static unsigned head_observe(struct profile *p, const struct hj_frame *f)
{
    unsigned news = set_add(&p->editions, 1u << f->edition, NEWS_EDITION);
    news |= set_add(&p->crc, 1u << f->crc, NEWS_CRC);
    news |= set_add(&p->lengths, f->length_ok ? LENGTH_RIGHT : LENGTH_WRONG, NEWS_LENGTH);
    if (!f->length_ok)
        p->length_off = (int16_t)(f->length - (int)f->segment.n);
    news |= set_add(&p->wants, f->wants_answer ? WANTS_ASKED : WANTS_NOT, NEWS_WANTS);
    if (f->command < 0)
        return news;
    for (int i = 0; i < p->commands_n; i++)
        if (p->commands[i] == f->command)
            return news;
    if (p->commands_n == PROFILE_COMMANDS)
        return news;
    p->commands[p->commands_n++] = (uint16_t)f->command;
    return news | NEWS_COMMAND;
}

static unsigned source_observe(struct profile *p, const struct address *from)
{
    struct network site = network_around(from);
    for (int i = 0; i < p->sources_n; i++)
        if (network_equal(&p->sources[i], &site))
            return 0;
    if (p->sources_n == PROFILE_SOURCES) { /* the oldest goes: a device of a mobile network has no site */
        memmove(p->sources, p->sources + 1, (PROFILE_SOURCES - 1) * sizeof *p->sources);
        p->sources_n--;
    }
    p->sources[p->sources_n++] = site;
    return NEWS_SOURCE;
}

/* ---- time ---- */
static const usec china = 8 * USEC_HOUR;

/*
 * An hour sent when it is over carries its beginning (by the letter) or its end: told by the hour of QN, which is when it was sent. Only
 * frames sent in the first quarter of the next unit count, and only when several agree: a wrong guess would move readings by an hour.
 */
static unsigned stamp_observe(struct profile *p, const struct hj_frame *f)
{
    usec unit = f->command == 2061 ? USEC_HOUR : f->command == 2031 ? USEC_DAY : 0;
    uint8_t *stamp = unit == USEC_HOUR ? &p->stamp_hour : &p->stamp_day;
    if (!unit || f->resubmitted || f->data_time == USEC_NONE || f->qn_time == USEC_NONE || (f->qn_time + china) % unit > unit / 4)
        return 0;
    int64_t behind = (f->qn_time + china) / unit - (f->data_time + china) / unit;
    uint8_t seen = behind == 1 ? STAMP_BEGIN : behind == 0 ? STAMP_END : STAMP_UNKNOWN;
    if (seen == STAMP_UNKNOWN || seen == *stamp)
        return 0;
    p->stamp_other_n = seen == p->stamp_other ? (uint8_t)(p->stamp_other_n + 1) : 1;
    p->stamp_other = seen;
    if (p->stamp_other_n < STAMP_RUN)
        return 0;
    p->stamp_other_n = 0;
    *stamp = seen;
    return NEWS_STAMP;
}

/* The shortest step between minute records: 60 s by the letter, 600 s by custom. */
static unsigned minute_observe(struct profile *p, const struct hj_frame *f)
{
    if (f->command != 2051 || f->resubmitted || f->data_time == USEC_NONE)
        return 0;
    usec step = f->data_time - p->minute_at;
    p->minute_at = f->data_time;
    if (step < USEC_MINUTE || step > USEC_HOUR || step % USEC_MINUTE || (p->minute_s && step >= p->minute_s * USEC_SECOND))
        return 0;
    p->minute_s = (int16_t)(step / USEC_SECOND);
    return NEWS_STAMP;
}

static int64_t clipped(int64_t x, int64_t most)
{
    return x < -most ? -most : x > most ? most : x;
}

static unsigned clock_observe(struct profile *p, const struct hj_frame *f, usec arrived)
{
    if (f->qn_time == USEC_NONE || f->resubmitted || (f->command != 2011 && f->command != 2051))
        return 0;
    int64_t off = clipped((f->qn_time - arrived) / 1000, CLASS_MOST * (int64_t)QUARTER_MS);
    int8_t class = (int8_t)((off + (off < 0 ? -1 : 1) * QUARTER_MS / 2) / QUARTER_MS);
    if (!p->clock_known || class == p->clock_class) {
        int64_t away = p->clock_known ? off - p->clock_ms : 0;
        p->clock_ms = p->clock_known ? (int32_t)(p->clock_ms + away / MEAN_OF) : (int32_t)off;
        p->jitter_ms = (int32_t)(p->jitter_ms + ((away < 0 ? -away : away) - p->jitter_ms) / MEAN_OF);
        p->clock_class = class;
        p->clock_known = true;
        p->clock_other_n = 0;
        return 0;
    }
    p->clock_other_n = class == p->clock_other ? (uint8_t)(p->clock_other_n + 1) : 1;
    p->clock_other = class;
    if (p->clock_other_n < CLOCK_RUN)
        return 0;
    p->clock_class = class;
    p->clock_ms = (int32_t)off;
    p->clock_other_n = 0;
    return NEWS_CLOCK;
}

unsigned profile_observe(struct profile *p, struct names *names, const struct hj_frame *f, const struct address *from, usec arrived)
{
    unsigned news = head_observe(p, f) | source_observe(p, from) | stamp_observe(p, f) | minute_observe(p, f) |
                    clock_observe(p, f, arrived) |
                    values_observe(p, names, f);
    if (p->learned) {
        p->news |= news;
        return news;
    }
    if (++p->frames < PROFILE_LEARN)
        return 0;
    p->learned = true;
    p->news = NEWS_LEARNED;
    return NEWS_LEARNED;
}
