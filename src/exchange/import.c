/*
 * Rows into acts. A batch is read, looked up, performed and answered before the next begins: what the next batch finds in the store
 * is what this one left there. A dry run goes the same way, only that its acts are undone (act_rehearse), so the two cannot differ in
 * what they say; what could tie rows of different batches together, a number that stands twice in the sheet, is refused here before
 * any act, in both.
 *
 * Twice is once: a row that is there already makes no act; an act carries a key of file and row, so that one whose answer was
 * lost (a killed import) is answered again and not done again. What was refused is tried again, for the reason may be gone.
 */
#include "exchange/exchange_private.h"

#include <stdio.h>
#include <string.h>

static str message_of(struct arena *a, const struct importing *im, const struct act_answer *answer, uint32_t row)
{
    buf b = buf_make(a, 64 << 10);
    if (answer->verdict == ACT_INVALID) {
        buf_add(&b, place_of_field(im, a, answer->invalid->field, row));
        buf_add(&b, answer->invalid->text);
        return buf_str(&b);
    }
    for (size_t i = 0; i < answer->n; i++) {
        const struct act_reason *r = &answer->reasons[i];
        const struct law_instrument *law = law_instrument_find(r->instrument.p ? r->instrument.p : "", r->instrument.n);
        if (b.n)
            buf_add(&b, S("；"));
        if (r->severity == LAW_WARN)
            buf_add(&b, S("提示："));
        buf_add(&b, r->because);
        if (law && r->severity != LAW_WARN) {
            buf_printf(&b, "（《%s》", law->title);
            if (r->article.n)
                buf_printf(&b, "第%.*s条", STR_ARG(r->article));
            buf_add(&b, S("）"));
        }
        if (r->severity != LAW_WARN && r->remedy.n)
            buf_printf(&b, "。%.*s", STR_ARG(r->remedy));
    }
    return buf_str(&b);
}

static enum exchange_outcome outcome_of(const struct act_answer *answer, bool amend)
{
    switch (answer->verdict) {
    case ACT_ALLOWED:
        return answer->repeated ? ROW_EXISTS : amend ? ROW_CHANGED : ROW_NEW;
    case ACT_HELD:
        return ROW_HELD;
    case ACT_REFUSED:
        return ROW_REFUSED;
    case ACT_INVALID:
        break;
    }
    return ROW_INVALID;
}

/* The worst of a row's acts is the row's: a certificate refused is not mended by an account made. */
static void note_result(struct importing *im, size_t row, enum exchange_outcome o, str text)
{
    static const int rank[ROW_OUTCOMES] = {[ROW_NEW] = 2, [ROW_CHANGED] = 3, [ROW_EXISTS] = 1, [ROW_DIFFERS] = 4, [ROW_WAITS] = 5,
                                           [ROW_HELD] = 6, [ROW_REFUSED] = 7, [ROW_INVALID] = 8, [ROW_BLANK] = 0};
    struct exchange_result *r = &im->results[row];
    if (rank[o] > rank[r->outcome])
        r->outcome = o;
    if (!text.n)
        return;
    r->text = r->text.n ? arena_printf(im->a, "%.*s；%.*s", STR_ARG(r->text), STR_ARG(text)) : arena_str(im->a, text);
}

/* ---- performing ---- */

static err *perform(struct importing *im, struct arena *a, struct pending *p, size_t n)
{
    struct act_request *requests = NEW_ARRAY(a, n + 1, struct act_request);
    struct act_answer *answers = NEW_ARRAY(a, n + 1, struct act_answer);
    for (size_t i = 0; i < n; i++)
        requests[i] = (struct act_request){.json = p[i].json, .by = im->job->by, .received_at = im->job->now};
    if (n && im->job->dry)
        TRY(act_rehearse(im->job->acts, a, requests, n, answers));
    else if (n)
        TRY(act_perform_list(im->job->acts, a, requests, n, false, answers));
    size_t again = 0;
    for (size_t i = 0; i < n; i++) {
        if (answers[i].repeated && answers[i].verdict == ACT_REFUSED && p[i].plain.n) {
            p[again++] = (struct pending){.row = p[i].row,
                                          .rows_n = p[i].rows_n,
                                          .rows = p[i].rows,
                                          .amend = p[i].amend,
                                          .json = p[i].plain};
            continue;
        }
        for (size_t k = 0; k < (p[i].rows ? p[i].rows_n : 1); k++) {
            size_t row = p[i].rows ? p[i].rows[k] : p[i].row;
            uint32_t number = im->job->table->rows[im->first + row].number;
            str text = answers[i].repeated && answers[i].verdict == ACT_ALLOWED ? S("这一行此前已导入") : message_of(a, im, &answers[i], number);
            note_result(im, row, outcome_of(&answers[i], p[i].amend), text);
        }
    }
    return again ? perform(im, a, p, again) : NULL;
}

/* ---- a row that makes acts of its own ---- */

static str waits_for(struct arena *a, const struct act_type *t)
{
    buf b = buf_make(a, 1000);
    buf_printf(&b, "“%s”由", t->label);
    bool first = true;
    for (int i = 0; i < LAW_ROLE_COUNT; i++)
        if ((t->roles & ROLE_BIT(i)) && i != ROLE_SYSTEM && i != ROLE_IMPORT) {
            buf_printf(&b, "%s%s", first ? "" : "或", law_role_names[i].zh);
            first = false;
        }
    buf_add(&b, S("办理：请其导入同一张表"));
    return buf_str(&b);
}

static bool step_empty(const struct exchange_kind *k, int step, const struct record *r)
{
    for (size_t i = 0; k->columns[i].field; i++)
        if (k->columns[i].step == step && r->value[i].present && strcmp(k->columns[i].field, "id") != 0)
            return false;
    return true;
}

static bool others_turn(const struct importing *im, const struct act_type *t)
{
    return im->map->kind->steps[1].act && !(t->roles & im->reader.roles) && exchange_kind_offered(im->map->kind, im->reader.roles);
}

static err *one_step(struct importing *im, struct arena *a, struct record *r, int step, struct pending *p, size_t *n, bool *ret_go_on)
{
    const struct exchange_kind *k = im->map->kind;
    const struct exchange_step *s = &k->steps[step];
    struct found found = {.there = false};
    *ret_go_on = true;
    if (step_empty(k, step, r))
        return NULL;
    if (s->existing)
        TRY(find_existing(im, a, r, step, &found));
    if (found.there && s->id_field && !strcmp(s->id_field, "id"))
        r->id = found.id;
    bool amends = found.there && found.differs.n && s->amend && record_has(k, r, s->amend_needs);
    if (found.there && !amends) {
        note_result(im, r->row, found.differs.n ? ROW_DIFFERS : ROW_EXISTS, found.differs);
        return NULL;
    }
    if (others_turn(im, act_type_find(str_of(s->act)))) {
        *ret_go_on = false; /* what follows names what is not there yet */
        note_result(im, r->row, ROW_WAITS, waits_for(a, act_type_find(str_of(s->act))));
        return NULL;
    }
    p[*n] = (struct pending){.row = r->row, .amend = amends};
    p[*n].json = amends ? amend_json(im, a, r, step, found.id, true) : step_json(im, a, r, 1, step, true);
    p[*n].plain = amends ? amend_json(im, a, r, step, found.id, false) : step_json(im, a, r, 1, step, false);
    ++*n;
    return NULL;
}

static err *one_row(struct importing *im, struct arena *a, size_t row, struct pending *p, size_t *n)
{
    struct record r;
    bool good, go_on = true;
    TRY(record_read(im, a, row, &r, &good));
    if (!good)
        return NULL;
    if (im->ahead) {
        note_result(im, row, im->ahead[row].bad ? ROW_INVALID : ROW_BLANK, im->ahead[row].text);
        if (im->ahead[row].bad)
            return NULL;
    }
    /* Who has the second half alone comes after who has the first: the account has to be there. */
    for (int step = 0; step < LIMIT_EXCHANGE_STEPS && im->map->kind->steps[step].act && go_on; step++)
        TRY(one_step(im, a, &r, step, p, n, &go_on));
    return NULL;
}

static err *row_by_row(struct importing *im, size_t *ret_done)
{
    AUTO_ARENA(a);
    for (size_t row = 0; row < im->n; *ret_done = row) {
        struct pending *p = NEW_ARRAY(a, LIMIT_IMPORT_BATCH * LIMIT_EXCHANGE_STEPS, struct pending);
        size_t n = 0, end = row + LIMIT_IMPORT_BATCH < im->n ? row + LIMIT_IMPORT_BATCH : im->n;
        for (; row < end; row++)
            TRY(one_row(im, a, row, p, &n));
        TRY(perform(im, a, p, n));
        arena_reset(a);
        err_clear();
        if (im->job->progress && !im->job->progress(im->job->context, row, im->n)) {
            *ret_done = row;
            return NULL;
        }
    }
    return NULL;
}

/* ---- rows that are one act together ---- */

struct group { str key; VEC(struct record) records; bool spoilt, news; uint32_t bad_row; };

static err *gather(struct importing *im, struct arena *a, struct map *groups)
{
    const struct exchange_kind *k = im->map->kind;
    for (size_t row = 0; row < im->n; row++) {
        struct record r;
        bool good;
        TRY(record_read(im, a, row, &r, &good));
        str key = record_text(a, k, &r, k->group);
        struct group *g = map_get(groups, key);
        if (!g) {
            g = NEW(a, struct group);
            g->key = key;
            map_put(groups, key, g);
        }
        if (!good && im->results[row].outcome != ROW_BLANK) {
            g->spoilt = true;
            g->bad_row = im->job->table->rows[im->first + row].number;
        }
        if (!good)
            continue;
        struct found found = {.there = false};
        TRY(find_existing(im, a, &r, 0, &found));
        g->news |= !found.there;
        vec_push(a, &g->records, r);
    }
    return NULL;
}

static err *one_group(struct importing *im, struct arena *a, struct group *g)
{
    struct pending p = {.rows = NEW_ARRAY(a, g->records.n + 1, size_t), .rows_n = g->records.n};
    for (size_t i = 0; i < g->records.n; i++) {
        p.rows[i] = g->records.p[i].row;
        if (g->spoilt)
            note_result(im, p.rows[i], ROW_INVALID, arena_printf(a, "同一年度的第%u行有误，整个年度没有导入", g->bad_row));
        else if (!g->news)
            note_result(im, p.rows[i], ROW_EXISTS, S(""));
    }
    if (g->spoilt || !g->news || !g->records.n)
        return NULL;
    p.row = p.rows[0];
    p.json = step_json(im, a, g->records.p, g->records.n, 0, true);
    p.plain = step_json(im, a, g->records.p, g->records.n, 0, false);
    return perform(im, a, &p, 1);
}

static err *by_groups(struct importing *im, size_t *ret_done)
{
    AUTO_ARENA(a);
    struct map *groups = map_new(a);
    TRY(gather(im, a, groups));
    for (size_t i = 0; i < map_count(groups); i++) {
        str key;
        void *g;
        map_at(groups, i, &key, &g);
        TRY(one_group(im, a, g));
    }
    *ret_done = im->n;
    if (im->job->progress)
        im->job->progress(im->job->context, im->n, im->n);
    return NULL;
}

err *exchange_import(struct arena *a, const struct exchange_import *job, struct exchange_result **ret, size_t *ret_n)
{
    struct importing im = {.job = job, .map = job->map, .a = a, .first = job->map->header + 1, .seen = map_new(a), .refs = map_new(a)};
    im.n = job->table->n > im.first ? job->table->n - im.first : 0;
    im.results = NEW_ARRAY(a, im.n + 1, struct exchange_result);
    for (size_t i = 0; i < im.n; i++)
        im.results[i] = (struct exchange_result){ROW_BLANK, S("")};
    buf hex = buf_make(a, 128);
    buf_hex(&hex, job->table->digest.byte, 16);
    im.file = buf_str(&hex);
    TRY(reader_load(job->db, a, job->by, &im.reader));
    size_t done = 0;
    if (job->map->kind->together)
        TRY(job->map->kind->together(&im));
    TRY(job->map->kind->group ? by_groups(&im, &done) : row_by_row(&im, &done));
    *ret = im.results;
    *ret_n = done;
    return NULL;
}

static const struct { const char *id, *word, *dry; } outcomes[ROW_OUTCOMES] = {
    [ROW_NEW] = {"new", "新增", "将新增"}, [ROW_CHANGED] = {"changed", "已更新", "将更新"}, [ROW_EXISTS] = {"exists", "已存在", "已存在"},
    [ROW_DIFFERS] = {"differs", "已存在，内容不同", "已存在，内容不同"}, [ROW_WAITS] = {"waits", "待他人办理", "待他人办理"},
    [ROW_HELD] = {"held", "暂缓", "将暂缓"}, [ROW_REFUSED] = {"refused", "不予办理", "将不予办理"},
    [ROW_INVALID] = {"invalid", "读不懂", "读不懂"}, [ROW_BLANK] = {"blank", "空行", "空行"}};

const char *exchange_outcome_word(enum exchange_outcome o, bool dry)
{
    return dry ? outcomes[o].dry : outcomes[o].word;
}

const char *exchange_outcome_id(enum exchange_outcome o)
{
    return outcomes[o].id;
}
