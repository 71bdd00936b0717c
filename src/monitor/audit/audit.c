/* The steps one after the other. A sheet that has to be mapped becomes the plain CSV first, so that there is one reader of values. */
#include "monitor/audit/audit.h"

#include <stdlib.h>
#include <string.h>

bool audit_is_workbook(str bytes)
{
    return str_starts(bytes, S("PK\x03\x04")) || str_starts(bytes, S("\xd0\xcf\x11\xe0"));
}

bool audit_is_plain(str bytes)
{
    return !audit_is_workbook(bytes) && table_csv_plain(bytes);
}

enum { LIMIT_AUDIT_TIME_HEAD = 40 /* bytes: a longer first cell is a line that was not parted */ };
bool audit_is_dressed(str bytes)
{
    AUTO_ARENA(a);
    str line = {0}, head;
    while (bytes.p && str_next(&bytes, '\n', &line) && !str_trim(line).n)
        ;
    if (text_decode(a, line, &head)) {
        err_clear();
        return false;
    }
    head = str_trim(head);
    for (size_t i = 0; i < head.n; i++)
        if (head.p[i] == ',' || head.p[i] == ';' || head.p[i] == '\t')
            head.n = i;
    return head.n <= LIMIT_AUDIT_TIME_HEAD && header_read(head, false).time && !table_csv_time(head);
}

/* ---- limits ---- */
static err *bad_limit(str text)
{
    return err_at(err_got(err_new(ERR_INPUT, "限值看不懂"), utf8_clip(text, 40), S("因子=限值，几个之间用逗号隔开"), S("a21026=35,a21002=50")), S("limits"));
}

/* "a21026=35" or "a21026=35.0". Zs values where the table has them. */
static err *one_limit(struct arena *a, const struct table *t, str text, struct table_limit *ret)
{
    str rest = text, factor;
    int64_t value = 0;
    int places = 0;
    str_next(&rest, '=', &factor);
    factor = str_trim(factor), rest = rest.p ? str_trim(rest) : S("");
    bool bad = !rest.n || !factor.n || factor.n > 40 || rest.n > 15;
    for (size_t i = 0; i < rest.n && !bad; i++) {
        if (rest.p[i] == '.' && !places && i + 1 < rest.n) {
            places = (int)(rest.n - i - 1);
            continue;
        }
        bad = rest.p[i] < '0' || rest.p[i] > '9';
        value = value * 10 + (rest.p[i] - '0');
    }
    if (bad || value <= 0 || places > LIMIT_TABLE_DECIMALS)
        return bad_limit(text);
    char *name = arena_cstr(a, factor);
    enum column_group g = table_column(t, name, COLUMN_CONVERTED) ? COLUMN_CONVERTED : COLUMN_VALUE;
    if (!table_column(t, name, g))
        return err_at(err_got(err_new(ERR_INPUT, "限值：表中没有因子%.*s", STR_ARG(factor)), utf8_clip(text, 40), S("表中的因子"), STR_NONE), S("limits"));
    *ret = (struct table_limit){.factor = str_of(name), .group = (uint8_t)g, .mantissa = value, .decimals = (int8_t)places, .from = INT64_MIN,
                                .to = INT64_MAX};
    return NULL;
}

static err *read_limits(struct arena *a, struct table *t, str text)
{
    str rest = text, one;
    VEC(struct table_limit) list = {0};
    while (rest.p && rest.n && str_next(&rest, ',', &one)) {
        struct table_limit l;
        if (!str_trim(one).n)
            continue;
        if (list.n == LIMIT_AUDIT_LIMITS)
            return err_at(err_new(ERR_LIMIT, "限值超过%d个", LIMIT_AUDIT_LIMITS), S("limits"));
        TRY(one_limit(a, t, str_trim(one), &l));
        for (size_t i = 0; i < list.n; i++)
            if (str_eq(list.p[i].factor, l.factor))
                return err_at(err_got(err_new(ERR_INPUT, "限值：因子%.*s写了两次", STR_ARG(l.factor)), utf8_clip(str_trim(one), 40), S("每个因子一个限值"), STR_NONE),
                              S("limits"));
        vec_push(a, &list, l);
    }
    t->limits = list.p;
    t->limits_n = list.n;
    return NULL;
}

/* ---- the table ---- */
err *audit_profile(struct arena *a, const struct audit_file *f, struct workbook_profile *ret)
{
    if (!f->profile)
        return workbook_guess(a, f->bytes, f->sheet.p ? f->sheet : S(""), ret);
    *ret = *f->profile;
    return NULL;
}

/* Faults of the way in are added to those of the table. */
static err *mapped(struct arena *a, const struct audit_file *f, struct audit *ret)
{
    struct workbook_profile profile;
    struct workbook_fault *passed;
    struct table_fault *faults;
    size_t passed_n, n;
    struct table_source source = {.name = f->name};
    TRY(audit_profile(a, f, &profile));
    TRY(workbook_csv(a, f->bytes, &profile, &source.bytes, &passed, &passed_n));
    err *e = table_from_csv(a, &source, &ret->table, &faults, &n);
    if (e && str_starts(e->text, S("第"))) /* its lines are not those of the sheet */
        e->text = arena_printf(a, "按列对应换成CSV后的%.*s", STR_ARG(e->text));
    TRY(e);
    ret->faults = NEW_ARRAY(a, n + passed_n + 1, struct table_fault);
    for (size_t i = 0; i < passed_n; i++)
        ret->faults[i] = (struct table_fault){.times = passed[i].times,
                                              .text = arena_printf(a, "单元格%.*s：%.*s", STR_ARG(passed[i].place), STR_ARG(passed[i].text))};
    for (size_t i = 0; i < n; i++)
        ret->faults[passed_n + i] = faults[i];
    ret->faults_n = passed_n + n;
    return NULL;
}

/* ---- beside the table ---- */
/* A finer or another table; what is odd about it is said of its own file. */
static err *read_table(struct arena *a, const char *field, const struct table_source *source, struct audit *u, struct table **ret)
{
    struct table_fault *faults;
    size_t n;
    TRY(err_at(table_from_csv(a, source, ret, &faults, &n), str_of(field)));
    struct table_fault *all = NEW_ARRAY(a, u->faults_n + n + 1, struct table_fault);
    for (size_t i = 0; i < u->faults_n; i++)
        all[i] = u->faults[i];
    for (size_t i = 0; i < n; i++) {
        all[u->faults_n + i] = faults[i];
        all[u->faults_n + i].text = arena_printf(a, "%.*s：%.*s", STR_ARG(source->name), STR_ARG(faults[i].text));
    }
    u->faults = all;
    u->faults_n += n;
    return NULL;
}

static void add_note(struct arena *a, struct audit *u, str text)
{
    struct table_fault *all = NEW_ARRAY(a, u->faults_n + 1, struct table_fault);
    for (size_t i = 0; i < u->faults_n; i++)
        all[i] = u->faults[i];
    all[u->faults_n] = (struct table_fault){.times = 1, .text = text};
    u->faults = all;
    u->faults_n++;
}

static err *finer(struct arena *a, const char *field, const struct table_source *source, struct table *coarse, struct audit *u, struct table **ret)
{
    TRY(read_table(a, field, source, u, ret));
    if ((*ret)->step_s >= coarse->step_s)
        return err_at(err_got(err_new(ERR_INPUT, "%.*s应比它上一级的表更细", STR_ARG(source->name)), arena_printf(a, "步长%d秒", (*ret)->step_s),
                              arena_printf(a, "小于%d秒", coarse->step_s), STR_NONE), str_of(field));
    coarse->finer = *ret;
    return NULL;
}

static void note(struct arena *a, struct audit *u, int64_t times, str text)
{
    struct table_fault *all = NEW_ARRAY(a, u->faults_n + 1, struct table_fault);
    for (size_t i = 0; i < u->faults_n; i++)
        all[i] = u->faults[i];
    all[u->faults_n++] = (struct table_fault){.times = times, .text = text};
    u->faults = all;
}

static bool has_factor(struct arena *a, const struct table *t, str factor)
{
    char *name = arena_cstr(a, factor);
    for (int g = 0; g < COLUMN_GROUPS; g++)
        if (table_column(t, name, (enum column_group)g))
            return true;
    return false;
}

/* 二氧化硫 for a21026, where the table has that. */
static str known_factor(struct arena *a, const struct table *t, str factor)
{
    for (int water = 0; water < 2 && !has_factor(a, t, factor); water++) {
        str code = header_read(factor, water).factor;
        if (code.n && has_factor(a, t, code))
            return code;
    }
    return factor;
}

/* Records that no detector will look at are told: a factor the table does not have, a time it does not reach. */
static void unused_records(struct arena *a, const struct audit_file *f, struct audit *u)
{
    struct table *t = u->table;
    struct table_check *checks = arena_copy(a, t->checks, t->checks_n * sizeof *checks);
    int64_t outside = 0, strange = 0;
    str first = STR_NONE;
    usec from = t->from, to = table_at(t, t->n);
    for (size_t i = 0; i < t->checks_n; i++) {
        checks[i].factor = known_factor(a, t, checks[i].factor);
        bool known = has_factor(a, t, checks[i].factor);
        first = known || strange++ ? first : checks[i].factor;
        outside += known && (checks[i].at < from || checks[i].at >= to);
    }
    qsort(checks, t->checks_n, sizeof *checks, table_check_order);
    t->checks = t->checks_n ? checks : t->checks;
    for (size_t i = 0; i < t->events_n; i++)
        outside += t->events[i].at < from || t->events[i].at >= to;
    for (size_t i = 0; i < t->marks_n; i++)
        outside += t->marks[i].to <= from || t->marks[i].from >= to;
    for (size_t i = 0; i < t->commands_n; i++)
        outside += t->commands[i].at < from || t->commands[i].at >= to;
    if (strange)
        note(a, u, strange, arena_printf(a, "%.*s：有%lld条记录的因子不在表中（如“%.*s”），没有用上", STR_ARG(f->records.name), (long long)strange,
                                         STR_ARG(utf8_clip(first, 20))));
    if (outside)
        note(a, u, outside, arena_printf(a, "%.*s：有%lld条记录的时间不在表的时段内，没有用上", STR_ARG(f->records.name), (long long)outside));
}

static err *read_beside(struct arena *a, const struct audit_file *f, struct audit *u)
{
    struct table *t = u->table, *minutes = t, *live;
    const struct table **others = NEW_ARRAY(a, f->beside_n + 1, const struct table *);
    size_t records;
    if (f->minutes.bytes.p)
        TRY(finer(a, "minutes", &f->minutes, t, u, &minutes));
    if (f->live.bytes.p)
        TRY(finer(a, "live", &f->live, minutes, u, &live));
    for (size_t i = 0; i < f->beside_n; i++) {
        struct table *other;
        TRY(read_table(a, "beside", &f->beside[i], u, &other));
        if (str_eq(f->beside[i].bytes, f->bytes))
            add_note(a, u, arena_printf(a, "%.*s：与所核查的是同一份文件（每个字节相同），请核对是否选错", STR_ARG(f->beside[i].name)));
        other->outlet = f->beside[i].name;
        others[i] = other;
    }
    t->beside = others, t->beside_n = f->beside_n;
    if (f->records.bytes.p) {
        TRY(err_at(table_records(a, &f->records, t, &records), S("records")));
        unused_records(a, f, u);
    }
    if (minutes != t) /* what is known of the outlet is known of its minutes, as in the store (watch/table.c) */
        minutes->marks = t->marks, minutes->marks_n = t->marks_n, minutes->events = t->events, minutes->events_n = t->events_n,
        minutes->limits = t->limits, minutes->limits_n = t->limits_n;
    return NULL;
}

/* Half of what is there and nobody may judge it: no clue then says little, and the reader is told how little. */
static void much_exempt(struct arena *a, struct audit *u)
{
    int64_t all = table_readings(u->table), exempt = table_exempt(u->table);
    if (all && 2 * exempt >= all)
        note(a, u, exempt, arena_printf(a, "%lld个数值中有%lld个（%.1f%%）在标记（停运等）或不正常标志之下，不作研判：没有线索不等于没有问题", (long long)all,
                                        (long long)exempt, 100.0 * (double)exempt / (double)all));
}

err *audit_run(struct arena *a, const struct audit_file *f, struct audit *ret)
{
    struct fuse_options o = FUSE_DEFAULTS;
    struct hits hits;
    struct table_source plain = {f->name, f->bytes};
    *ret = (struct audit){.runs = NEW_ARRAY(a, detector_count(), struct detect_run)};
    if (!f->profile && !audit_is_workbook(f->bytes))
        TRY(table_from_csv(a, &plain, &ret->table, &ret->faults, &ret->faults_n));
    else
        TRY(mapped(a, f, ret));
    TRY(read_limits(a, ret->table, f->limits));
    TRY(read_beside(a, f, ret));
    much_exempt(a, ret);
    o.background = f->background;
    detect_table(a, ret->table, NULL, &hits, ret->runs);
    fuse(a, ret->table, &hits, &o, &ret->findings);
    for (size_t i = 0; i < ret->findings.n; i++)
        ret->clues += ret->findings.p[i].level == LEVEL_CLUE;
    return NULL;
}

/* ---- lines ---- */
str audit_finding_line(struct arena *a, const struct audit *u, size_t finding)
{
    buf b = buf_make(a, LIMIT_AUDIT_LINE);
    struct json_out o = {&b, false};
    finding_json(&o, u->table, &u->findings.p[finding]);
    CHECK(!b.overflow);
    return buf_str(&b);
}

str audit_summary_line(struct arena *a, const struct audit *u)
{
    buf b = buf_make(a, LIMIT_AUDIT_LINE);
    struct json_out o = {&b, false};
    summary_json(&o, u->table, &u->findings, u->runs, u->faults, u->faults_n);
    CHECK(!b.overflow);
    return buf_str(&b);
}
