/*
 * xiezhi patrol import: a memory card into the store, under a plan. Heads and logs become acts of a few hundred photographs each; originals
 * are stored beside. Without --db it only reads: one line a file, what would be taken of it.
 */
#include "acts/flights.h"
#include "cli/patrol_folder.h"

#include <math.h>
#include <string.h>

enum { PER_ACT = 1000, LIMIT_LINE = 64 << 10 };

struct import {
    struct cli *c;
    struct patrol_folder folder;
    struct flight flight;
    struct store *store;
    struct acts *acts;
    str flight_id, entrustment, by;
    struct task *task; /* of the plan; NULL: none that is drawn */
    struct map *known; /* digests of heads under this flight */
    int64_t taken, known_n, originals, aside;
};

static void print_file(const struct cli *c, str name, const struct shot *s, const struct flight *f, str why)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, LIMIT_LINE);
    struct json_out o = {&b, false};
    if (s) {
        shot_json(&o, a, f, s);
    } else {
        json_open(&o, '{');
        json_put_str(&o, S("file"), name);
        json_put_str(&o, S("why"), why);
        json_close(&o, '}');
    }
    CHECK(!b.overflow);
    if (cli_has(c, "json"))
        cli_print(buf_str(&b));
    else if (!s)
        printf("%.*s：%.*s\n", STR_ARG(name), STR_ARG(why));
}

static void print_tracks(const struct import *m)
{
    for (size_t i = 0; i < m->folder.tracks_n; i++) {
        const struct track *t = &m->folder.tracks[i];
        AUTO_ARENA(a);
        buf b = buf_make(a, LIMIT_LINE);
        struct json_out o = {&b, false};
        json_open(&o, '{');
        json_put_str(&o, S("log"), m->folder.track_names[i]);
        json_put_str(&o, S("dialect"), str_of(t->dialect));
        json_put_int(&o, S("points"), (int64_t)t->n);
        json_put_int(&o, S("skipped"), (int64_t)t->skipped);
        json_put_bool(&o, S("utc"), t->utc);
        json_put_str(&o, S("from"), time_rfc3339(a, t->p[0].t == USEC_NONE || t->utc ? t->p[0].t : t->p[0].t - 8 * USEC_HOUR));
        json_close(&o, '}');
        if (cli_has(m->c, "json"))
            cli_print(buf_str(&b));
        else
            printf("%.*s：%s，%zu个点\n", STR_ARG(m->folder.track_names[i]), t->dialect, t->n);
    }
}

/* Each original beside its thumbnail; what was found joins the flags. */
static err *look_at_originals(struct import *m)
{
    struct progress bar = progress_start("核对原件");
    for (size_t i = 0; i < m->flight.n; i++) {
        struct shot *s = &m->flight.shots[i];
        struct twin t;
        err *e = patrol_folder_twin(&m->folder, s->file, &t);
        if (e && (e->kind == ERR_IO || e->kind == ERR_MISSING))
            return e;
        s->flags |= e ? PHOTO_TRUNCATED : t.flags;
        str found = e ? e->text : twin_text(m->c->arena, &t);
        if (found.n && !cli_has(m->c, "json"))
            printf("%.*s：%.*s\n", STR_ARG(s->name), STR_ARG(found));
        err_clear();
        progress_step(&bar, (int64_t)i + 1, (int64_t)m->flight.n);
    }
    progress_end(&bar);
    return NULL;
}

/* For people: what is doubtful, how often, and where it begins. */
static void print_doubts(const struct flight *f)
{
    size_t n;
    const struct photo_flag_name *names = photo_flag_names(&n);
    for (size_t k = 0; k < n; k++) {
        const struct shot *first = NULL;
        size_t count = 0;
        for (size_t i = 0; i < f->n; i++)
            if (f->shots[i].flags & names[k].flag) {
                first = first ? first : &f->shots[i];
                count++;
            }
        if (count)
            printf("%s：%zu张（%.*s%s）\n", names[k].text, count, STR_ARG(first->name), count > 1 ? "等" : "");
    }
}

static void print_all(struct import *m)
{
    for (size_t i = 0; i < m->flight.n; i++)
        print_file(m->c, STR_NONE, &m->flight.shots[i], &m->flight, STR_NONE);
    for (size_t i = 0; i < m->folder.n; i++)
        if (m->folder.photos[i].fault)
            print_file(m->c, m->folder.names[i], NULL, NULL, m->folder.photos[i].fault->text);
    for (size_t i = 0; i < m->folder.refused_n; i++)
        print_file(m->c, m->folder.refused[i].name, NULL, NULL, m->folder.refused[i].why);
    print_tracks(m);
    if (!cli_has(m->c, "json"))
        print_doubts(&m->flight);
}

/* ---- into the store ---- */

static err *find_plan(struct import *m, struct db *d)
{
    struct db_rows rows;
    bool more;
    struct task *task = NEW(m->c->arena, struct task);
    TRY(db_query(d, m->c->arena, "SELECT entrustment, COALESCE(area, ''), COALESCE(corridor_m, 0) FROM flight WHERE id = CAST(:id AS TEXT)",
                 DB_ARGS(DB_T("id", m->flight_id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "没有飞行“%.*s”", STR_ARG(m->flight_id));
    m->entrustment = arena_str(m->c->arena, db_str(&rows, 0));
    if (db_str(&rows, 1).n && !task_read(m->c->arena, db_str(&rows, 1), (double)db_int(&rows, 2), task))
        m->task = task;
    err_clear();
    db_rows_end(&rows);
    return NULL;
}

static err *find_known(struct import *m, struct db *d)
{
    struct flight_import *list;
    size_t n;
    struct frame f = frame_at((struct place){30.6, 114.3});
    m->known = map_new(m->c->arena);
    TRY(flight_imports(d, m->c->arena, m->flight_id, &list, &n));
    for (size_t i = 0; i < n; i++) {
        const struct json *photos;
        if (!list[i].photos.n || act_json(m->c->arena, list[i].photos, LIMIT_ACT_BYTES_LARGE, &photos)) {
            err_clear();
            continue;
        }
        for (size_t k = 0; photos->kind == JSON_ARRAY && k < photos->n; k++) {
            struct shot s;
            if (shot_read(m->c->arena, &f, &photos->child[k], &s))
                map_put(m->known, sm3_text(m->c->arena, &s.digest), m);
        }
    }
    return NULL;
}

static err *look_up(struct import *m)
{
    struct db *d;
    TRY(db_open(m->store, false, &d));
    err *e = find_plan(m, d);
    if (!e)
        e = find_known(m, d);
    db_close(d);
    return e;
}

static err *perform(struct import *m, struct arena *a, str json, struct act_answer *ret)
{
    TRY(act_perform(m->acts, a, &(struct act_request){.json = json, .by = m->by}, ret));
    if (ret->verdict == ACT_INVALID)
        return ret->invalid;
    if (ret->verdict == ACT_REFUSED)
        cli_print_answer(ret);
    return ret->verdict == ACT_REFUSED ? err_new(ERR_DENIED, "没有导入") : NULL;
}

static err *original(struct import *m, struct arena *a, str import, int64_t position, const struct shot *s)
{
    str bytes;
    struct sm3 digest;
    struct act_answer answer;
    TRY(file_read(a, m->folder.paths[s->file], LIMIT_PATROL_FILE, &bytes));
    TRY(blob_put(m->store, bytes, &digest));
    TRY(perform(m, a, arena_printf(a, "{\"act\":\"flight.original\",\"import\":\"%.*s\",\"position\":%lld,\"digest\":\"%.*s\",\"head\":\"%.*s\",\"bytes\":%zu,\"found\":%.*s}",
                                   STR_ARG(import), (long long)position, STR_ARG(sm3_text(a, &digest)), STR_ARG(sm3_text(a, &s->digest)), bytes.n,
                                   STR_ARG(twin_found(a, bytes))), &answer));
    m->originals++;
    return NULL;
}

/* Shots from `from` on that are new, up to PER_ACT; then their originals. */
static err *one_act(struct import *m, size_t *from, bool logs)
{
    AUTO_ARENA(a);
    const struct shot *taken[PER_ACT];
    size_t n = 0;
    struct act_answer answer;
    buf b = buf_make(a, LIMIT_ACT_BYTES_LARGE);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("flight.import"));
    json_put_str(&o, S("entrustment"), m->entrustment);
    json_put_str(&o, S("flight"), m->flight_id);
    json_key(&o, S("photos"));
    json_open(&o, '[');
    for (; *from < m->flight.n && n < PER_ACT; (*from)++) {
        const struct shot *s = &m->flight.shots[*from];
        if (map_get(m->known, sm3_text(a, &s->digest))) {
            m->known_n++;
            continue;
        }
        shot_json(&o, a, &m->flight, s);
        taken[n++] = s;
    }
    json_close(&o, ']');
    if (logs) {
        json_key(&o, S("tracks"));
        tracks_json(&o, a, m->folder.tracks, m->folder.track_names, m->folder.tracks_n);
    }
    json_close(&o, '}');
    CHECK(!b.overflow);
    if (!n && !logs)
        return NULL;
    TRY(perform(m, a, buf_str(&b), &answer));
    cli_print_answer(&answer);
    m->taken += (int64_t)n;
    for (size_t i = 0; i < n && !cli_has(m->c, "heads-only"); i++)
        TRY(original(m, a, answer.id, (int64_t)i, taken[i]));
    return NULL;
}

static err *store_all(struct import *m)
{
    size_t from = 0;
    struct progress bar = progress_start("导入");
    do {
        TRY(one_act(m, &from, from == 0 && m->folder.tracks_n));
        progress_step(&bar, (int64_t)from, (int64_t)m->flight.n);
    } while (from < m->flight.n);
    progress_end(&bar);
    printf("导入%lld张照片（先前已有%lld张），原件%lld张，记录%zu份\n", (long long)m->taken, (long long)m->known_n, (long long)m->originals, m->folder.tracks_n);
    return NULL;
}

static err *run(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    struct import m = {.c = c, .flight_id = cli_text(c, "flight", ""), .by = cli_text(c, "by", "")};
    if (cli_has(c, "db")) {
        if (!m.flight_id.n || !m.by.n)
            return cli_usage("请用--flight写明飞行计划，用--by写明经办人");
        TRY(cli_store_current(c, STORE_EXISTING, &store));
        TRY(acts_open(store, 0, &acts));
        m.store = store, m.acts = acts;
        TRY(look_up(&m));
    }
    struct place near = m.task ? m.task->middle : (struct place){NAN, NAN};
    TRY(patrol_folder_read(c->arena, str_of(c->arguments[0]), near, &m.folder));
    struct flight_options o = {.task = m.task, .height_limit = 120, .window = {USEC_NONE, USEC_NONE}, .now = time_now(), .tracks = m.folder.tracks, .tracks_n = m.folder.tracks_n};
    TRY(flight_judge(c->arena, m.folder.photos, m.folder.names, m.folder.n, &o, cli_has(c, "no-yaw") ? NULL : patrol_folder_grey, &m.folder, &m.flight));
    if (cli_has(c, "originals") && !store) /* on the way into the store each is looked at as it is kept */
        TRY(look_at_originals(&m));
    print_all(&m);
    size_t unread = m.folder.n - m.flight.n + m.folder.refused_n;
    if (!store && !cli_has(c, "json"))
        printf("%zu张照片，%zu张有位置，%zu张可定到地面；记录%zu份；不能读取%zu个文件\n", m.folder.n, m.flight.located, m.flight.placed, m.folder.tracks_n, unread);
    *ret_exit = unread > 0;
    return store ? store_all(&m) : NULL;
}

const struct command command_patrol_import = {
    "patrol import", "FOLDER", "读取存储卡中的照片和飞行记录；给出--db时导入到飞行计划之下，原件一并保存；有不能读取的文件时退出码为1",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"flight", "ID", "飞行计划"}, {"by", "USER", "经办人"}, {"heads-only", NULL, "只导入照片信息，原件以后再传"},
                                {"originals", NULL, "逐张核对原件与附图（每张约十分之一秒；导入原件时总会核对）"},
                                {"no-yaw", NULL, "不看画面，不核对机头方向"}, CLI_JSON, {0}},
    1, 1, run};
