/* A profile as text, and back. Form 1; fields may be added, and one that is missing is empty. */
#include "monitor/gateway/profile.h"

#include <stdlib.h>

enum { FORM = 1 };
static const char *const edition_names[] = {"", "2005", "2017", "2025"};
static const char *const length_names[] = {"right", "wrong"};
static const char *const wants_names[] = {"asked", "not-asked", "all-the-same"};
static const char *const stamp_names[] = {"unknown", "begin", "end"};

static void set_out(struct json_out *o, str key, unsigned set, const char *const *names, int n)
{
    json_key(o, key);
    json_open(o, '[');
    for (int i = 0; i < n; i++)
        if (set & 1u << i)
            json_str(o, str_of(names[i]));
    json_close(o, ']');
}

static void crc_out(struct json_out *o, unsigned set)
{
    json_key(o, S("crc"));
    json_open(o, '[');
    for (int i = 0; i < HJ_CRC_KINDS; i++)
        if (set & 1u << i)
            json_str(o, str_of(hj_crc_name((enum hj_crc)i)));
    json_close(o, ']');
}

static void orders_out(struct json_out *o, const struct profile *p)
{
    json_key(o, S("orders"));
    json_open(o, '[');
    for (int i = 0; i < p->orders_n; i++) {
        json_open(o, '{');
        json_put_int(o, S("cn"), p->orders[i].cn);
        json_put_int(o, S("digest"), p->orders[i].digest);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void items_out(struct json_out *o, const struct profile *p, const struct names *names)
{
    json_key(o, S("items"));
    json_open(o, '[');
    for (int i = 0; i < p->items_n; i++) {
        json_open(o, '{');
        json_put_str(o, S("name"), names_at(names, p->items[i].name));
        json_put_int(o, S("least"), p->items[i].least);
        json_put_int(o, S("most"), p->items[i].most);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void time_out(struct json_out *o, const struct profile *p)
{
    uint8_t stamp = p->stamp_hour != STAMP_UNKNOWN ? p->stamp_hour : p->stamp_day;
    json_put_str(o, S("stamp"), str_of(stamp_names[stamp])); /* what the drain goes by */
    if (p->minute_s)
        json_put_int(o, S("minute_s"), p->minute_s);
    json_put_str(o, S("stamp_hour"), str_of(stamp_names[p->stamp_hour]));
    json_put_str(o, S("stamp_day"), str_of(stamp_names[p->stamp_day]));
    if (!p->clock_known)
        return;
    json_put_int(o, S("clock_quarters"), p->clock_class);
    json_put_int(o, S("clock_ms"), p->clock_ms);
    json_put_int(o, S("jitter_ms"), p->jitter_ms);
}

str profile_json(struct arena *a, const struct profile *p, const struct names *names)
{
    buf b = buf_make(a, LIMIT_PROFILE_JSON);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_int(&o, S("form"), FORM);
    set_out(&o, S("editions"), p->editions >> 1, edition_names + 1, 3);
    crc_out(&o, p->crc);
    set_out(&o, S("lengths"), p->lengths, length_names, 2);
    json_put_int(&o, S("length_off"), p->length_off);
    set_out(&o, S("answers"), p->wants, wants_names, 3);
    json_key(&o, S("commands"));
    json_open(&o, '[');
    for (int i = 0; i < p->commands_n; i++)
        json_int(&o, p->commands[i]);
    json_close(&o, ']');
    orders_out(&o, p);
    items_out(&o, p, names);
    json_key(&o, S("sources"));
    json_open(&o, '[');
    for (int i = 0; i < p->sources_n; i++)
        json_str(&o, network_text(a, &p->sources[i]));
    json_close(&o, ']');
    time_out(&o, p);
    json_close(&o, '}');
    return buf_str(&b);
}

/* ---- an event's sentence ---- */
static void part(buf *b, const char *text)
{
    if (b->n)
        buf_add(b, S("；"));
    buf_add(b, str_of(text));
}

str profile_news_text(struct arena *a, const struct profile *p, unsigned news)
{
    static const struct { unsigned bit; const char *text; } texts[] = {
        {NEWS_LEARNED, "已学得设备习惯"}, {NEWS_EDITION, "出现新的协议版本"}, {NEWS_CRC, "校验方式改变"}, {NEWS_LENGTH, "长度字段的习惯改变"},
        {NEWS_COMMAND, "出现新的命令"}, {NEWS_ORDER, "字段次序改变"}, {NEWS_DECIMALS, "小数位数改变"}, {NEWS_CODE, "出现新的因子或数据类别"},
        {NEWS_SOURCE, "来自新的网络"}, {NEWS_STAMP, "时间戳习惯改变"}, {NEWS_CLOCK, "设备时钟偏移改变"}, {NEWS_WANTS, "对应答的要求改变"},
    };
    buf b = buf_make(a, 1000);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (news & texts[i].bit)
            part(&b, texts[i].text);
    if (news & NEWS_SOURCE && p->sources_n)
        buf_printf(&b, "（%.*s）", STR_ARG(network_text(a, &p->sources[p->sources_n - 1])));
    if (news & NEWS_CLOCK)
        buf_printf(&b, "（约%+d分钟）", p->clock_class * 15);
    return buf_str(&b);
}

/* ---- back ---- */
static int name_at(str text, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (str_eq(text, str_of(names[i])))
            return i;
    return -1;
}

static const struct json *list(const struct json *j, str key)
{
    static const struct json none = {.kind = JSON_ARRAY};
    const struct json *l = json_get(j, key);
    return l && l->kind == JSON_ARRAY ? l : &none;
}

static uint8_t set_in(const struct json *j, str key, const char *const *names, int n)
{
    const struct json *l = list(j, key);
    unsigned set = 0;
    for (size_t i = 0; i < l->n; i++) {
        int at = name_at(l->child[i].string, names, n);
        set |= at < 0 ? 0 : 1u << at;
    }
    return (uint8_t)set;
}

static int64_t number(const struct json *j, str key, int64_t least, int64_t most)
{
    const struct json *v = json_get(j, key);
    int64_t n = v && v->integer ? v->i : 0;
    return n < least ? least : n > most ? most : n;
}

static void lists_in(const struct json *j, struct names *names, struct profile *p)
{
    const struct json *l = list(j, S("commands"));
    for (size_t i = 0; i < l->n && p->commands_n < PROFILE_COMMANDS; i++)
        p->commands[p->commands_n++] = (uint16_t)(l->child[i].i & 0xffff);
    l = list(j, S("orders"));
    for (size_t i = 0; i < l->n && p->orders_n < PROFILE_ORDERS; i++)
        p->orders[p->orders_n++] = (struct profile_order){(uint16_t)number(&l->child[i], S("cn"), 0, 9999),
                                                          (uint32_t)number(&l->child[i], S("digest"), 0, UINT32_MAX)};
    l = list(j, S("sources"));
    for (size_t i = 0; i < l->n && p->sources_n < PROFILE_SOURCES; i++)
        p->sources_n = (uint8_t)(p->sources_n + network_parse(l->child[i].string, &p->sources[p->sources_n]));
    l = list(j, S("items"));
    for (size_t i = 0; i < l->n; i++) {
        uint16_t name = names_find(names, json_string(&l->child[i], S("name")));
        if (name)
            profile_item_add(p, name, (int8_t)number(&l->child[i], S("least"), -1, 18),
                             (int8_t)number(&l->child[i], S("most"), -1, 18));
    }
}

static void time_in(const struct json *j, struct profile *p)
{
    int hour = name_at(json_string(j, S("stamp_hour")), stamp_names, 3), day_stamp = name_at(json_string(j, S("stamp_day")), stamp_names, 3);
    p->stamp_hour = hour < 0 ? STAMP_UNKNOWN : (uint8_t)hour;
    p->stamp_day = day_stamp < 0 ? STAMP_UNKNOWN : (uint8_t)day_stamp;
    p->minute_s = (int16_t)number(j, S("minute_s"), 0, 3600);
    p->clock_known = json_get(j, S("clock_quarters")) != NULL;
    p->clock_class = (int8_t)number(j, S("clock_quarters"), -100, 100);
    p->clock_ms = (int32_t)number(j, S("clock_ms"), INT32_MIN, INT32_MAX);
    p->jitter_ms = (int32_t)number(j, S("jitter_ms"), 0, INT32_MAX);
}

err *profile_from_json(struct arena *passing, str json, struct names *names, struct profile *ret)
{
    const char *crc_names[HJ_CRC_KINDS];
    const struct json *j;
    struct profile p = {.frames = PROFILE_LEARN, .learned = true};
    TRY(json_parse(passing, json, LIMIT_PROFILE_JSON, &j));
    if (number(j, S("form"), 0, 1000) != FORM)
        return err_at(err_new(ERR_INPUT, "设备画像的格式号不是%d", FORM), S("form"));
    for (int i = 0; i < HJ_CRC_KINDS; i++)
        crc_names[i] = hj_crc_name((enum hj_crc)i);
    p.editions = (uint8_t)(set_in(j, S("editions"), edition_names + 1, 3) << 1);
    p.crc = set_in(j, S("crc"), crc_names, HJ_CRC_KINDS);
    p.lengths = set_in(j, S("lengths"), length_names, 2);
    p.length_off = (int16_t)number(j, S("length_off"), INT16_MIN, INT16_MAX);
    p.wants = set_in(j, S("answers"), wants_names, 3);
    lists_in(j, names, &p);
    time_in(j, &p);
    *ret = p;
    return NULL;
}
