/*
 * Which entries belong to a case. The ledger's index of touched things (table touch) is asked for every thing the case rests
 * on. An entrustment may have served other companies as well: entries that name another company are none of this court's
 * business and stay out, and of the groups of acts only those a case is made of go in: no inquiry, no score, no payment.
 */
#include "bundle/bundle_private.h"

#include <stdlib.h>

#define GROUPS                                                                                      \
    "(l.act LIKE 'entrustment.%' OR l.act LIKE 'notice.%' OR l.act LIKE 'objection.%' OR l.act LIKE 'visit.%'"         \
    " OR l.act LIKE 'presence.%' OR l.act LIKE 'material.%' OR l.act LIKE 'evidence.%' OR l.act LIKE 'clue.%'"          \
    " OR l.act LIKE 'record.%' OR l.act LIKE 'case.%' OR l.act LIKE 'order.%' OR l.act LIKE 'paper.%')"

/* The entrustments a case rests on: of its cited materials, its notices and records, and the clue it began with; and the papers of
 * all that: the act that prints one touches nothing else, and only it speaks of the digest of the PDF. */
#define THINGS                                                                                      \
    "WITH RECURSIVE up(id) AS (SELECT material FROM citation WHERE casefile = CAST(:case AS TEXT) UNION SELECT ms.source"       \
    " FROM material_source ms JOIN up ON ms.material = up.id),"                                     \
    " ent(id) AS (SELECT m.entrustment FROM up JOIN material m ON m.id = up.id UNION SELECT n.entrustment FROM attachment t"    \
    "  JOIN notice n ON n.id = t.ref WHERE t.casefile = CAST(:case AS TEXT) AND t.kind = 'notice' UNION SELECT r.entrustment"   \
    "  FROM attachment t JOIN record r ON r.id = t.ref WHERE t.casefile = CAST(:case AS TEXT) AND t.kind = 'record'"            \
    "  UNION SELECT q.entrustment FROM casefile k JOIN clue q ON k.basis_type = 'clue' AND q.id = k.basis_ref"                  \
    "  WHERE k.id = CAST(:case AS TEXT) AND q.entrustment IS NOT NULL),"                            \
    " own(kind, id) AS (SELECT 'casefile', CAST(:case AS TEXT) UNION SELECT 'material', id FROM up"                           \
    "  UNION SELECT 'entrustment', id FROM ent"                                                     \
    "  UNION SELECT 'notice', n.id FROM notice n JOIN ent ON ent.id = n.entrustment WHERE n.subject = CAST(:subject AS TEXT)"    \
    "  UNION SELECT 'visit', v.id FROM visit v JOIN ent ON ent.id = v.entrustment WHERE v.subject = CAST(:subject AS TEXT)"      \
    "  UNION SELECT 'objection', o.id FROM objection o JOIN ent ON ent.id = o.entrustment WHERE o.subject = CAST(:subject AS TEXT)" \
    "  UNION SELECT 'record', r.id FROM record r JOIN ent ON ent.id = r.entrustment"                \
    "  UNION SELECT 'clue', k.basis_ref FROM casefile k WHERE k.id = CAST(:case AS TEXT) AND k.basis_type = 'clue'),"    \
    " thing(kind, id) AS (SELECT kind, id FROM own UNION SELECT 'paper', p.id FROM paper p JOIN own ON own.kind = p.thing_kind"  \
    "  AND own.id = p.thing_id)"

/* Materials of the entrustment that this case does not use may be of another company's site. */
#define FOREIGN                                                                                     \
    "NOT EXISTS (SELECT 1 FROM touch f WHERE f.seq = t.seq AND f.kind = 'subject' AND f.id <> CAST(:subject AS TEXT))"          \
    " AND NOT EXISTS (SELECT 1 FROM touch f WHERE f.seq = t.seq AND f.kind = 'material' AND f.id NOT IN (SELECT id FROM up))"   \
    " AND NOT EXISTS (SELECT 1 FROM touch f JOIN visit fv ON fv.id = f.id WHERE f.seq = t.seq AND f.kind = 'visit'"             \
    "   AND fv.subject <> CAST(:subject AS TEXT))"                                                  \
    " AND NOT EXISTS (SELECT 1 FROM touch f WHERE f.seq = t.seq AND f.kind = 'casefile' AND f.id <> CAST(:case AS TEXT))"       \
    " AND NOT EXISTS (SELECT 1 FROM touch f JOIN notice fn ON fn.id = f.id WHERE f.seq = t.seq AND f.kind = 'notice'"           \
    "   AND fn.subject <> CAST(:subject AS TEXT))"                                                  \
    " AND NOT EXISTS (SELECT 1 FROM touch f JOIN clue fc ON fc.id = f.id WHERE f.seq = t.seq AND f.kind = 'clue'"               \
    "   AND NOT EXISTS (SELECT 1 FROM casefile fk WHERE fk.id = CAST(:case AS TEXT) AND fk.basis_type = 'clue' AND fk.basis_ref = fc.id))"

typedef VEC(int64_t) seqs;

static err *add_rows(struct db *d, struct arena *a, const char *sql, const struct db_args *args, seqs *to)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, sql, args, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        vec_push(a, to, db_int(&rows, 0));
    }
}

/* Approvals that set a held act free, and orders that erased something of an entry. */
static err *add_followers(struct db *d, struct arena *a, const struct gathered *g, seqs *to)
{
    size_t own = to->n;
    for (size_t i = 0; i < to->n; i++) { /* grows: an order waits for approvals of its own */
        bool order = i >= own;
        TRY(add_rows(d, a, "SELECT decided_seq FROM held WHERE seq = :seq AND decided_seq <= :until",
                     DB_ARGS(DB_I("seq", to->p[i]), DB_I("until", order ? INT64_MAX : g->until)), to));
        /* Whenever it came: what is gone cannot be shown as it was. */
        TRY(add_rows(d, a, "SELECT seq FROM erasure WHERE target_seq = :seq", DB_ARGS(DB_I("seq", to->p[i])), to));
    }
    return NULL;
}

static int by_number(const void *l, const void *r)
{
    int64_t a = *(const int64_t *)l, b = *(const int64_t *)r;
    return (a > b) - (a < b);
}

static err *case_read(struct db *d, struct arena *a, struct gathered *g)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, "SELECT k.subject, k.agency, COALESCE(g.name, k.agency), k.seq FROM casefile k LEFT JOIN agency g ON"
                       " g.id = k.agency WHERE k.id = :case", DB_ARGS(DB_T("case", g->case_id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more || db_int(&rows, 3) > g->until)
        return err_at(err_new(ERR_MISSING, more ? "该日还没有案卷“%.*s”" : "没有案卷“%.*s”", STR_ARG(g->case_id)), S("case"));
    g->subject = db_str(&rows, 0);
    g->agency = db_str(&rows, 1);
    g->agency_name = db_str(&rows, 2);
    db_rows_end(&rows);
    return NULL;
}

err *gather(struct db *d, struct arena *a, str case_id, usec as_of, struct gathered *ret)
{
    struct gathered g = {.case_id = case_id, .until = INT64_MAX};
    seqs found = {0};
    if (as_of != USEC_NONE)
        TRY(db_one_int(d, "SELECT MAX(seq) FROM act_log WHERE received_at <= :as_of", DB_ARGS(DB_I("as_of", as_of)), 0, &g.until));
    TRY(case_read(d, a, &g));
    usec latest = as_of == USEC_NONE ? INT64_MAX : as_of;
    TRY(add_rows(d, a, THINGS " SELECT DISTINCT t.seq FROM thing x JOIN touch t ON t.kind = x.kind AND t.id = x.id JOIN act_log l"
                              " ON l.seq = t.seq WHERE t.seq <= :until AND l.received_at <= :latest AND " GROUPS " AND " FOREIGN
                              " ORDER BY t.seq",
                 DB_ARGS(DB_T("case", case_id), DB_T("subject", g.subject), DB_I("until", g.until), DB_I("latest", latest)),
                 &found));
    TRY(add_followers(d, a, &g, &found));
    if (found.n)
        qsort(found.p, found.n, sizeof *found.p, by_number);
    for (size_t i = 0; i < found.n; i++)
        if (!g.n || found.p[i] != found.p[g.n - 1])
            found.p[g.n++] = found.p[i];
    g.seq = found.p;
    *ret = g;
    return NULL;
}
