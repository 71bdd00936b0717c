/*
 * A sheet leaves: first it is asked whether it may (nothing is written for who may not), then it is written with its code in every
 * row, then the act says what left, with the digest. A process that dies in between leaves a file nobody was given and no act, or an act
 * whose file was never fetched: never a sheet without its act.
 */
#include "exchange/exchange_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static str filter_names(struct arena *a, const struct thing *t, const struct export_file *f)
{
    buf b = buf_make(a, 4000);
    for (const struct thing_column *c = t ? t->columns : NULL; c && c->name; c++)
        if (c->flags & COLUMN_FILTER)
            buf_printf(&b, "%s%s", b.n ? "、" : "", c->label);
    return b.n ? buf_str(&b) : f && *f->filters ? str_of(f->filters) : S("没有可用的筛选条件");
}

/* By the label people see on pages, or the API's name; the words of a closed set likewise. */
static bool understood(const struct thing *t, const struct export_file *f, str name, str value, struct thing_filter *ret)
{
    *ret = (struct thing_filter){name, value};
    if (f)
        return str_word_in(str_of(f->filters), name);
    for (const struct thing_column *c = t->columns; c->name; c++) {
        if (!(c->flags & COLUMN_FILTER) || (!str_eq(name, str_of(c->label)) && !str_eq(name, str_of(c->name))))
            continue;
        str rest = str_of(c->kind == COLUMN_ENUM && c->of && strchr(c->of, '=') ? c->of : ""), item, id;
        ret->column = str_of(c->name);
        while (rest.n && str_next(&rest, ' ', &item))
            if (str_next(&item, '=', &id) && str_eq(item, value))
                ret->value = id;
        return true;
    }
    return false;
}

err *exchange_filters(struct arena *a, str what, str text, struct thing_filter **ret, size_t *ret_n)
{
    const struct export_file *file = export_file_find(what);
    const struct thing *thing = file ? NULL : thing_find(what);
    VEC(struct thing_filter) list = {0};
    CHECK(file || thing);
    str one, name, wide = S("，");
    for (ptrdiff_t at; (at = str_find(text, wide)) >= 0;)
        text = arena_printf(a, "%.*s,%.*s", (int)at, text.p, STR_ARG(str_sub(text, (size_t)at + wide.n, text.n)));
    while (text.n && str_next(&text, ',', &one)) {
        str part = str_trim(one);
        if (!str_next(&part, '=', &name) || !part.p)
            return err_got(err_at(err_new(ERR_INPUT, "筛选条件看不懂"), S("filters")), one, S("列=值，列=值"), S("区域=420100"));
        struct thing_filter filter;
        if (!understood(thing, file, str_trim(name), str_trim(part), &filter))
            return err_got(err_at(err_new(ERR_INPUT, "“%s”不能按“%.*s”筛选，可用的是：%.*s", export_label(what), STR_ARG(str_trim(name)),
                                          STR_ARG(filter_names(a, thing, file))),
                                  S("filters")),
                           str_trim(name), filter_names(a, thing, file), STR_NONE);
        vec_push(a, &list, filter);
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

/* Twelve letters and digits in three groups, none of them I, L, O or U: to be read off paper. */
static str new_code(struct arena *a)
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint8_t random[12];
    char code[15];
    size_t n = 0;
    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        if (i == 4 || i == 8)
            code[n++] = '-';
        code[n++] = letters[random[i] & 31];
    }
    return arena_str(a, (str){code, n});
}

static str take_json(struct arena *a, const struct exchange_take *t, str code, int64_t rows, const struct sm3 *digest)
{
    buf b = buf_make(a, 16 << 10);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("export.take"));
    json_put_str(&o, S("by"), t->by);
    json_put_str(&o, S("id"), code);
    if (t->now)
        json_put_str(&o, S("at"), time_rfc3339(a, t->now));
    if (t->request.n)
        json_put_str(&o, S("request"), t->request);
    json_put_str(&o, S("what"), t->what);
    if (t->filters.n)
        json_put_str(&o, S("filters"), t->filters);
    json_put_str(&o, S("format"), t->format);
    json_put_int(&o, S("rows"), rows);
    json_put_str(&o, S("digest"), sm3_text(a, digest));
    json_close(&o, '}');
    return buf_str(&b);
}

static err *digest_of(struct arena *a, str path, struct sm3 *ret)
{
    char part[64 << 10];
    struct sm3_state s;
    sm3_init(&s);
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(path);
    for (ssize_t n; (n = read(fd, part, sizeof part)) != 0;) {
        if (n < 0 && errno != EINTR) {
            err *bad = err_errno(path);
            close(fd);
            return bad;
        }
        if (n > 0)
            sm3_add(&s, part, (size_t)n);
    }
    close(fd);
    *ret = sm3_end(&s);
    return NULL;
}

static str filter_value(const struct thing_filter *filters, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(filters[i].column, name))
            return filters[i].value;
    return S("");
}

static err *write_it(struct arena *a, const struct exchange_take *t, const struct reader *who,
                     const struct out_mark *mark, int64_t *ret_rows)
{
    enum sheet_format format = str_eq(t->format, S("csv")) ? SHEET_CSV : SHEET_XLSX;
    usec now = t->now ? t->now : time_now();
    struct thing_filter *filters;
    size_t n;
    int64_t year = civil_of(now).year;
    TRY(exchange_filters(a, t->what, t->filters, &filters, &n));
    if (str_eq(t->what, S("dual_random")))
        return exchange_dual_random(t->db, who, format, t->path, mark, now, ret_rows);
    if (str_eq(t->what, S("publication")))
        return exchange_publication(t->db, who, format, t->path, mark, now, ret_rows);
    if (str_eq(t->what, S("archive")))
        return exchange_archive(t->db, who, filter_value(filters, n, S("case")), t->path, mark, ret_rows);
    if (str_eq(t->what, S("figures"))) {
        str wanted = filter_value(filters, n, S("year"));
        if (wanted.n && (!str_int64(wanted, &year) || year < 2000 || year > 2199))
            return err_got(err_new(ERR_INPUT, "年份看不懂"), wanted, S("四位年份"), S("2026"));
        return exchange_figures(t->db, acts_keys(t->acts), who, (int)year, t->path, now, ret_rows);
    }
    struct exchange_export x = {.db = t->db,
                                .thing = thing_find(t->what),
                                .reader = who,
                                .filters = filters,
                                .filters_n = n,
                                .format = format,
                                .path = t->path,
                                .mark = mark,
                                .progress = t->progress,
                                .context = t->context};
    return exchange_export(&x, ret_rows);
}

static str upper(struct arena *a, str code)
{
    char *p = arena_alloc(a, code.n, 1);
    for (size_t i = 0; i < code.n; i++)
        p[i] = code.p[i] >= 'a' && code.p[i] <= 'z' ? (char)(code.p[i] - 32) : code.p[i];
    return (str){p, code.n};
}

static err *write_and_take(struct arena *a, const struct exchange_take *t, const struct reader *who, struct exchange_taken *ret)
{
    str name;
    struct sm3 digest;
    TRY(db_one_str(t->db, a, "SELECT name FROM users WHERE id = :id", DB_ARGS(DB_T("id", t->by)), &name));
    struct out_mark mark = {.code = upper(a, ret->code)};
    mark.line = arena_printf(a, "%.*s（%.*s）%.*s 导出，%s，不得外传", STR_ARG(name), STR_ARG(t->by),
                             STR_ARG(time_chinese(a, t->now ? t->now : time_now())), export_label(t->what));
    TRY(write_it(a, t, who, &mark, &ret->rows));
    TRY(digest_of(a, t->path, &digest));
    return act_perform(t->acts, a,
                       &(struct act_request){.json = take_json(a, t, ret->code, ret->rows, &digest),
                                             .by = t->by,
                                             .received_at = t->now},
                       &ret->answer);
}

err *exchange_take(struct arena *a, const struct exchange_take *t, struct exchange_taken *ret)
{
    struct sm3 none = {{0}};
    struct reader who;
    *ret = (struct exchange_taken){.code = new_code(a)};
    TRY(reader_load(t->db, a, t->by, &who));
    TRY(act_try(t->acts, t->db, a,
                &(struct act_request){.json = take_json(a, t, ret->code, 0, &none),
                                      .by = t->by,
                                      .received_at = t->now},
                &ret->answer));
    if (ret->answer.verdict != ACT_ALLOWED)
        return NULL;
    const struct export_file *file = export_file_find(t->what);
    if (file && !(file->roles & who.roles)) /* it has no scope of its own to keep others out */
        return err_new(ERR_DENIED, "您的角色不能导出“%s”", file->zh);
    err *bad = write_and_take(a, t, &who, ret);
    if (bad || ret->answer.verdict != ACT_ALLOWED)
        unlink(arena_cstr(a, t->path));
    return bad;
}
