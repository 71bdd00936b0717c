/*
 * The printed side: cover (C01, with the fingerprint of the key) and catalogue (C02) of each volume. They are made with the bundle
 * and say nothing that catalogue.json and key.pem do not; a court compares the fingerprint on paper with the one a checker shows.
 */
#include "bundle/bundle_private.h"
#include "papers/papers.h"

static void put_day(struct arena *a, struct json_out *o, const char *key, int64_t value, bool there)
{
    json_put_str(o, str_of(key), there ? day_iso(a, (day)value) : S(""));
}

static err *case_data(struct db *d, struct arena *a, const struct cover *c, struct json_out *o, int volume)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a,
                 "SELECT COALESCE(k.cause, k.id), COALESCE(s.name, k.subject), COALESCE(u.name, k.author), k.opened_at, k.sealed_at,"
                 " (SELECT MAX(t.date) FROM attachment t WHERE t.casefile = k.id AND t.form = 'P20' AND t.seq <= :until)"
                 " FROM casefile k LEFT JOIN subject s ON s.id = k.subject LEFT JOIN users u ON u.id = k.author WHERE k.id = :case",
                 DB_ARGS(DB_T("case", c->case_id), DB_I("until", c->until)), &rows));
    TRY(db_next(&rows, &more));
    CHECK(more);
    int64_t documents = 0, pages = 0;
    for (size_t i = 0; i < c->n; i++)
        if (c->lines[i].auxiliary == (volume == 1)) {
            documents++;
            pages += c->lines[i].pages;
        }
    bool closed = db_column(&rows, 5).kind != DB_NULL, sealed = db_column(&rows, 4).kind != DB_NULL && c->until == INT64_MAX;
    json_put_str(o, S("title"), arena_printf(a, "%.*s%.*s案", STR_ARG(db_str(&rows, 1)), STR_ARG(db_str(&rows, 0))));
    json_put_str(o, S("number"), c->case_id);
    json_put_str(o, S("cause"), db_str(&rows, 0));
    json_put_str(o, S("subject"), db_str(&rows, 1));
    json_put_str(o, S("officers"), db_str(&rows, 2));
    put_day(a, o, "opened", day_of(db_int(&rows, 3)), true);
    put_day(a, o, "closed", db_int(&rows, 5), closed);
    put_day(a, o, "sealed", sealed ? day_of(db_int(&rows, 4)) : 0, sealed);
    json_put_str(o, S("volume"), volume ? S("副卷") : S("正卷"));
    json_put_int(o, S("documents"), documents);
    json_put_int(o, S("pages"), pages);
    json_put_str(o, S("retention"), S(""));
    json_put_str(o, S("fingerprint"), bundle_key_groups(a, c->key));
    json_put_str(o, S("root"), c->root);
    db_rows_end(&rows);
    return NULL;
}

static void documents(struct arena *a, const struct cover *c, struct json_out *o, int volume)
{
    json_key(o, S("documents"));
    json_open(o, '[');
    for (size_t i = 0; i < c->n; i++) {
        const struct bundle_line *l = &c->lines[i];
        if (l->auxiliary != (volume == 1))
            continue;
        json_open(o, '{');
        json_put_str(o, S("title"), l->title);
        json_put_str(o, S("number"), S("")); /* stands in the title */
        json_put_str(o, S("author"), S(""));
        json_put_str(o, S("date"), l->date == DAY_NONE ? S("") : day_iso(a, l->date));
        json_put_str(o, S("page"), l->pages > 1   ? arena_printf(a, "%lld–%lld", (long long)l->from, (long long)(l->from + l->pages - 1))
                                   : l->pages == 1 ? arena_printf(a, "%lld", (long long)l->from)
                                                   : S(""));
        json_put_str(o, S("note"), arena_printf(a, "%.*s%s", STR_ARG(l->form), l->of.n ? " 附前件" : ""));
        json_close(o, '}');
    }
    json_close(o, ']');
}

err *cover_render(struct db *d, struct arena *a, const struct cover *c, const char *form, int volume, str *ret)
{
    AUTO_ARENA(own);
    const struct wording *w;
    const struct json *data;
    struct pdf pdf;
    buf b = buf_make(own, 8 << 20);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("agency"));
    json_open(&o, '{');
    json_put_str(&o, S("name"), c->agency_name);
    json_close(&o, '}');
    json_key(&o, S("case"));
    json_open(&o, '{');
    TRY(case_data(d, own, c, &o, volume));
    json_close(&o, '}');
    documents(own, c, &o, volume);
    json_close(&o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "目录太长，印不成一份");
    TRY(json_parse(own, buf_str(&b), 8 << 20, &data));
    TRY(wording_parse(own, wording_builtin(str_of(form)), str_of(form), &w));
    TRY(paper_render(own, w, data,
                     &(struct paper_options){.date = day_of(c->now), .code = S(""), .outside_address = S(""), .contact = S(""),
                                             .stamp = S(""), .serif = S(""), .sans = S("")},
                     &pdf));
    *ret = arena_str(a, pdf.bytes);
    return NULL;
}
