/*
 * From the recorded filling to the PDF (decision 45). The bytes come out of filling, wording, number, date, code and
 * place alone; they are made once, kept as a blob, and their digest stands in the ledger. A second maker who raced the
 * first gets what the first recorded.
 */
#include "papers/papers.h"

/* ---- the engine's press ---- */

static err *read_wording(struct arena *a, str form, str text, int *ret_version, day *ret_from, int *ret_builtin)
{
    const struct wording *w, *builtin;
    str file = arena_printf(a, "%.*s.txt", STR_ARG(form)), own = wording_builtin(form);
    TRY(wording_parse(a, text, file, &w));
    const struct wording_info *info = wording_info(w);
    if (!str_eq(info->code, form))
        return err_got(err_at(err_new(ERR_INPUT, "措辞开头的@form是%.*s，应为%.*s", STR_ARG(info->code), STR_ARG(form)),
                              arena_printf(a, "%.*s:1", STR_ARG(file))),
                       info->code, form, form);
    *ret_version = info->version;
    *ret_from = info->from;
    *ret_builtin = 0;
    if (own.p) {
        TRY(wording_parse(a, own, file, &builtin));
        *ret_builtin = wording_info(builtin)->version;
    }
    return NULL;
}

static str make_code(struct arena *a, const uint8_t random[10])
{
    return paper_code_make(a, random);
}

void papers_attach(void)
{
    static const struct act_press press = {read_wording, make_code};
    acts_use_press(&press);
}

/* ---- rows ---- */

#define PAPER_COLUMNS                                                                                               \
    "SELECT id, form, maker, number_text, code, thing_kind, thing_id, agency, provider, subject, author, content, " \
    "digest, wording_digest,"                                                                                       \
    " void_reason, replaced_by, date, wording, issued_at, printed_at, void_at FROM paper"

static err *load(struct db *d, struct arena *a, const char *sql, str key, struct paper_row *ret, bool *ret_found)
{
    struct db_rows rows;
    TRY(db_query(d, a, sql, DB_ARGS(DB_T("key", key)), &rows));
    TRY(db_next(&rows, ret_found));
    if (!*ret_found)
        return NULL;
    str *const texts[] = {&ret->id,       &ret->form,           &ret->maker,       &ret->number,
                          &ret->code,     &ret->thing_kind,     &ret->thing_id,    &ret->agency,
                          &ret->provider, &ret->subject,        &ret->author,      &ret->content,
                          &ret->digest,   &ret->wording_digest, &ret->void_reason, &ret->replaced_by};
    int c = 0;
    for (; c < (int)(sizeof texts / sizeof *texts); c++)
        *texts[c] = db_str(&rows, c);
    ret->date = (day)db_int(&rows, c);
    ret->wording = db_int(&rows, c + 1);
    ret->issued_at = db_int(&rows, c + 2);
    ret->printed_at = db_int(&rows, c + 3);
    ret->void_at = db_int(&rows, c + 4);
    db_rows_end(&rows);
    return NULL;
}

err *paper_load(struct db *d, struct arena *a, str id, struct paper_row *ret, bool *ret_found)
{
    return load(d, a, PAPER_COLUMNS " WHERE id = :key", id, ret, ret_found);
}

err *paper_by_code(struct db *d, struct arena *a, str code, struct paper_row *ret, bool *ret_found)
{
    return load(d, a, PAPER_COLUMNS " WHERE code = :key", code, ret, ret_found);
}

/* ---- wordings ---- */

err *paper_wording(struct db *d, struct arena *a, str form, day date, int64_t version, str *ret_text,
                   const struct wording **ret)
{
    str text = STR_NONE;
    if (version < 0)
        TRY(db_one_str(
            d, a, "SELECT text FROM wording WHERE form = :form AND from_date <= :date ORDER BY version DESC LIMIT 1",
            DB_ARGS(DB_T("form", form), DB_I("date", date)), &text));
    else if (version > 0)
        TRY(db_one_str(d, a, "SELECT text FROM wording WHERE form = :form AND version = :version",
                       DB_ARGS(DB_T("form", form), DB_I("version", version)), &text));
    if (!text.p && version <= 0)
        text = wording_builtin(form);
    if (!text.p)
        return err_new(ERR_MISSING, "没有“%.*s”的措辞", STR_ARG(form));
    *ret_text = text;
    return wording_parse(a, text, arena_printf(a, "%.*s.txt", STR_ARG(form)), ret);
}

/* ---- filling and setting ---- */

/* An article the wording cites beyond those the form rests on. Not in force on that day: the paper may not cite it. */
static err *cite(struct db *d, struct arena *a, struct json_out *o, const struct wording_law *l, str key, day date)
{
    str words;
    TRY(paper_citation(d, a, l->instrument, l->article, date, &words));
    if (!words.p)
        return err_got(err_at(err_new(ERR_INPUT, "%.*s时所引用的依据%.*s未生效或已失效", STR_ARG(day_chinese(a, date)),
                                      STR_ARG(key)),
                              arena_printf(a, "第%d行", l->line)),
                       key, S("文书日期时有效的依据"), STR_NONE);
    json_put_str(o, key, words);
    return NULL;
}

static err *laws(struct db *d, struct arena *a, struct json_out *o, const struct wording *w, const struct json *law,
                 day date)
{
    size_t n;
    const struct wording_law *cited = wording_laws(w, &n);
    json_key(o, S("law"));
    json_open(o, '{');
    for (size_t i = 0; law && i < law->n; i++)
        json_put_str(o, law->child[i].key, law->child[i].string);
    for (size_t i = 0; i < n; i++) {
        str key = arena_printf(a, "%.*s:%.*s", STR_ARG(cited[i].instrument), STR_ARG(cited[i].article));
        if (!json_get(law, key))
            TRY(cite(d, a, o, &cited[i], key, date));
    }
    json_close(o, '}');
    return NULL;
}

/* The filling with what is the paper's own: number, date, code. */
static err *compose(struct db *d, struct arena *a, const struct wording *w, str content, str number, str code, day date,
                    const struct json **ret)
{
    const struct json *tree;
    buf b = buf_make(a, 2 * LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    err *bad = json_parse(a, content, LIMIT_ACT_BYTES, &tree);
    if (bad || tree->kind != JSON_OBJECT) {
        if (bad)
            err_clear();
        return err_new(ERR_MISSING, "文书的内容已依令删除，不能再生成");
    }
    json_open(&o, '{');
    for (size_t i = 0; i < tree->n; i++)
        if (!str_eq(tree->child[i].key, S("law"))) {
            json_key(&o, tree->child[i].key);
            json_tree(&o, &tree->child[i]);
        }
    TRY(laws(d, a, &o, w, json_get(tree, S("law")), date));
    json_key(&o, S("paper"));
    json_open(&o, '{');
    json_put_str(&o, S("number"), number);
    json_put_int(&o, S("date"), date);
    json_put_str(&o, S("code"), code);
    json_close(&o, '}');
    json_close(&o, '}');
    CHECK(!b.overflow);
    return json_parse(a, buf_str(&b), 2 * LIMIT_ACT_BYTES, ret);
}

err *paper_draft_with(struct db *d, struct arena *a, const struct paper_form *form, str thing, day date,
                      const struct wording *w, struct pdf *ret)
{
    struct paper_thing of;
    const struct json *data;
    bool found;
    str content, mark;
    TRY(paper_thing(d, a, form, thing, &of, &found));
    if (!found)
        return err_new(ERR_MISSING, "没有可以出具“%s”的“%.*s”", form->title, STR_ARG(thing));
    if (!paper_thing_ready(form, &of))
        return err_new(ERR_CONFLICT, "所依据的事项当前为“%.*s”，还不能出具“%s”",
                       STR_ARG(of.state.n ? enum_label(of.state) : S("未指定第三方")), form->title);
    TRY(paper_fill(d, a, form, thing, &of, date, &content));
    TRY(db_one_str(d, a, "SELECT mark FROM agency_mark WHERE agency = :agency", DB_ARGS(DB_T("agency", of.agency)),
                   &mark));
    str number = arena_printf(a, "%.*s%s〔%d〕×号", STR_ARG(form->maker == MAKER_AUTHORITY ? mark : S("登记")),
                              form->series, civil_of_day(date).year);
    TRY(compose(d, a, w, content, number, S(""), date, &data));
    return paper_render(a, w, data,
                        &(struct paper_options){.date = date,
                                                .code = S(""),
                                                .outside_address = S(""),
                                                .contact = S(""),
                                                .stamp = S("预览　未签发"),
                                                .serif = S(""),
                                                .sans = S("")},
                        ret);
}

err *paper_draft(struct db *d, struct arena *a, const struct paper_form *form, str thing, day date, struct pdf *ret)
{
    const struct wording *w;
    str text;
    TRY(paper_wording(d, a, str_of(form->code), date, -1, &text, &w));
    return paper_draft_with(d, a, form, thing, date, w, ret);
}

err *paper_sample(struct db *d, struct arena *a, const struct paper_form *form, const struct reader *reader, str *ret)
{
    const struct thing *t = thing_of(str_of(form->table));
    struct thing_query query = {
        .thing = t, .reader = reader, .text = S(""), .after = S(""), .limit = 400, .newest_first = true};
    struct thing_page page;
    *ret = STR_NONE;
    CHECK(t != NULL); /* a form is of a kind of thing that has pages */
    if (reader && !thing_open(t, reader))
        return NULL;
    TRY(things_list(d, a, &query, &page));
    for (size_t i = 0; i < page.n; i++) {
        struct paper_thing of;
        bool found;
        str id = page.row[i][thing_columns(t)].s;
        TRY(paper_thing(d, a, form, id, &of, &found));
        if (!found || of.sealed || !paper_thing_ready(form, &of) || (reader && !str_eq(reader->agency, of.agency)))
            continue;
        *ret = id;
        return NULL;
    }
    return NULL;
}

/* ---- the issued file ---- */

static err *stored(struct store *s, struct arena *a, str digest, str *ret_bytes)
{
    struct sm3 d;
    CHECK(sm3_from_text(digest, &d)); /* the act read it as a digest */
    return blob_get(s, a, &d, LIMIT_PAPER_BYTES, ret_bytes);
}

static err *make(struct acts *e, struct db *d, struct arena *a, const struct paper_row *p,
                 const struct paper_place *place)
{
    const struct wording *w;
    const struct json *data;
    struct pdf pdf;
    struct sm3 pdf_digest, wording_digest;
    struct act_answer answer;
    str text;
    TRY(paper_wording(d, a, p->form, p->date, p->wording, &text, &w));
    TRY(compose(d, a, w, p->content, p->number, p->code, p->date, &data));
    TRY(paper_render(a, w, data,
                     &(struct paper_options){.date = p->date,
                                             .code = p->code,
                                             .outside_address = place->outside_address,
                                             .contact = place->contact,
                                             .stamp = S(""),
                                             .serif = S(""),
                                             .sans = S("")},
                     &pdf));
    TRY(blob_put(acts_store(e), pdf.bytes, &pdf_digest));
    TRY(blob_put(acts_store(e), text, &wording_digest)); /* the text it was set from stays with it */
    buf b = buf_make(a, 2000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("paper.print"));
    json_put_str(&o, S("by"), S("system"));
    json_put_str(&o, S("paper"), p->id);
    json_put_str(&o, S("digest"), sm3_text(a, &pdf_digest));
    json_put_str(&o, S("wording_digest"), sm3_text(a, &wording_digest));
    json_put_int(&o, S("bytes"), (int64_t)pdf.bytes.n);
    json_put_int(&o, S("pages"), pdf.pages);
    json_close(&o, '}');
    TRY(act_perform(e, a, &(struct act_request){.json = buf_str(&b), .by = S("system")}, &answer));
    return answer.verdict == ACT_INVALID ? answer.invalid : NULL; /* refused: somebody was first */
}

err *paper_file(struct acts *e, struct db *d, struct arena *a, str id, const struct paper_place *place, str *ret_bytes)
{
    struct paper_row p;
    bool found;
    TRY(paper_load(d, a, id, &p, &found));
    if (!found)
        return err_new(ERR_MISSING, "没有这份文书");
    if (!str_starts(p.content, S("{"))) /* a tombstone: the file says what was to be forgotten */
        return err_new(ERR_MISSING, "%.*s的内容已依令删除", STR_ARG(p.number));
    if (!p.digest.p && p.void_at)
        return err_new(ERR_MISSING, "%.*s未生成文件即已作废", STR_ARG(p.number));
    if (!p.digest.p) {
        TRY(make(e, d, a, &p, place));
        TRY(paper_load(d, a, id, &p, &found));
        if (!p.digest.p)
            return err_new(ERR_BUSY, "文书正在固定，请稍候再试");
    }
    return stored(acts_store(e), a, p.digest, ret_bytes);
}
