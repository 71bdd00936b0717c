/*
 * Officers' last verdict on each clue, counted for every detector that had a hand in it. A detector that is mostly wrong falls
 * silent by itself; what it would have said is still counted in the next run's hits.
 */
#include "monitor/watch/watch_private.h"

struct judged { str finding, verdict; };

static err *last_verdicts(struct watch *w, struct arena *a, struct map *ret)
{
    struct db *house;
    struct db_rows rows;
    bool more = true;
    TRY(db_open(w->house, false, &house));
    err *e = db_query(house, a, "SELECT v.finding, v.verdict FROM clue_verdict v WHERE v.finding IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
                                " clue_verdict n WHERE n.clue = v.clue AND n.seq > v.seq) ORDER BY v.seq" /* of two clues of one finding the later counts */, NULL, &rows);
    while (!e && more) {
        e = db_next(&rows, &more);
        if (!e && more) {
            str *verdict = NEW(a, str);
            *verdict = db_str(&rows, 1);
            map_put(ret, db_str(&rows, 0), verdict);
        }
    }
    db_close(house);
    return e;
}

static void count(struct watch_measure *m, size_t n, str detectors, const str *verdict)
{
    str id;
    while (str_next(&detectors, ' ', &id))
        for (size_t i = 0; i < n; i++)
            if (str_eq(id, str_of(m[i].detector->id))) {
                m[i].clues++;
                m[i].judged += verdict != NULL;
                m[i].confirmed += verdict && str_eq(*verdict, S("confirmed"));
            }
}

static err *count_all(struct watch *w, struct arena *a, struct watch_measure *m, size_t n, const struct map *verdicts)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(w->db, a, "SELECT id, detectors FROM reading_watch_finding WHERE state = 1", NULL, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        count(m, n, db_str(&rows, 1), map_get(verdicts, db_str(&rows, 0)));
    }
}

err *watch_measures(struct watch *w, struct arena *a, struct watch_measure **ret)
{
    size_t n = detector_count();
    struct watch_measure *m = NEW_ARRAY(a, n, struct watch_measure);
    struct map *verdicts = map_new(a);
    for (size_t i = 0; i < n; i++)
        m[i].detector = detector_at(i);
    TRY(last_verdicts(w, a, verdicts));
    pthread_mutex_lock(&w->lock);
    err *e = count_all(w, a, m, n, verdicts);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < n; i++)
        m[i].background = m[i].detector->background ||
                          (m[i].judged >= WATCH_JUDGED_LEAST && m[i].confirmed * 100 < m[i].judged * WATCH_PRECISION_LEAST);
    *ret = m;
    return e;
}
