/* Findings as rows. One connection under a lock: what is written per outlet is small beside what is computed for it, and a commit holds several. */
#include "monitor/watch/watch_private.h"

#define COLUMNS                                                                                     \
    "id, outlet, mn, name, agency, lead, detectors, factor, level, state, from_time, to_time, found, severity, sentence, json, clue," \
    " continues, first_day, last_day, rules, silent, light"

static struct watch_finding row_of(const struct db_rows *r)
{
    return (struct watch_finding){
        .id = db_str(r, 0), .outlet = db_str(r, 1), .mn = db_str(r, 2), .name = db_str(r, 3), .agency = db_str(r, 4), .lead = db_str(r, 5),
        .detectors = db_str(r, 6), .factor = db_str(r, 7), .level = (enum finding_level)db_int(r, 8), .state = (enum watch_state)db_int(r, 9),
        .from = db_int(r, 10), .to = db_int(r, 11), .found = db_int(r, 12), .severity = db_int(r, 13), .sentence = db_str(r, 14),
        .json = db_str(r, 15), .clue = db_str(r, 16), .continues = db_str(r, 17), .first = (day)db_int(r, 18), .last = (day)db_int(r, 19),
        .rules = db_str(r, 20), .silent = db_str(r, 21), .light = db_int(r, 22) != 0};
}

static err *select_all(struct watch *w, struct arena *a, const char *sql, const struct db_args *args, struct watch_finding **ret, size_t *ret_n)
{
    VEC(struct watch_finding) list = {0};
    struct db_rows rows;
    bool more = true;
    pthread_mutex_lock(&w->lock);
    err *e = db_query(w->db, a, sql, args, &rows);
    while (!e && more) {
        e = db_next(&rows, &more);
        if (!e && more)
            vec_push(a, &list, row_of(&rows));
    }
    pthread_mutex_unlock(&w->lock);
    *ret = list.p, *ret_n = list.n;
    return e;
}

err *watch_findings(struct watch *w, struct arena *a, const struct watch_filter *f, str after, int limit, struct watch_finding **ret, size_t *ret_n)
{
    CHECK(limit >= 1 && limit <= LIMIT_WATCH_FINDINGS);
    return select_all(w, a,
        "SELECT " COLUMNS " FROM reading_watch_finding x WHERE (state <> 2 OR CAST(:continued AS BIGINT) = 1)"
        " AND (state <> 4 OR CAST(:continued AS BIGINT) = 1) AND (state <> 3 OR CAST(:unsure AS BIGINT) = 1)"
        " AND (CAST(:level AS BIGINT) < 0 OR level = CAST(:level AS BIGINT)) AND (CAST(:agency AS TEXT) = '' OR agency = CAST(:agency AS TEXT))"
        " AND (CAST(:outlet AS TEXT) = '' OR outlet = CAST(:outlet AS TEXT)) AND (CAST(:after AS TEXT) = '' OR EXISTS (SELECT 1 FROM"
        " reading_watch_finding p WHERE p.id = CAST(:after AS TEXT) AND (x.level < p.level OR (x.level = p.level AND (x.severity < p.severity"
        " OR (x.severity = p.severity AND x.id > p.id))))))"
        " ORDER BY level DESC, severity DESC, id LIMIT :n",
        DB_ARGS(DB_I("level", f->level), DB_I("continued", f->continued), DB_I("unsure", f->unsure), DB_T("agency", f->agency.p ? f->agency : S("")), DB_T("outlet", f->outlet.p ? f->outlet : S("")),
                DB_T("after", after.p ? after : S("")), DB_I("n", limit)), ret, ret_n);
}

err *watch_finding(struct watch *w, struct arena *a, str id, struct watch_finding *ret)
{
    struct watch_finding *list;
    size_t n;
    TRY(select_all(w, a, "SELECT " COLUMNS " FROM reading_watch_finding WHERE id = :id", DB_ARGS(DB_T("id", id)), &list, &n));
    if (!n)
        return err_got(err_new(ERR_MISSING, "没有这个研判结果"), utf8_clip(id, 40), S("研判结果编号"), STR_NONE);
    *ret = list[0];
    return NULL;
}

err *findings_waiting(struct watch *w, struct arena *a, struct watch_finding **ret, size_t *ret_n)
{
    return select_all(w, a, "SELECT " COLUMNS " FROM reading_watch_finding WHERE level = 1 AND state = 0 ORDER BY agency, severity DESC, id"
                            " LIMIT 10000", NULL, ret, ret_n);
}

err *findings_given(struct watch *w, str agency, day today, int64_t *ret)
{
    pthread_mutex_lock(&w->lock);
    err *e = db_one_int(w->db, "SELECT COUNT(*) FROM reading_watch_finding WHERE agency = :agency AND reported_day = :day",
                        DB_ARGS(DB_T("agency", agency), DB_I("day", today)), 0, ret);
    pthread_mutex_unlock(&w->lock);
    return e;
}

err *finding_done(struct watch *w, str outlet, day first, day last, str rules, bool *ret)
{
    int64_t n;
    pthread_mutex_lock(&w->lock);
    err *e = db_one_int(w->db, "SELECT COUNT(*) FROM reading_watch_done WHERE outlet = :outlet AND first_day = :first AND last_day = :last"
                               " AND rules = :rules",
                        DB_ARGS(DB_T("outlet", outlet), DB_I("first", first), DB_I("last", last), DB_T("rules", rules)), 0, &n);
    pthread_mutex_unlock(&w->lock);
    *ret = !e && n > 0;
    return e;
}

/* The finding that already speaks of this: same outlet and lead, overlapping, not itself a continuation, nor past, nor unsure: what continued one that
 * stands for nobody would stand for nobody, however rare it grew. */
static err *earlier(struct watch *w, struct arena *a, const struct watch_finding *f, str *ret)
{
    *ret = STR_NONE;
    return db_one_str(w->db, a, "SELECT id FROM reading_watch_finding WHERE outlet = :outlet AND lead = :lead AND factor = :factor AND level = 1"
                                " AND state IN (0, 1) AND id <> :id AND from_time < :to AND to_time > :from ORDER BY found, id LIMIT 1",
                      DB_ARGS(DB_T("outlet", f->outlet), DB_T("lead", f->lead), DB_T("factor", f->factor), DB_T("id", f->id), DB_I("from", f->from),
                              DB_I("to", f->to)), ret);
}

/*
 * Known already, by its lead and its hours; kept as this look saw it where nobody was told, and it was past, or continued what stands for nobody now, or
 * was unsure and continues what stands, or was a hint and has become a clue: another family may join later within the same hours. The other way round,
 * a look that sees as much and more days tells a clue that waits as the hint it has become.
 */
static err *renew(struct watch *w, const struct watch_finding *f, bool whole, str continues, int64_t *ret_changed)
{
    return db_exec(w->db,
        "UPDATE reading_watch_finding SET detectors = :detectors, level = :level, state = :state, found = :found, severity = :severity, sentence = :sentence,"
        " json = :json, continues = :continues, first_day = :first, last_day = :last, rules = :rules, silent = :silent, light = :light WHERE id = :id"
        " AND clue = '' AND (state = 4 OR level < :level OR (CAST(:whole AS BIGINT) = 1 AND level > :level AND state IN (0, 3)"
        " AND light >= :light AND last_day < :last AND last_day - first_day <= CAST(:last AS BIGINT) - CAST(:first AS BIGINT))"
        " OR (state = 3 AND CAST(:continues AS TEXT) <> '')"
        " OR (state = 2 AND continues IN (SELECT p.id FROM reading_watch_finding p WHERE p.state IN (3, 4))))",
        DB_ARGS(DB_T("id", f->id), DB_T("detectors", f->detectors), DB_I("level", f->level), DB_I("state", continues.n ? WATCH_CONTINUES : WATCH_OPEN),
                DB_I("found", f->found), DB_I("severity", f->severity), DB_T("sentence", f->sentence), DB_T("json", f->json), DB_T("continues", continues),
                DB_I("first", f->first), DB_I("last", f->last), DB_T("rules", f->rules), DB_T("silent", f->silent), DB_I("light", f->light),
                DB_I("whole", whole)), ret_changed);
}

static err *put_one(struct watch *w, struct arena *a, const struct watch_finding *f, bool whole, struct finding_count *count)
{
    str before;
    int64_t changed;
    TRY(earlier(w, a, f, &before));
    bool continues = f->level == LEVEL_CLUE && before.n;
    TRY(db_exec(w->db,
        "INSERT INTO reading_watch_finding (" COLUMNS ") VALUES (:id, :outlet, :mn, :name, :agency, :lead, :detectors, :factor, :level, :state,"
        " :from, :to, :found, :severity, :sentence, :json, '', :continues, :first, :last, :rules, :silent, :light) ON CONFLICT (id) DO NOTHING",
        DB_ARGS(DB_T("id", f->id), DB_T("outlet", f->outlet), DB_T("mn", f->mn), DB_T("name", f->name), DB_T("agency", f->agency),
                DB_T("lead", f->lead), DB_T("detectors", f->detectors), DB_T("factor", f->factor), DB_I("level", f->level),
                DB_I("state", continues ? WATCH_CONTINUES : WATCH_OPEN), DB_I("from", f->from), DB_I("to", f->to), DB_I("found", f->found),
                DB_I("severity", f->severity), DB_T("sentence", f->sentence), DB_T("json", f->json),
                DB_T("continues", continues ? before : S("")), DB_I("first", f->first), DB_I("last", f->last), DB_T("rules", f->rules),
                DB_T("silent", f->silent), DB_I("light", f->light)), &changed));
    if (!changed)
        TRY(renew(w, f, whole, continues ? before : S(""), &changed));
    if (changed && continues)
        count->continued++;
    else if (changed && f->level == LEVEL_CLUE)
        count->clues++;
    else if (changed)
        count->hints++;
    return NULL;
}

/* Seen in this look: the same, or a clue that an open one is continued by. */
static bool seen_again(const struct outlet_ran *ran, const struct watch_finding *old)
{
    for (size_t i = 0; i < ran->n; i++) {
        const struct watch_finding *f = &ran->list[i];
        bool overlaps = f->from < old->to && f->to > old->from;
        bool clues = f->level == LEVEL_CLUE && old->level == LEVEL_CLUE;
        if (str_eq(f->id, old->id) || (overlaps && clues && str_eq(f->lead, old->lead) && str_eq(f->factor, old->factor)))
            return true;
    }
    return false;
}

static bool any_named(str list, str ids)
{
    for (str one; ids.n && str_next(&ids, ' ', &one);)
        if (named_in(list, one))
            return true;
    return false;
}

/*
 * What earlier looks saw within this span and this one does not: edges that moved, a habit that shows as one only after weeks. Not what an officer
 * was told, nor what this look could not see: other rules' findings in light runs, of rules that are silent now, of minutes and columns there was no
 * room for, of a longer history than it has. Nor is an older day's look, made again, the last word.
 */
static err *outdate(struct watch *w, struct arena *a, const struct outlet_ran *ran, day first, day last)
{
    struct db_rows rows;
    int64_t newer;
    if (ran->narrowed || !ran->readings)
        return NULL;
    TRY(db_one_int(w->db, "SELECT COUNT(*) FROM reading_watch_done WHERE outlet = :outlet AND last_day > :last",
                   DB_ARGS(DB_T("outlet", ran->outlet), DB_I("last", last)), 0, &newer));
    if (newer)
        return NULL;
    TRY(db_query(w->db, a, "SELECT " COLUMNS " FROM reading_watch_finding WHERE outlet = :outlet AND state IN (0, 3) AND clue = '' AND last_day < :last"
                           " AND from_time >= :from AND to_time <= :to AND light >= :light AND last_day - first_day <= :days",
                 DB_ARGS(DB_T("outlet", ran->outlet), DB_I("last", last), DB_I("days", last - first), DB_I("from", day_start(first)),
                         DB_I("to", day_start(last + 1)), DB_I("light", ran->light)), &rows));
    VEC(str) past = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct watch_finding old = row_of(&rows);
        if (!any_named(ran->silent, old.detectors) && !seen_again(ran, &old))
            vec_push(a, &past, old.id);
    }
    for (size_t i = 0; i < past.n; i++)
        TRY(db_exec(w->db, "UPDATE reading_watch_finding SET state = 4 WHERE id = :id", DB_ARGS(DB_T("id", past.p[i])), NULL));
    return NULL;
}

static err *put_all(struct watch *w, const struct outlet_ran *ran, size_t n, day first, day last, str rules, struct finding_count *count)
{
    AUTO_ARENA(a);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < ran[i].n; k++)
            TRY(put_one(w, a, &ran[i].list[k], !ran[i].narrowed, count));
        TRY(outdate(w, a, &ran[i], first, last));
        TRY(ran_put(w->db, &ran[i]));
        TRY(db_put(w->db, "INSERT INTO reading_watch_done (outlet, first_day, last_day, rules, at) VALUES (:outlet, :first, :last, :rules, :at)"
                          " ON CONFLICT (outlet, first_day, last_day, rules) DO NOTHING",
                   DB_ARGS(DB_T("outlet", ran[i].outlet), DB_I("first", first), DB_I("last", last), DB_T("rules", rules), DB_I("at", ran[i].at))));
    }
    return NULL;
}

err *findings_put(struct watch *w, const struct outlet_ran *ran, size_t n, day first, day last, str rules, struct finding_count *ret)
{
    *ret = (struct finding_count){0};
    pthread_mutex_lock(&w->lock);
    err *e = db_begin_write(w->db);
    if (!e)
        e = db_end(w->db, put_all(w, ran, n, first, last, rules, ret));
    pthread_mutex_unlock(&w->lock);
    return e;
}

err *finding_reported(struct watch *w, str id, str clue, day today)
{
    pthread_mutex_lock(&w->lock);
    err *e = db_exec(w->db, "UPDATE reading_watch_finding SET state = 1, clue = :clue, reported_day = :day WHERE id = :id",
                     DB_ARGS(DB_T("clue", clue), DB_I("day", today), DB_T("id", id)), NULL);
    pthread_mutex_unlock(&w->lock);
    return e;
}
