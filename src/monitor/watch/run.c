/*
 * A run: outlets are a queue, each worker takes one, makes its table, lets the detectors look, hands over what they found, forgets the
 * table. Where it stops is where the next run goes on. Then the strongest waiting clues are reported (clues.c).
 */
#include "monitor/watch/watch_private.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- one outlet ---- */

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
        if (!named_in(silent, str_of(ret_hits->p[i].detector->id)))
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

/* Processor seconds of this thread since *at, which becomes now. */
static double lap(double *at)
{
    struct timespec t;
    double before = *at;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    *at = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
    return *at - before;
}

/* ---- what waits to be kept ---- */
/*
 * A commit waits for the disk, and all workers would wait for it in turn; so it holds what came since the last one, which began at least
 * KEEP_EVERY ago. Who is killed loses that much: those outlets are looked at again.
 */
enum { KEEP_EVERY = 200000 /* us */, KEEP_MOST = 256 /* outlets */, KEPT_BYTES = 256 << 20 /* of a worker's memory, from one outlet to the next */ };
struct waiting { struct arena *arena; VEC(struct outlet_ran) list; };

struct running {
    struct watch *w;
    const struct watch_options *o;
    str silent, run;
    const struct keepers *keepers; /* NULL in light runs */
    struct trades *trades;
    const struct watch_outlet *outlets;
    size_t n, next, done;
    day first;
    usec now;
    pthread_mutex_t lock;
    struct watch_report *report;
    struct waiting waiting;
    VEC(struct outlet_figures) figures;
    usec kept_at;             /* when the last commit began */
    err *fault;               /* the first; text copied into `arena` */
    struct arena *arena;
    void (*progress)(void *, int64_t, int64_t);
    void *context;
};

static struct watch_finding finding_copy(struct arena *a, const struct watch_finding *f)
{
    struct watch_finding c = *f;
    str *const texts[] = {&c.id, &c.outlet, &c.mn, &c.name, &c.agency, &c.lead, &c.detectors, &c.factor, &c.sentence, &c.json, &c.rules, &c.silent};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = texts[i]->p ? arena_str(a, *texts[i]) : *texts[i];
    return c;
}

static struct outlet_ran ran_copy(struct arena *a, const struct outlet_ran *r)
{
    struct outlet_ran c = *r;
    struct watch_finding *list = NEW_ARRAY(a, r->n + 1, struct watch_finding);
    for (size_t i = 0; i < r->n; i++)
        list[i] = finding_copy(a, &r->list[i]);
    c.list = list;
    c.outcomes = arena_str(a, r->outcomes);
    c.rarity = r->n ? arena_copy(a, r->rarity, r->n * sizeof *r->rarity) : NULL;
    c.hard = r->n ? arena_copy(a, r->hard, r->n * sizeof *r->hard) : NULL;
    return c;
}

static err *keep(struct running *r, struct waiting *w, struct watch_report *report)
{
    struct finding_count count;
    double at = 0;
    lap(&at);
    err *e = findings_put(r->w, w->list.p, w->list.n, r->first, r->o->last, str_of(detect_rules_version()), &count);
    if (!e) {
        report->outlets += (int64_t)w->list.n;
        report->hints += count.hints;
        report->clues += count.clues;
        report->continued += count.continued;
    }
    report->spent.keep += lap(&at);
    arena_free(w->arena);
    return e;
}

static void add_report(struct watch_report *to, const struct watch_report *one)
{
    to->outlets += one->outlets, to->skipped += one->skipped, to->readings += one->readings, to->hits += one->hits;
    to->hints += one->hints, to->clues += one->clues, to->continued += one->continued;
    to->narrowed += one->narrowed, to->wide += one->wide;
    to->spent.table += one->spent.table, to->spent.beside += one->spent.beside, to->spent.detect += one->spent.detect, to->spent.keep += one->spent.keep;
}

static void note(struct running *r, err *e, str name)
{
    if (!e || r->fault)
        return;
    log_err("watch", e);
    r->fault = NEW(r->arena, err); /* errors live in the thread that made them */
    *r->fault = (err){.kind = e->kind, .text = name.n ? arena_printf(r->arena, "点位“%.*s”：%.*s", STR_ARG(name), STR_ARG(e->text)) : arena_str(r->arena, e->text)};
}

/* Under the lock, which it gives up while it writes. */
static void keep_waiting(struct running *r)
{
    struct waiting mine = r->waiting;
    struct watch_report report = {0};
    r->waiting = (struct waiting){.arena = arena_new()};
    r->kept_at = time_monotonic();
    pthread_mutex_unlock(&r->lock);
    err *e = mine.list.n ? keep(r, &mine, &report) : NULL;
    pthread_mutex_lock(&r->lock);
    add_report(r->report, &report);
    note(r, e, S(""));
    for (int64_t i = 0; i < report.outlets; i++) {
        r->done++;
        if (r->progress)
            r->progress(r->context, (int64_t)r->done, (int64_t)r->n);
    }
}

/* ---- one outlet ---- */

static err *detect_outlet(struct running *r, struct arena *a, const struct watch_outlet *o, const struct table *t, struct outlet_ran *ran, struct watch_report *report)
{
    VEC(struct watch_finding) list = {0};
    struct hits hits = {0};
    struct findings findings = {0};
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    ran->readings = table_readings(t) + (t->finer ? table_readings(t->finer) : 0);
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
    ran->tests = (int64_t)detect_tests(t);
    ran->outcomes = outcomes_text(a, runs, &findings);
    ran->rarity = rarity, ran->hard = hard;
    ran->list = list.p, ran->n = list.n;
    report->readings += ran->readings;
    report->hits += (int64_t)hits.n;
    return NULL;
}

static err *one_outlet(struct running *r, struct watch_eye *eye, struct arena *a, const struct watch_outlet *o, struct outlet_ran *ran,
                       struct watch_report *report)
{
    struct table *t;
    double at = 0;
    lap(&at);
    *ran = (struct outlet_ran){.run = r->run, .outlet = o->id, .at = r->now, .outcomes = S(""), .silent = r->silent, .light = r->o->light};
    err *e = watch_eye_table(eye, a, o, r->first, r->o->last, r->now, &t);
    report->spent.table = lap(&at);
    report->narrowed = eye->narrowed;
    report->wide = eye->left > 0;
    ran->narrowed = eye->narrowed || eye->left > 0;
    if (e && e->kind == ERR_MISSING) { /* nothing was sent */
        err_clear();
        return NULL;
    }
    if (!e && !r->o->light)
        e = watch_beside(eye, a, o, r->trades, r->keepers, r->first, r->o->last, r->now, t);
    report->spent.beside = lap(&at);
    if (!e)
        e = detect_outlet(r, a, o, t, ran, report);
    report->spent.detect = lap(&at);
    return e;
}

/* ---- workers ---- */

static const struct watch_outlet *take(struct running *r)
{
    pthread_mutex_lock(&r->lock);
    size_t at = r->fault ? r->n : r->next++;
    pthread_mutex_unlock(&r->lock);
    return at < r->n ? &r->outlets[at] : NULL;
}

static err *done_before(struct running *r, const struct watch_outlet *o, bool *ret)
{
    *ret = false;
    return r->o->again ? NULL : finding_done(r->w, o->id, r->first, r->o->last, str_of(detect_rules_version()), ret);
}

static void look_at(struct running *r, struct watch_eye *eye, struct arena *a, const struct watch_outlet *o)
{
    struct watch_report one = {0};
    struct outlet_ran ran;
    bool before;
    err *e = done_before(r, o, &before);
    one.skipped = !e && before;
    if (!e && !before)
        e = one_outlet(r, eye, a, o, &ran, &one);
    pthread_mutex_lock(&r->lock);
    add_report(r->report, &one);
    note(r, e, o->name);
    if (!e && before)
        r->done++;
    if (!e && !before)
        vec_push(r->waiting.arena, &r->waiting.list, ran_copy(r->waiting.arena, &ran));
    if (r->waiting.list.n >= KEEP_MOST || (r->waiting.list.n && time_monotonic() - r->kept_at >= KEEP_EVERY))
        keep_waiting(r);
    pthread_mutex_unlock(&r->lock);
}

/* One arena for all outlets of a worker: what it keeps from one to the next are pages the kernel need not clear again. */
static err *look_at_outlets(struct running *r, struct watch_eye *eye)
{
    AUTO_ARENA(a);
    const struct watch_outlet *o;
    while ((o = take(r)) != NULL) {
        look_at(r, eye, a, o);
        arena_reset_keep(a, KEPT_BYTES);
        err_clear();
    }
    return NULL;
}

static err *figures_of_outlets(struct running *r, struct watch_eye *eye)
{
    const struct watch_outlet *o;
    AUTO_ARENA(a);
    while ((o = take(r)) != NULL) {
        struct outlet_figures one, kept;
        TRY(figures_of(eye, a, o, r->first, r->o->last, &one));
        if (one.n) {
            pthread_mutex_lock(&r->lock);
            kept = (struct outlet_figures){one.outlet, arena_str(r->arena, one.trade), arena_copy(r->arena, one.p, one.n * sizeof *one.p), one.n};
            for (size_t i = 0; i < kept.n; i++)
                kept.p[i].factor = arena_str(r->arena, one.p[i].factor);
            vec_push(r->arena, &r->figures, kept);
            pthread_mutex_unlock(&r->lock);
        }
        arena_reset(a);
    }
    return NULL;
}

struct job { struct running *r; err *(*run)(struct running *r, struct watch_eye *eye); };

static void *worker(void *context)
{
    struct job *j = context;
    AUTO_EYE eye = {0};
    err *e = watch_eye_open(j->r->w, &eye);
    if (!e)
        e = j->run(j->r, &eye);
    pthread_mutex_lock(&j->r->lock);
    note(j->r, e, S(""));
    pthread_mutex_unlock(&j->r->lock);
    err_clear();
    return NULL;
}

/* All of r->outlets, by all workers. */
static err *by_workers(struct running *r, err *(*run)(struct running *r, struct watch_eye *eye))
{
    pthread_t thread[WATCH_WORKERS_MOST];
    struct job job = {r, run};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int workers = r->o->workers ? r->o->workers : cores > 0 ? (int)cores : 1, started = 0;
    workers = workers > WATCH_WORKERS_MOST ? WATCH_WORKERS_MOST : workers;
    r->next = 0;
    while (started < workers && pthread_create(&thread[started], NULL, worker, &job) == 0)
        started++;
    if (!started)
        return err_new(ERR_BUSY, "系统线程不足，请稍后再试");
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    return r->fault ? err_new(r->fault->kind, "%.*s", STR_ARG(r->fault->text)) : NULL;
}

static err *look_at_all(struct running *r)
{
    r->waiting = (struct waiting){.arena = arena_new()};
    err *e = by_workers(r, look_at_outlets);
    pthread_mutex_lock(&r->lock);
    if (r->waiting.list.n)
        keep_waiting(r);
    pthread_mutex_unlock(&r->lock);
    arena_free(r->waiting.arena);
    return e ? e : r->fault ? err_new(r->fault->kind, "%.*s", STR_ARG(r->fault->text)) : NULL;
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

/* In one transaction: where it breaks off there are no figures, and the run that goes on makes all of them. They are collected first: others write over the
 * same connection meanwhile (records, a page's), and what they were told is kept must not be undone with ours. */
static err *figures_make(struct running *r)
{
    bool made;
    TRY(figures_made(r->w, r->run, &made));
    if (made)
        return NULL;
    TRY(by_workers(r, figures_of_outlets));
    return figures_put(r->w, r->run, r->figures.p, r->figures.n);
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
    return r->o->outlet.n ? NULL : figures_make(r);
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
    r.trades = trades_new(a, r.run);
    pthread_mutex_init(&r.lock, NULL);
    double at = 0;
    lap(&at);
    err *e = o->light ? NULL : before_all(&r);
    ret->spent.before = lap(&at);
    if (!e)
        e = look_at_all(&r);
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
    AUTO_EYE eye = {0};
    TRY(watch_eye_open(w, &eye));
    TRY(watch_eye_table(&eye, a, &o, f.first, f.last, f.found, &t));
    if (!f.light) {
        struct keepers *keepers;
        bool made;
        str run_id = watch_run_id(a, f.first, f.last, f.light);
        TRY(keepers_load(w, a, run_id, &keepers, &made));
        TRY(watch_beside(&eye, a, &o, trades_new(a, run_id), keepers, f.first, f.last, f.found, t));
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
