/*
 * A run: outlets are a queue, each worker takes one, makes its table, lets the detectors look, keeps what they found, forgets the
 * table. Where it stops is where the next run goes on. Then, bureau by bureau, the strongest waiting clues are reported until
 * the day's budget is used; the rest wait for another day.
 */
#include "monitor/watch/watch_private.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { OUTLETS_PAGE = 500 };

/* ---- outlets ---- */

#define OUTLET_SELECT                                                                               \
    "SELECT o.id, o.mn, o.name, o.subject, COALESCE((SELECT g.id FROM agency g WHERE g.region = s.region OR (g.region % 100 = 0 AND"   \
    " g.region / 100 = s.region / 100) OR (g.region % 10000 = 0 AND g.region / 10000 = s.region / 10000) ORDER BY g.region DESC, g.id"  \
    " LIMIT 1), ''), s.region, o.kind, o.industry, o.o2_reference, o.area_m2 FROM outlet o JOIN subject s ON s.id = o.subject"

static struct watch_outlet outlet_of(const struct db_rows *r)
{
    str kind = db_str(r, 6);
    return (struct watch_outlet){
        .id = db_str(r, 0), .mn = db_str(r, 1), .name = db_str(r, 2), .subject = db_str(r, 3), .agency = db_str(r, 4), .region = db_int(r, 5),
        .kind = str_eq(kind, S("gas")) ? OUTLET_GAS : str_eq(kind, S("water")) ? OUTLET_WATER : OUTLET_UNKNOWN, .industry = db_str(r, 7),
        .o2_reference = db_int(r, 8), .area_m2 = db_int(r, 9)};
}

static err *outlets_in(struct db *house, struct arena *a, const char *sql, const struct db_args *args, struct watch_outlet **ret, size_t *ret_n)
{
    VEC(struct watch_outlet) list = {0};
    struct db_rows rows;
    bool more;
    TRY(db_query(house, a, sql, args, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, outlet_of(&rows));
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

err *outlet_find(struct db *house, struct arena *a, str id, struct watch_outlet *ret)
{
    struct watch_outlet *list;
    size_t n;
    TRY(outlets_in(house, a, OUTLET_SELECT " WHERE o.id = :id", DB_ARGS(DB_T("id", id)), &list, &n));
    if (!n)
        return err_got(err_new(ERR_MISSING, "没有这个监测点位"), utf8_clip(id, 40), S("点位编号"), STR_NONE);
    *ret = list[0];
    return NULL;
}

err *watch_outlets(struct watch *w, struct arena *a, str after, int limit, struct watch_outlet **ret, size_t *ret_n)
{
    struct db *house;
    TRY(db_open(w->house, false, &house));
    err *e = outlets_in(house, a, OUTLET_SELECT " WHERE o.id > CAST(:after AS TEXT) AND o.closed_at IS NULL ORDER BY o.id LIMIT :n",
                        DB_ARGS(DB_T("after", after.p ? after : S("")), DB_I("n", limit)), ret, ret_n);
    db_close(house);
    return e;
}

/* ---- one outlet ---- */

static bool named(str list, const char *id)
{
    str one;
    while (str_next(&list, ' ', &one))
        if (str_eq(one, str_of(id)))
            return true;
    return false;
}

/* Detectors that say nothing in this run, blank-separated. */
static err *silent_now(struct watch *w, struct arena *a, str *ret)
{
    struct watch_measure *m;
    buf b = buf_make(a, 4096);
    TRY(watch_measures(w, a, &m));
    for (size_t i = 0; i < detector_count(); i++)
        if (m[i].background)
            buf_printf(&b, "%s%s", b.n ? " " : "", m[i].detector->id);
    *ret = b.n ? buf_str(&b) : S("");
    return NULL;
}

void watch_detect(struct arena *a, const struct table *t, str silent, bool light, struct hits *ret_hits, struct findings *ret, struct detect_run *runs)
{
    struct detect_options o = {.light = light};
    struct hits speaking = {0};
    detect_table(a, t, &o, ret_hits, runs);
    speaking.p = NEW_ARRAY(a, ret_hits->n + 1, struct hit);
    for (size_t i = 0; i < ret_hits->n; i++)
        if (!named(silent, ret_hits->p[i].detector->id))
            speaking.p[speaking.n++] = ret_hits->p[i];
    fuse(a, t, &speaking, &FUSE_DEFAULTS, ret);
}

str finding_text(struct arena *a, const struct table *t, const struct finding *f)
{
    buf b = buf_make(a, 256 << 10);
    struct json_out o = {&b, false};
    finding_json(&o, t, f);
    return buf_str(&b);
}

static str detectors_of(struct arena *a, const struct finding *f)
{
    buf b = buf_make(a, 1024);
    for (size_t i = 0; i < f->hits_n; i++) {
        bool there = false;
        for (size_t k = 0; k < i; k++)
            there |= f->hits[k]->detector == f->hits[i]->detector;
        if (!there)
            buf_printf(&b, "%s%s", b.n ? " " : "", f->hits[i]->detector->id);
    }
    return buf_str(&b);
}

static struct watch_finding kept(struct arena *a, const struct watch_outlet *o, const struct table *t, const struct finding *f, day first,
                                 day last, usec now)
{
    return (struct watch_finding){
        .id = arena_str(a, str_of(f->id)), .outlet = o->id, .mn = o->mn, .name = o->name, .agency = o->agency,
        .lead = str_of(f->lead->detector->id), .detectors = detectors_of(a, f), .factor = t->columns[f->lead->columns[0]].factor,
        .level = f->level, .from = table_at(t, f->first), .to = table_at(t, f->first + f->n), .found = now,
        .severity = (int64_t)llround(f->severity * 1e6), .sentence = f->lead->sentence, .json = finding_text(a, t, f), .first = first,
        .last = last, .rules = str_of(detect_rules_version())};
}

struct running {
    struct watch *w;
    const struct watch_options *o;
    str silent, run;
    const struct keepers *keepers; /* NULL in light runs */
    const struct watch_outlet *outlets;
    size_t n, next, done;
    day first;
    usec now;
    pthread_mutex_t lock;
    struct watch_report *report;
    err *fault;               /* the first; text copied into `arena` */
    struct arena *arena;
    void (*progress)(void *, int64_t, int64_t);
    void *context;
};

/* Seconds since *at, which becomes now. */
static double lap(usec *at)
{
    usec before = *at;
    *at = time_monotonic();
    return (double)(*at - before) / 1e6;
}

static err *one_outlet(struct running *r, const struct watch_outlet *o, struct watch_report *report)
{
    AUTO_ARENA(a);
    struct table *t;
    struct hits hits = {0};
    struct findings findings = {0};
    struct finding_count count;
    str rules = str_of(detect_rules_version());
    bool done = false;
    usec at = time_monotonic();
    if (!r->o->again)
        TRY(finding_done(r->w, o->id, r->first, r->o->last, rules, &done));
    if (done) {
        report->skipped++;
        return NULL;
    }
    err *e = watch_table(r->w, a, o, r->first, r->o->last, r->now, &t);
    if (e && e->kind != ERR_MISSING)
        return e;
    report->spent.table = lap(&at);
    VEC(struct watch_finding) list = {0};
    struct outlet_ran ran = {.run = r->run, .outlet = o->id, .at = r->now, .outcomes = S("")};
    if (!e) {
        if (!r->o->light)
            TRY(watch_beside(r->w, a, o, r->run, r->keepers, r->first, r->o->last, r->now, t));
        report->spent.beside = lap(&at);
        ran.readings = table_readings(t) + (t->finer ? table_readings(t->finer) : 0);
        report->readings += ran.readings;
        struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
        watch_detect(a, t, r->silent, r->o->light, &hits, &findings, runs);
        int64_t *rarity = NEW_ARRAY(a, findings.n + 1, int64_t);
        bool *hard = NEW_ARRAY(a, findings.n + 1, bool);
        for (size_t i = 0; i < findings.n; i++) {
            vec_push(a, &list, kept(a, o, t, &findings.p[i], r->first, r->o->last, r->now));
            list.p[i].silent = r->silent;
            list.p[i].light = r->o->light;
            rarity[i] = finding_rarity(&findings.p[i]);
            hard[i] = findings.p[i].lead->hard;
        }
        ran.tests = (int64_t)detect_tests(t);
        ran.outcomes = outcomes_text(a, runs, &findings);
        ran.rarity = rarity, ran.hard = hard;
    }
    report->spent.detect = lap(&at);
    TRY(findings_put(r->w, list.p, list.n, &ran, r->first, r->o->last, rules, &count));
    report->spent.keep = lap(&at);
    report->outlets++;
    report->hits += (int64_t)hits.n;
    report->hints += count.hints;
    report->clues += count.clues;
    report->continued += count.continued;
    return NULL;
}

static void add_report(struct watch_report *to, const struct watch_report *one)
{
    to->outlets += one->outlets, to->skipped += one->skipped, to->readings += one->readings, to->hits += one->hits;
    to->hints += one->hints, to->clues += one->clues, to->continued += one->continued;
    to->spent.table += one->spent.table, to->spent.beside += one->spent.beside, to->spent.detect += one->spent.detect, to->spent.keep += one->spent.keep;
}

static void *worker(void *context)
{
    struct running *r = context;
    for (;;) {
        pthread_mutex_lock(&r->lock);
        size_t at = r->fault ? r->n : r->next++;
        pthread_mutex_unlock(&r->lock);
        if (at >= r->n)
            return NULL;
        struct watch_report one = {0};
        err *e = one_outlet(r, &r->outlets[at], &one);
        pthread_mutex_lock(&r->lock);
        add_report(r->report, &one);
        if (e && !r->fault) { /* errors live in the thread that made them */
            log_err("watch", e);
            r->fault = NEW(r->arena, err);
            *r->fault = (err){.kind = e->kind, .text = arena_printf(r->arena, "点位“%.*s”：%.*s", STR_ARG(r->outlets[at].name), STR_ARG(e->text))};
        }
        r->done++;
        if (r->progress)
            r->progress(r->context, (int64_t)r->done, (int64_t)r->n);
        pthread_mutex_unlock(&r->lock);
        err_clear();
    }
}

err *watch_all_outlets(struct watch *w, struct arena *a, struct watch_outlet **ret, size_t *ret_n)
{
    VEC(struct watch_outlet) all = {0};
    struct watch_outlet *page;
    size_t n;
    do {
        TRY(watch_outlets(w, a, all.n ? all.p[all.n - 1].id : S(""), OUTLETS_PAGE, &page, &n));
        for (size_t i = 0; i < n; i++)
            vec_push(a, &all, page[i]);
    } while (n == OUTLETS_PAGE);
    *ret = all.p, *ret_n = all.n;
    return NULL;
}

static err *outlets_of_run(struct watch *w, struct arena *a, str only, struct watch_outlet **ret, size_t *ret_n)
{
    if (only.n) {
        struct db *house;
        *ret = NEW(a, struct watch_outlet);
        *ret_n = 1;
        TRY(db_open(w->house, false, &house));
        err *e = outlet_find(house, a, only, *ret);
        db_close(house);
        return e;
    }
    return watch_all_outlets(w, a, ret, ret_n);
}

static err *look_at_all(struct running *r)
{
    pthread_t thread[WATCH_WORKERS_MOST];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int workers = r->o->workers ? r->o->workers : cores > 0 ? (int)cores : 1, started = 0;
    workers = workers > WATCH_WORKERS_MOST ? WATCH_WORKERS_MOST : workers;
    while (started < workers && pthread_create(&thread[started], NULL, worker, r) == 0)
        started++;
    if (!started)
        return err_new(ERR_BUSY, "系统线程不足，请稍后再试");
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    return r->fault ? err_new(r->fault->kind, "%.*s", STR_ARG(r->fault->text)) : NULL;
}

/* ---- clues ---- */

static err *budget(struct watch *w, int64_t *ret)
{
    struct db *house;
    TRY(db_open(w->house, false, &house));
    err *e = clue_budget(house, ret);
    db_close(house);
    return e;
}

static str clue_sentence(struct arena *a, const struct watch_finding *f)
{
    return utf8_clip(arena_printf(a, "%.*s：%.*s（%.*s至%.*s，规则%.*s，研判结果%.*s）。本条为数据分析意见，需执法人员核实。", STR_ARG(f->name),
                                  STR_ARG(f->sentence), STR_ARG(time_chinese(a, f->from)), STR_ARG(time_chinese(a, f->to)), STR_ARG(f->detectors),
                                  STR_ARG(f->id)), 2000);
}

static err *report_one(struct watch *w, struct acts *acts, struct arena *a, const struct watch_finding *f, usec now)
{
    struct db *house;
    struct watch_outlet o;
    struct act_answer answer;
    TRY(db_open(w->house, false, &house));
    err *e = outlet_find(house, a, f->outlet, &o);
    db_close(house);
    if (e)
        return e;
    TRY(clue_report(acts, a, &(struct clue_finding){.finding = f->id, .subject = o.subject, .observed_at = f->to < now ? f->to : now, .at = now,
                                                    .text = clue_sentence(a, f)}, &answer));
    if (answer.verdict != ACT_ALLOWED)
        return err_new(ERR_CONFLICT, "线索未能报告：%.*s", STR_ARG(answer.json));
    return finding_reported(w, f->id, answer.id, day_of(now));
}

static err *report_clues(struct watch *w, struct acts *acts, usec now, struct watch_report *report)
{
    AUTO_ARENA(a);
    struct watch_finding *list;
    size_t n;
    int64_t most, given = 0;
    str agency = STR_NONE;
    TRY(budget(w, &most));
    TRY(findings_waiting(w, a, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (!agency.p || !str_eq(agency, list[i].agency)) {
            agency = list[i].agency;
            TRY(findings_given(w, agency, day_of(now), &given));
        }
        if (given >= most) {
            report->held_back++;
            continue;
        }
        TRY(report_one(w, acts, a, &list[i], now));
        given++;
        report->reported++;
    }
    return NULL;
}

/* What every outlet is compared with: who keeps which, and the levels of each trade. One outlet alone takes the trade's of an earlier run. */
static err *before_all(struct running *r)
{
    struct watch_outlet *all;
    size_t n;
    struct keepers *keepers;
    TRY(watch_all_outlets(r->w, r->arena, &all, &n));
    TRY(keepers_make(r->w, r->arena, all, n, r->run, r->o->last, r->now, &keepers));
    r->keepers = keepers;
    return r->o->outlet.n ? NULL : figures_make(r->w, all, n, r->run, r->first, r->o->last);
}

static err *run(struct watch *w, struct acts *acts, const struct watch_options *o, void (*progress)(void *, int64_t, int64_t), void *context,
                struct watch_report *ret)
{
    AUTO_ARENA(a);
    struct running r = {.w = w, .o = o, .now = time_now(), .report = ret, .arena = a, .progress = progress, .context = context};
    struct watch_outlet *outlets = NULL;
    int days = o->days ? o->days : WATCH_SPAN_DAYS;
    r.first = (day)(o->last - days + 1);
    TRY(silent_now(w, a, &r.silent));
    TRY(outlets_of_run(w, a, o->outlet, &outlets, &r.n));
    r.outlets = outlets;
    TRY(watch_run_begin(w, a, r.first, o->last, o->light, r.silent, r.now, &r.run));
    usec at = time_monotonic();
    if (!o->light)
        TRY(before_all(&r));
    ret->spent.before = lap(&at);
    pthread_mutex_init(&r.lock, NULL);
    err *e = look_at_all(&r);
    pthread_mutex_destroy(&r.lock);
    if (!e)
        e = watch_run_end(w, r.run, time_now(), &ret->unsure);
    if (!e && acts)
        e = report_clues(w, acts, r.now, ret);
    return e;
}

err *watch_run(struct watch *w, struct acts *acts, const struct watch_options *o, void (*progress)(void *, int64_t done, int64_t of),
               void *context, struct watch_report *ret)
{
    *ret = (struct watch_report){0};
    if (o->days < 0 || o->days > WATCH_SPAN_MOST)
        return err_at(err_new(ERR_LIMIT, "一次最多研判%d天", WATCH_SPAN_MOST), S("days"));
    pthread_mutex_lock(&w->lock);
    bool busy = w->running;
    w->running = true;
    pthread_mutex_unlock(&w->lock);
    if (busy)
        return err_new(ERR_BUSY, "研判正在进行，请等它结束");
    usec started = time_monotonic();
    err *e = run(w, acts, o, progress, context, ret);
    ret->seconds = (double)(time_monotonic() - started) / 1e6;
    pthread_mutex_lock(&w->lock);
    w->running = false;
    pthread_mutex_unlock(&w->lock);
    return e;
}

/* ---- again ---- */

err *watch_replay(struct watch *w, struct arena *a, str id, str *ret_json, bool *ret_same)
{
    struct watch_finding f;
    struct watch_outlet o;
    struct db *house;
    struct table *t;
    struct hits hits;
    struct findings findings;
    TRY(watch_finding(w, a, id, &f));
    if (!str_eq(f.rules, str_of(detect_rules_version())))
        return err_got(err_new(ERR_VERSION, "该结果由另一版规则得出，请用当时版本的程序复算"), f.rules, str_of(detect_rules_version()), STR_NONE);
    TRY(db_open(w->house, false, &house));
    err *e = outlet_find(house, a, f.outlet, &o);
    db_close(house);
    if (e)
        return e;
    TRY(watch_table(w, a, &o, f.first, f.last, f.found, &t));
    if (!f.light) {
        struct keepers *keepers;
        bool made;
        str run_id = watch_run_id(a, f.first, f.last, f.light);
        TRY(keepers_load(w, a, run_id, &keepers, &made));
        TRY(watch_beside(w, a, &o, run_id, keepers, f.first, f.last, f.found, t));
    }
    watch_detect(a, t, f.silent, f.light, &hits, &findings, NEW_ARRAY(a, detector_count(), struct detect_run));
    for (size_t i = 0; i < findings.n; i++)
        if (str_eq(str_of(findings.p[i].id), id)) {
            *ret_json = finding_text(a, t, &findings.p[i]);
            *ret_same = str_eq(*ret_json, f.json);
            return NULL;
        }
    return err_new(ERR_DAMAGED, "用当时的数据复算没有得到这个结果：数据或设置已被改动");
}
