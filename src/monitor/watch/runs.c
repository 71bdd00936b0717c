/*
 * Runs: what was looked at stays as a line a rule for each outlet, so that "nothing was found" can be told from "nothing was looked at".
 * When all outlets are done, false discoveries are controlled over all of them at once. Whatever a single table lets pass at
 * one in twenty passes at five thousand outlets two hundred and fifty times; over the run it is one in twenty of what is shown.
 */
#include "monitor/watch/watch_private.h"

#include <math.h>

#define FALSE_DISCOVERY 0.05
static const char *const outcome_word[] = {"found", "weak", "clean", "lacked"};

const char *watch_outcome_text(enum watch_outcome o)
{
    static const char *const text[] = {"有发现", "有迹象，未达到提示的标准", "已检未见异常", "缺数据未检"};
    return text[o];
}

str watch_run_id(struct arena *a, day first, day last, bool light)
{
    return arena_printf(a, "%lld-%lld-%s%s", (long long)first, (long long)last, detect_rules_version(), light ? "-light" : "");
}

/* ---- writing ---- */
static bool in_finding(const struct detector *d, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        for (size_t k = 0; k < f->p[i].hits_n; k++)
            if (f->p[i].hits[k]->detector == d)
                return true;
    return false;
}

str outcomes_text(struct arena *a, const struct detect_run *runs, const struct findings *f)
{
    buf b = buf_make(a, 64 << 10);
    for (size_t i = 0; i < detector_count(); i++) {
        enum watch_outcome o = runs[i].outcome == DETECT_LACKED  ? WATCH_LACKED
                               : runs[i].outcome == DETECT_CLEAN ? WATCH_CLEAN
                               : in_finding(runs[i].detector, f) ? WATCH_FOUND
                                                                 : WATCH_WEAK;
        buf_printf(&b, "%s %s%s%.*s\n", runs[i].detector->id, outcome_word[o], runs[i].lacked.n ? " " : "", STR_ARG(runs[i].lacked));
    }
    return buf_str(&b);
}

/*
 * -log10 of the chance a finding rests on, 10^-6: its lead's, or of several families together: the product of their best as a chance of its
 * own (Fisher: of k chances a product below q comes with q * sum of (-ln q)^i / i! for i < k).
 */
int64_t finding_rarity(const struct finding *f)
{
    double best[FAMILIES] = {0}, nats = 0, sum = 0, term = 1;
    int families = 0;
    for (size_t i = 0; i < f->hits_n; i++) {
        double x = -log(fmax(f->hits[i]->p, 1e-300));
        best[f->hits[i]->detector->family] = fmax(best[f->hits[i]->detector->family], x);
    }
    for (int k = 0; k < FAMILIES; k++)
        if (f->families & 1u << k)
            nats += best[k], families++;
    for (int i = 0; i < families; i++) {
        sum += term;
        term *= nats / (i + 1);
    }
    double joint = (nats - log(fmax(sum, 1))) / log(10), alone = -log10(fmax(f->lead->p, 1e-300));
    return (int64_t)llround(fmax(0, fmin(300, f->level == LEVEL_CLUE && !f->lead->hard ? joint : alone)) * 1e6);
}

err *watch_run_begin(struct watch *w, struct arena *a, day first, day last, bool light, str silent, usec now, str *ret_id)
{
    *ret_id = watch_run_id(a, first, last, light);
    pthread_mutex_lock(&w->lock);
    err *e = db_exec(w->db,
        "INSERT INTO reading_watch_run (id, first_day, last_day, rules, light, silent, started, outlets, tests, rarity) VALUES (:id, :first, :last, :rules,"
        " :light, :silent, :now, 0, 0, :rarity) ON CONFLICT (id) DO UPDATE SET silent = excluded.silent, started = excluded.started, ended = NULL",
        DB_ARGS(DB_T("id", *ret_id), DB_I("first", first), DB_I("last", last), DB_T("rules", str_of(detect_rules_version())), DB_I("light", light),
                DB_T("silent", silent), DB_I("now", now), DB_I("rarity", INT64_MAX)), NULL);
    pthread_mutex_unlock(&w->lock);
    return e;
}

err *ran_put(struct db *own, const struct outlet_ran *ran)
{
    TRY(db_put(own, "INSERT INTO reading_watch_ran (run, outlet, at, readings, tests, outcomes) VALUES (:run, :outlet, :at, :readings, :tests, :outcomes)"
                     " ON CONFLICT (run, outlet) DO UPDATE SET at = excluded.at, readings = excluded.readings, tests = excluded.tests,"
                     " outcomes = excluded.outcomes",
                DB_ARGS(DB_T("run", ran->run), DB_T("outlet", ran->outlet), DB_I("at", ran->at), DB_I("readings", ran->readings), DB_I("tests", ran->tests),
                        DB_T("outcomes", ran->outcomes))));
    for (size_t i = 0; i < ran->n; i++)
        TRY(db_put(own, "INSERT INTO reading_watch_seen (run, finding, hard, rarity) VALUES (:run, :finding, :hard, :rarity)"
                         " ON CONFLICT (run, finding) DO UPDATE SET hard = excluded.hard, rarity = excluded.rarity",
                    DB_ARGS(DB_T("run", ran->run), DB_T("finding", ran->list[i].id), DB_I("hard", ran->hard[i]), DB_I("rarity", ran->rarity[i]))));
    return NULL;
}

/* ---- control ---- */
/* The least rarity that stands: the last k of the rarest k whose chance is at most 0.05 k / tests. *ret INT64_MAX: nothing does. */
static err *bound_of(struct watch *w, struct arena *a, str run, int64_t tests, int64_t *ret)
{
    struct db_rows rows;
    bool more;
    *ret = INT64_MAX;
    TRY(db_query(w->db, a, "SELECT rarity FROM reading_watch_seen WHERE run = :run AND hard = 0 ORDER BY rarity DESC LIMIT 90000", DB_ARGS(DB_T("run", run)),
                 &rows));
    for (int64_t k = 1;; k++) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        int64_t rarity = db_int(&rows, 0);
        if ((double)rarity / 1e6 >= -log10(fmin(1, FALSE_DISCOVERY * (double)k / (double)(tests > 0 ? tests : 1))))
            *ret = rarity;
    }
}

static err *tally(struct watch *w, struct arena *a, str run)
{
    struct db_rows rows;
    bool more;
    size_t n = detector_count();
    int64_t(*count)[WATCH_LACKED + 1] = arena_alloc(a, n, sizeof *count);
    TRY(db_query(w->db, a, "SELECT outcomes FROM reading_watch_ran WHERE run = :run", DB_ARGS(DB_T("run", run)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        for (str rest = db_str(&rows, 0), line, id, word; rest.n && str_next(&rest, '\n', &line);) {
            if (!line.n || !str_next(&line, ' ', &id) || !str_next(&line, ' ', &word))
                continue;
            for (size_t i = 0; i < n; i++)
                for (int o = 0; o <= WATCH_LACKED && str_eq(id, str_of(detector_at(i)->id)); o++)
                    count[i][o] += str_eq(word, str_of(outcome_word[o]));
        }
    }
    TRY(db_exec(w->db, "DELETE FROM reading_watch_tally WHERE run = :run", DB_ARGS(DB_T("run", run)), NULL));
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(w->db, "INSERT INTO reading_watch_tally (run, detector, found, weak, clean, lacked) VALUES (:run, :detector, :found, :weak, :clean, :lacked)",
                    DB_ARGS(DB_T("run", run), DB_T("detector", str_of(detector_at(i)->id)), DB_I("found", count[i][WATCH_FOUND]), DB_I("weak", count[i][WATCH_WEAK]),
                            DB_I("clean", count[i][WATCH_CLEAN]), DB_I("lacked", count[i][WATCH_LACKED])), NULL));
    return NULL;
}

#define SEEN_IN_RUN "SELECT s.finding FROM reading_watch_seen s WHERE s.run = :run AND s.hard = 0 AND s.rarity < :bound"

static err *close_run(struct watch *w, struct arena *a, str run, usec now, int64_t *ret_unsure)
{
    int64_t tests, outlets, bound;
    TRY(db_one_int(w->db, "SELECT CAST(COALESCE(SUM(tests), 0) AS BIGINT) FROM reading_watch_ran WHERE run = :run", DB_ARGS(DB_T("run", run)), 0, &tests));
    TRY(db_one_int(w->db, "SELECT COUNT(*) FROM reading_watch_ran WHERE run = :run", DB_ARGS(DB_T("run", run)), 0, &outlets));
    TRY(bound_of(w, a, run, tests, &bound));
    const struct db_args *args = DB_ARGS(DB_T("run", run), DB_I("bound", bound));
    TRY(db_exec(w->db, "UPDATE reading_watch_finding SET state = 3 WHERE state = 0 AND id IN (" SEEN_IN_RUN ")", args, NULL));
    /* what stands now may have failed in another run */
    TRY(db_exec(w->db, "UPDATE reading_watch_finding SET state = 0 WHERE state = 3 AND id IN (SELECT s.finding FROM reading_watch_seen s WHERE s.run = :run"
                       " AND (s.hard = 1 OR s.rarity >= :bound))", args, NULL));
    TRY(db_one_int(w->db, "SELECT COUNT(*) FROM reading_watch_finding WHERE state = 3 AND id IN (" SEEN_IN_RUN ")", args, 0, ret_unsure));
    TRY(tally(w, a, run));
    return db_exec(w->db, "UPDATE reading_watch_run SET ended = :now, outlets = :outlets, tests = :tests, rarity = :rarity WHERE id = :run",
                   DB_ARGS(DB_T("run", run), DB_I("now", now), DB_I("outlets", outlets), DB_I("tests", tests),
                           DB_I("rarity", bound)), NULL);
}

err *watch_run_end(struct watch *w, str run, usec now, int64_t *ret_unsure)
{
    AUTO_ARENA(a);
    pthread_mutex_lock(&w->lock);
    err *e = db_begin_write(w->db);
    if (!e)
        e = db_end(w->db, close_run(w, a, run, now, ret_unsure));
    pthread_mutex_unlock(&w->lock);
    return e;
}

/* ---- reading ---- */
#define RUN_COLUMNS                                                                                 \
    "r.id, r.first_day, r.last_day, r.rules, r.silent, r.light, r.started, r.ended, r.outlets, r.tests,"                              \
    " (SELECT COUNT(*) FROM reading_watch_seen s WHERE s.run = r.id),"                                                                \
    " (SELECT COUNT(*) FROM reading_watch_seen s WHERE s.run = r.id AND (s.hard = 1 OR s.rarity >= r.rarity))"

static struct watch_run run_of(const struct db_rows *r)
{
    return (struct watch_run){.id = db_str(r, 0), .first = (day)db_int(r, 1), .last = (day)db_int(r, 2), .rules = db_str(r, 3), .silent = db_str(r, 4),
                              .light = db_int(r, 5) != 0, .started = db_int(r, 6), .ended = db_column(r, 7).kind == DB_NULL ? USEC_NONE : db_int(r, 7),
                              .outlets = db_int(r, 8), .tests = db_int(r, 9), .findings = db_int(r, 10), .standing = db_int(r, 11)};
}

bool named_in(str list, str id)
{
    for (str one; list.n && str_next(&list, ' ', &one);)
        if (str_eq(one, id))
            return true;
    return false;
}

static err *runs_in(struct watch *w, struct arena *a, int limit, struct watch_run **ret, size_t *ret_n)
{
    VEC(struct watch_run) list = {0};
    struct db_rows rows;
    bool more;
    TRY(db_query(w->db, a, "SELECT " RUN_COLUMNS " FROM reading_watch_run r ORDER BY r.started DESC, r.id DESC LIMIT :n", DB_ARGS(DB_I("n", limit)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, run_of(&rows));
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

err *watch_runs(struct watch *w, struct arena *a, int limit, struct watch_run **ret, size_t *ret_n)
{
    pthread_mutex_lock(&w->lock);
    err *e = runs_in(w, a, limit, ret, ret_n);
    pthread_mutex_unlock(&w->lock);
    return e;
}

static err *tallies_in(struct watch *w, struct arena *a, const struct watch_run *run, struct watch_tally **ret, size_t *ret_n)
{
    VEC(struct watch_tally) list = {0};
    struct db_rows rows;
    bool more;
    TRY(db_query(w->db, a, "SELECT detector, found, weak, clean, lacked FROM reading_watch_tally WHERE run = :run", DB_ARGS(DB_T("run", run->id)), &rows));
    struct map *by_id = map_new(a);
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct watch_tally *t = NEW(a, struct watch_tally);
        *t = (struct watch_tally){.detector = detector_find(db_str(&rows, 0)), .count = {db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3), db_int(&rows, 4)}};
        if (t->detector) /* a later program may know other rules */
            map_put(by_id, str_of(t->detector->id), t);
    }
    for (size_t i = 0; i < detector_count(); i++) {
        struct watch_tally *t = map_get(by_id, str_of(detector_at(i)->id));
        if (!t)
            continue;
        t->silent = named_in(run->silent, str_of(t->detector->id));
        vec_push(a, &list, *t);
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

err *watch_tallies(struct watch *w, struct arena *a, const struct watch_run *run, struct watch_tally **ret, size_t *ret_n)
{
    pthread_mutex_lock(&w->lock);
    err *e = tallies_in(w, a, run, ret, ret_n);
    pthread_mutex_unlock(&w->lock);
    return e;
}

static err *look_in(struct watch *w, struct arena *a, str outlet, usec at, struct watch_look *ret)
{
    struct db_rows rows;
    bool more;
    VEC(struct watch_said) list = {0};
    TRY(db_query(w->db, a, "SELECT " RUN_COLUMNS ", x.at, x.readings, x.outcomes FROM reading_watch_ran x JOIN reading_watch_run r ON r.id = x.run"
                           " WHERE x.outlet = :outlet ORDER BY CASE WHEN x.at <= :at THEN 0 ELSE 1 END, CASE WHEN x.at <= :at THEN -x.at ELSE x.at END,"
                           " r.last_day DESC, r.id LIMIT 1",
                 DB_ARGS(DB_T("outlet", outlet), DB_I("at", at == USEC_NONE ? INT64_MAX : at)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "这个点位还没有研判过");
    *ret = (struct watch_look){.run = run_of(&rows), .at = db_int(&rows, 12), .readings = db_int(&rows, 13)};
    for (str rest = db_str(&rows, 14), line, id, word; rest.n && str_next(&rest, '\n', &line);) {
        if (!line.n || !str_next(&line, ' ', &id) || !str_next(&line, ' ', &word))
            continue;
        struct watch_said s = {.detector = detector_find(id), .outcome = WATCH_LACKED, .lacked = line.p ? arena_str(a, line) : S("")};
        for (int o = 0; o <= WATCH_LACKED; o++)
            if (str_eq(word, str_of(outcome_word[o])))
                s.outcome = (enum watch_outcome)o;
        s.silent = s.detector && named_in(ret->run.silent, str_of(s.detector->id));
        if (s.detector)
            vec_push(a, &list, s);
    }
    ret->said = list.p, ret->n = list.n;
    db_rows_end(&rows);
    return NULL;
}

err *watch_look(struct watch *w, struct arena *a, str outlet, usec at, struct watch_look *ret)
{
    pthread_mutex_lock(&w->lock);
    err *e = look_in(w, a, outlet, at, ret);
    pthread_mutex_unlock(&w->lock);
    return e;
}
