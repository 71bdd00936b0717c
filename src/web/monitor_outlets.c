/*
 * Outlets for a reader. Which rows there are is decided by the thing; what is added here (is the device alive?) comes from the
 * readings store, so text and state are sifted after the scope, page by page, with a bound on how far.
 */
#include "web/monitor.h"

#include <string.h>

enum { LATE_CADENCES = 3, LIMIT_SIFTED = 20000 };
#define LATE_SLACK (5 * USEC_MINUTE)
#define SILENT_AFTER USEC_DAY

err *monitor_on(struct request *q, struct readings **ret)
{
    *ret = q->web->options.readings;
    if (*ret)
        return NULL;
    return err_got(err_new(ERR_MISSING, "未启用监测数据"), STR_NONE, S("用带监测数据目录的数据库启动服务"), STR_NONE);
}

static const struct thing *outlet_thing(void)
{
    const struct thing *t = thing_find(S("outlets"));
    CHECK(t);
    return t;
}

static struct db_value value_of(const struct thing *t, const struct db_value *row, const char *name)
{
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, name))
            return row[i];
    return (struct db_value){0};
}

static day day_or_none(struct db_value v)
{
    return v.kind == DB_INT ? (day)v.i : DAY_NONE;
}

/* ---- devices ---- */
/* The list is in order of MN: the one asked for is the first behind a name that comes just before it. */
err *device_seen(struct readings *r, struct arena *a, str mn, struct device *ret, bool *ret_known)
{
    struct device *list;
    size_t n;
    *ret_known = false;
    *ret = (struct device){.mn = mn, .last_seen = USEC_NONE, .first_seen = USEC_NONE};
    if (!mn.n)
        return NULL;
    char *before = arena_cstr(a, arena_printf(a, "%.*s~", STR_ARG(mn)));
    before[mn.n - 1]--;
    TRY(device_list(r, a, str_of(before), 1, &list, &n));
    if (n && str_eq(list[0].mn, mn)) {
        *ret = list[0];
        *ret_known = true;
    }
    return NULL;
}

static enum outlet_state state_of(const struct outlet *o, usec now)
{
    if (!o->known || o->device.last_seen == USEC_NONE)
        return OUTLET_NEVER;
    usec age = now - o->device.last_seen;
    if (age > SILENT_AFTER)
        return OUTLET_SILENT;
    return age > LATE_CADENCES * o->cadence_s * USEC_SECOND + LATE_SLACK ? OUTLET_LATE : OUTLET_REPORTING;
}

static const struct { const char *name, *text; } states[OUTLET_STATES] = {
    [OUTLET_REPORTING] = {"reporting", "● 正常上报"}, [OUTLET_LATE] = {"late", "▲ 上报延迟"},
    [OUTLET_SILENT] = {"silent", "■ 上报中断"}, [OUTLET_NEVER] = {"never", "○ 从未上报"}};

const char *outlet_state_text(enum outlet_state s)
{
    return states[s].text;
}

const char *outlet_state_name(enum outlet_state s)
{
    return states[s].name;
}

str outlet_kind_text(str kind)
{
    static const char *const texts[][2] = {{"gas", "废气"}, {"water", "废水"}, {"noise", "噪声"}, {"other", "其他"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_eq(kind, str_of(texts[i][0])))
            return str_of(texts[i][1]);
    return kind;
}

/* ---- outlets ---- */
static err *fill(struct request *q, struct readings *r, const struct db_value *row, struct outlet *ret)
{
    const struct thing *t = outlet_thing();
    size_t n = thing_columns(t);
    struct db_value cadence = value_of(t, row, "cadence");
    *ret = (struct outlet){.id = row[n].s, .title = row[n + 1].s, .mn = value_of(t, row, "mn").s, .kind = value_of(t, row, "kind").s,
                           .subject = value_of(t, row, "subject").s, .region = (int)value_of(t, row, "region").i,
                           .cadence_s = cadence.kind == DB_INT && cadence.i > 0 ? (int)cadence.i : 60,
                           .lon = value_of(t, row, "lon").i, .lat = value_of(t, row, "lat").i,
                           .from = day_or_none(value_of(t, row, "from_date")), .to = day_or_none(value_of(t, row, "to_date")),
                           .closed = value_of(t, row, "closed_at").kind == DB_INT};
    TRY(device_seen(r, q->a, ret->mn, &ret->device, &ret->known));
    ret->state = state_of(ret, q->now);
    return NULL;
}

err *outlet_get(struct request *q, str id, struct outlet *ret)
{
    struct readings *r;
    struct db *d;
    struct db_value *row;
    TRY(monitor_on(q, &r));
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, outlet_thing(), &q->reader, id, &row));
    return fill(q, r, row, ret);
}

static bool has_text(const struct outlet *o, str text)
{
    return !text.n || str_find(o->title, text) >= 0 || str_find(o->mn, text) >= 0;
}

static err *one_page(struct request *q, const struct outlet_query *query, str after, struct thing_page *ret)
{
    struct thing_filter filters[2];
    size_t n = 0;
    struct db *d;
    if (query->kind.n)
        filters[n++] = (struct thing_filter){S("kind"), query->kind};
    if (query->region.n)
        filters[n++] = (struct thing_filter){S("region"), query->region};
    struct thing_query things = {.thing = outlet_thing(), .reader = &q->reader, .text = S(""), .filters = filters, .filters_n = n,
                                 .after = after, .limit = 200};
    TRY(request_db(q, &d));
    return things_list(d, q->a, &things, ret);
}

err *outlets_find(struct request *q, const struct outlet_query *query, struct outlets *ret)
{
    struct readings *r;
    VEC(struct outlet) found = {0};
    str after = query->after;
    TRY(monitor_on(q, &r));
    *ret = (struct outlets){.next = S("")};
    for (int sifted = 0; sifted < LIMIT_SIFTED;) {
        struct thing_page page;
        TRY(one_page(q, query, after, &page));
        for (size_t i = 0; i < page.n; i++) {
            struct outlet o;
            if (found.n == (size_t)query->limit) {
                ret->next = found.p[found.n - 1].id;
                break;
            }
            TRY(fill(q, r, page.row[i], &o));
            if (has_text(&o, query->text) && (!query->state.n || str_eq(query->state, str_of(states[o.state].name))))
                vec_push(q->a, &found, o);
        }
        sifted += (int)page.n;
        after = page.next;
        if (!page.next.n || ret->next.n)
            break;
    }
    ret->p = found.p;
    ret->n = found.n;
    return NULL;
}

static err *one_of(str name, str value, const char *words)
{
    str rest = str_of(words), word;
    while (value.n && rest.p && str_next(&rest, ' ', &word))
        if (str_eq(word, value))
            return NULL;
    if (!value.n)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "筛选条件“%.*s”不能识别", STR_ARG(name)), name), value, str_of(words), STR_NONE);
}

err *outlet_query_read(struct request *q, int limit, struct outlet_query *ret)
{
    *ret = (struct outlet_query){.text = utf8_clip(form_get(&q->params, S("q")), 64), .kind = form_get(&q->params, S("kind")),
                                 .region = form_get(&q->params, S("region")), .state = form_get(&q->params, S("state")),
                                 .after = form_get(&q->params, S("after")), .limit = limit};
    TRY(one_of(S("kind"), ret->kind, "gas water noise other"));
    TRY(one_of(S("state"), ret->state, "reporting late silent never"));
    int64_t code;
    if (ret->region.n && (!str_int64(ret->region, &code) || !region_find((int)code)))
        return err_got(err_at(err_new(ERR_INPUT, "没有这个区域"), S("region")), ret->region, S("六位行政区划代码"), S("420100"));
    if (!ret->after.p)
        ret->after = S("");
    return NULL;
}

/* Whose device it is decides. One nobody registered belongs to no region: it is the province's, and the administrator's. */
err *device_allowed(struct request *q, str mn, bool *ret)
{
    struct db *d;
    struct thing_page page;
    *ret = (q->reader.roles & ROLE_BIT(ROLE_SYSADMIN)) != 0;
    if (*ret)
        return NULL;
    struct thing_filter filter = {S("mn"), mn};
    struct thing_query things = {.thing = outlet_thing(), .reader = &q->reader, .text = S(""), .filters = &filter, .filters_n = 1,
                                 .after = S(""), .limit = 1};
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &things, &page));
    int64_t outlets = 1;
    *ret = page.n > 0;
    if (!*ret && (q->reader.roles & ROLES_SUPERVISE) && q->reader.region == 420000) {
        TRY(db_one_int(d, "SELECT COUNT(*) FROM outlet WHERE mn = :mn", DB_ARGS(DB_T("mn", mn)), 0, &outlets));
        *ret = outlets == 0;
    }
    return NULL;
}

/* ---- latest values ---- */
const struct reading_limit *latest_limit(const struct reading_limit *limits, size_t n, const struct reading_latest *v)
{
    const struct reading_limit *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (str_eq(limits[i].factor, v->factor) && v->group <= GROUP_CONVERTED && (limits[i].converted != 0) == (v->group == GROUP_CONVERTED) &&
            !limits[i].lower && (!best || limits[i].period == PERIOD_HOUR))
            best = &limits[i];
    return best;
}

/* What has a limit first, then pollutants, then what helps to judge them (flow, oxygen, temperature), then totals; converted before measured. */
static int weight(const struct reading_latest *v, const struct reading_limit *limits, size_t n)
{
    static const char *const key[] = {"a21026", "a21002", "a34013", "a21005", "a21024", "w01018", "w21003", "w21011", "w21001", "w01001"};
    static const char *const helpers[] = {"a01", "a05", "a19001", "a00000", "i", "e", "w00000", "w01010", "w01014"};
    int points = latest_limit(limits, n, v) ? 400 : 0;
    for (int i = 0; i < (int)(sizeof key / sizeof *key); i++)
        if (str_eq(v->factor, str_of(key[i])))
            points += 200 - 10 * i;
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++)
        if (str_starts(v->factor, str_of(helpers[i])))
            points -= 100;
    return points + (v->group == GROUP_CONVERTED ? 5 : v->group == GROUP_VALUE ? 0 : -200);
}

void latest_sort(struct reading_latest *v, size_t n, const struct reading_limit *limits, size_t limits_n)
{
    for (size_t i = 1; i < n; i++) /* a few dozen at most, and equals keep their order */
        for (size_t j = i; j > 0 && weight(&v[j], limits, limits_n) > weight(&v[j - 1], limits, limits_n); j--) {
            struct reading_latest other = v[j];
            v[j] = v[j - 1];
            v[j - 1] = other;
        }
}

/* ---- words ---- */
str factor_name(str factor)
{
    int row = hj_factor_find(factor);
    return row >= 0 ? str_of(hj_factor_at((size_t)row)->name) : factor;
}

str age_text(struct arena *a, usec now, usec then)
{
    if (then == USEC_NONE)
        return S("—");
    usec age = now - then;
    if (age < 0)
        return S("时间在将来");
    if (age < USEC_MINUTE)
        return S("刚刚");
    if (age < USEC_HOUR)
        return arena_printf(a, "%d分钟前", (int)(age / USEC_MINUTE));
    if (age < 2 * USEC_DAY)
        return arena_printf(a, "%d小时前", (int)(age / USEC_HOUR));
    return arena_printf(a, "%lld天前", (long long)(age / USEC_DAY));
}

str decimal_text(struct arena *a, int64_t mantissa, int scale)
{
    uint64_t size = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa, unit = 1;
    for (int i = 0; i < scale && i < 18; i++)
        unit *= 10;
    str sign = mantissa < 0 ? S("-") : S("");
    if (scale <= 0)
        return arena_printf(a, "%.*s%llu", STR_ARG(sign), (unsigned long long)size);
    return arena_printf(a, "%.*s%llu.%0*llu", STR_ARG(sign), (unsigned long long)(size / unit), scale,
                        (unsigned long long)(size % unit));
}

str rounded_text(struct arena *a, double value, int decimals)
{
    if (value != value)
        return S("—");
    return arena_printf(a, "%.*f", decimals < 0 ? 0 : decimals > 9 ? 9 : decimals, value);
}

const char *crc_text(uint8_t crc)
{
    static const char *const texts[HJ_CRC_KINDS] = {
        [HJ_CRC_OK] = "正确", [HJ_CRC_LOWERCASE] = "正确（小写）", [HJ_CRC_MODBUS] = "按Modbus算法",
        [HJ_CRC_SWAPPED] = "按Modbus算法且高低字节颠倒", [HJ_CRC_BAD] = "不符", [HJ_CRC_NONE] = "没有校验码"};
    return crc < HJ_CRC_KINDS ? texts[crc] : "未知";
}

void put_option(struct out *o, str value, str label, bool chosen)
{
    w(o, H("<option value=\""), value, H("\""));
    if (chosen)
        w(o, H(" selected"));
    w(o, H(">"), label, H("</option>"));
}
