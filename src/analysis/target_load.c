/*
 * Six statements for all subjects, each in the order of subjects, walked side by side: 10^5 subjects need no lookup of their own.
 * What a visit is planned for counts into the cap as if it had been.
 */
#include "analysis/target.h"
#include "calendar/calendar.h"

enum { PAGE = 50000 };

#define IN_REGION "s.region BETWEEN :low AND :high AND (CAST(:only AS TEXT) = '' OR s.id = CAST(:only AS TEXT)) AND s.id > :after"
/* What anybody reported anonymously, or about staff, is discipline's: a score that moved would tell of it. */
#define OPEN_CLUE "c.about_staff = 0 AND COALESCE(c.author, '') <> 'public'"
#define DAY_OF(t) "(" t " + 28800000000) / 86400000000"
/* A decision is a row of the case file (attachment), dated by its paper. */
#define SUBJECTS                                                                                    \
    "SELECT s.id, s.name, s.class, s.industry, s.region, CASE WHEN s.permit_no IS NULL THEN 0 ELSE 1 END, COALESCE(s.positive_list, 0)," \
    " COALESCE(s.visits_per_year, -1) FROM subject s WHERE " IN_REGION " ORDER BY s.id LIMIT :page"

enum aspect { VISITS, SEEN, DECIDED, RECTIFIED, VERIFIED, OPEN, ASPECTS };
static const char *const aspects[ASPECTS] = {
    [VISITS] = "SELECT v.subject, COUNT(*) FROM visit v JOIN subject s ON s.id = v.subject WHERE " IN_REGION " AND v.state <> 'cancelled'"
               " AND v.starts >= :year GROUP BY v.subject ORDER BY v.subject LIMIT :page",
    [SEEN] = "SELECT v.subject, MAX(" DAY_OF("v.starts") ") FROM visit v JOIN subject s ON s.id = v.subject WHERE " IN_REGION
             " AND v.state = 'closed' GROUP BY v.subject ORDER BY v.subject LIMIT :page",
    [DECIDED] = "SELECT k.subject, MAX(t.date) FROM casefile k JOIN subject s ON s.id = k.subject JOIN attachment t ON t.casefile = k.id"
                " AND t.kind = 'decision' WHERE " IN_REGION " GROUP BY k.subject ORDER BY k.subject LIMIT :page",
    [RECTIFIED] = "SELECT es.subject, MAX(" DAY_OF("e.ended_at") ") FROM entrustment e JOIN entrustment_subject es ON es.entrustment = e.id"
                  " JOIN subject s ON s.id = es.subject WHERE " IN_REGION " AND e.state = 'finished' AND (e.kind = 'T04' OR e.basis_type ="
                  " 'rectification') GROUP BY es.subject ORDER BY es.subject LIMIT :page",
    [VERIFIED] = "SELECT c.subject, MAX(" DAY_OF("j.at") ") FROM clue c JOIN subject s ON s.id = c.subject JOIN clue_verdict j ON j.clue = c.id"
                 " WHERE " IN_REGION " AND " OPEN_CLUE " AND j.verdict = 'confirmed' AND j.seq = (SELECT MAX(l.seq) FROM clue_verdict l"
                 " WHERE l.clue = c.id) GROUP BY c.subject ORDER BY c.subject LIMIT :page",
    [OPEN] = "SELECT c.subject, COUNT(*) FROM clue c JOIN subject s ON s.id = c.subject WHERE " IN_REGION " AND " OPEN_CLUE
             " AND c.state <> 'decided' AND NOT EXISTS (SELECT 1 FROM clue_verdict j WHERE j.clue = c.id) GROUP BY c.subject"
             " ORDER BY c.subject LIMIT :page"};

struct loading { struct db *db; struct arena *a; int low, high; str only; usec year; };

static err *page(struct loading *l, struct arena *a, const char *sql, str after, struct db_rows *ret)
{
    return db_query(l->db, a, sql, DB_ARGS(DB_I("low", l->low), DB_I("high", l->high), DB_T("only", l->only.p ? l->only : S("")),
                                           DB_T("after", after), DB_I("year", l->year), DB_I("page", PAGE)), ret);
}

typedef VEC(struct target_input) inputs;

static err *subjects(struct loading *l, inputs *all)
{
    str after = S("");
    for (size_t n = PAGE; n == PAGE;) {
        struct db_rows rows;
        TRY(page(l, l->a, SUBJECTS, after, &rows));
        for (n = 0;; n++) {
            bool more;
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            struct target_input in = {.id = db_str(&rows, 0), .name = db_str(&rows, 1), .class = db_str(&rows, 2), .industry = db_str(&rows, 3),
                                      .region = (int)db_int(&rows, 4), .permit = db_int(&rows, 5), .positive_list = db_int(&rows, 6),
                                      .cap = db_int(&rows, 7), .area_m = -1};
            vec_push(l->a, all, in);
            after = in.id;
        }
        if (all->n > LIMIT_TARGETS)
            return err_new(ERR_LIMIT, "对象超过%d个，请按市县分别计算", LIMIT_TARGETS);
    }
    return NULL;
}

static void put(struct target_input *in, enum aspect what, int64_t value)
{
    switch (what) {
    case VISITS: in->visits = value; break;
    case SEEN: in->seen = (day)value; break;
    case DECIDED: in->decided = (day)value; break;
    case RECTIFIED: in->rectified = (day)value; break;
    case VERIFIED: in->verified = (day)value; break;
    case OPEN: in->open = value > 0; break;
    case ASPECTS: break;
    }
}

static err *aspect(struct loading *l, enum aspect what, inputs *all)
{
    AUTO_ARENA(own);
    str after = S("");
    size_t at = 0;
    for (size_t n = PAGE; n == PAGE;) {
        struct db_rows rows;
        TRY(page(l, own, aspects[what], after, &rows));
        for (n = 0;; n++) {
            bool more;
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            after = db_str(&rows, 0);
            while (at < all->n && str_cmp(all->p[at].id, after) < 0)
                at++;
            if (at < all->n && str_eq(all->p[at].id, after))
                put(&all->p[at], what, db_int(&rows, 1));
        }
    }
    return NULL;
}

err *target_load(struct db *d, struct arena *a, int low, int high, str only, day today, struct target_input **ret, size_t *ret_n)
{
    struct loading l = {d, a, low, high, only, day_start(day_from_civil(civil_of_day(today).year, 1, 1))};
    inputs all = {0};
    TRY(subjects(&l, &all));
    for (enum aspect w = VISITS; w < ASPECTS; w++)
        TRY(aspect(&l, w, &all));
    *ret = all.p;
    *ret_n = all.n;
    return NULL;
}

/* ---- what stands behind a term ---- */

static const char *source_sql(enum target_term term)
{
    switch (term) {
    case TARGET_DECIDED:
        return "SELECT 'cases', k.id, t.date FROM casefile k JOIN attachment t ON t.casefile = k.id AND t.kind = 'decision' WHERE k.subject ="
               " :subject ORDER BY t.date DESC, k.id LIMIT :limit";
    case TARGET_RECTIFY:
        return "SELECT 'entrustments', e.id, " DAY_OF("e.ended_at") " FROM entrustment e JOIN entrustment_subject es ON es.entrustment = e.id"
               " WHERE es.subject = :subject AND e.state = 'finished' AND (e.kind = 'T04' OR e.basis_type = 'rectification')"
               " ORDER BY e.ended_at DESC, e.id LIMIT :limit";
    case TARGET_VERIFIED:
        return "SELECT 'clues', c.id, " DAY_OF("j.at") " FROM clue c JOIN clue_verdict j ON j.clue = c.id WHERE c.subject = :subject AND "
               OPEN_CLUE " AND j.verdict = 'confirmed' AND j.seq = (SELECT MAX(l.seq) FROM clue_verdict l WHERE l.clue = c.id)"
               " ORDER BY j.at DESC, c.id LIMIT :limit";
    case TARGET_OPEN:
        return "SELECT 'clues', c.id, " DAY_OF("c.reported_at") " FROM clue c WHERE c.subject = :subject AND " OPEN_CLUE " AND c.state <>"
               " 'decided' AND NOT EXISTS (SELECT 1 FROM clue_verdict j WHERE j.clue = c.id) ORDER BY c.reported_at DESC, c.id LIMIT :limit";
    case TARGET_UNSEEN:
        return "SELECT 'visits', v.id, " DAY_OF("v.starts") " FROM visit v WHERE v.subject = :subject AND v.state = 'closed'"
               " ORDER BY v.starts DESC, v.id LIMIT :limit";
    default:
        return "SELECT 'subjects', s.id, " DAY_OF("l.at") " FROM subject s JOIN act_log l ON l.seq = s.seq WHERE s.id = :subject LIMIT :limit";
    }
}

err *target_sources(struct db *d, struct arena *a, str subject, enum target_term term, int limit, struct target_source **ret,
                    size_t *ret_n)
{
    struct db_rows rows;
    VEC(struct target_source) v = {0};
    TRY(db_query(d, a, source_sql(term), DB_ARGS(DB_T("subject", subject), DB_I("limit", limit)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &v, ((struct target_source){db_str(&rows, 0), db_str(&rows, 1), (day)db_int(&rows, 2)}));
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}
