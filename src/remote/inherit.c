/*
 * A pond that was found in March is found again in May; that is one clue with two dates, not two clues. Looks of the same recipe and kind over the same ground are
 * read, the newest first, and a group that is the same thing as one of theirs inherits from it. Nothing is decided here: officers' verdicts stay with the first.
 */
#include "remote/inherit.h"

#include <stdlib.h>

struct earlier_run { str scene, document; };
struct best { str earlier; double iou; };

static err *runs_before(struct db *d, struct arena *a, const struct scene *s, str recipe, bool changed, struct earlier_run **ret, size_t *ret_n)
{
    struct db_rows rows;
    bool more;
    VEC(struct earlier_run) list = {0};
    TRY(db_query(d, a, "SELECT r.scene, r.document FROM scene_run r JOIN scene x ON x.id = r.scene JOIN scene me ON me.id = :scene WHERE r.recipe = :recipe"
                       " AND CASE WHEN r.before_scene IS NULL THEN 0 ELSE 1 END = CAST(:changed AS BIGINT) AND COALESCE(x.agency, '') = COALESCE(me.agency, '')"
                       " AND x.west < me.east AND x.east > me.west AND x.south < me.north AND x.north > me.south ORDER BY r.seq DESC LIMIT :most",
                 DB_ARGS(DB_T("scene", s->id), DB_T("recipe", recipe), DB_I("changed", changed), DB_I("most", LIMIT_INHERIT_RUNS)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, ((struct earlier_run){db_str(&rows, 0), db_str(&rows, 1)}));
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

static int64_t kind_of(const struct json *group)
{
    const struct json *c = json_get(group, S("change"));
    return c ? c->i : 0;
}

static err *against(struct store *st, struct db *d, struct arena *a, const struct earlier_run *run, const struct grid *g, const struct json *groups, const struct cover *own, struct best *best)
{
    struct sm3 digest;
    struct scene s;
    struct raster *r;
    str text;
    const struct json *j;
    if (!sm3_from_text(run->document, &digest))
        return err_new(ERR_DAMAGED, "解译记录的摘要不完整");
    TRY(blob_get(st, a, &digest, LIMIT_SCENE_DOCUMENT, &text));
    TRY(json_parse_nodes(a, text, LIMIT_SCENE_DOCUMENT, 4000000, &j));
    TRY(scene_find(st, d, a, run->scene, &s));
    TRY(raster_open(a, s.path, &r));
    const struct grid grid = raster_head(r)->grid;
    raster_close(r);
    const struct json *list = json_get(j, S("groups"));
    for (size_t i = 0; list && i < list->n; i++) {
        struct cover c;
        TRY(cover_of(a, json_get(&list->child[i], S("rings")), &grid, g, &c));
        for (size_t k = 0; c.pixels && k < groups->n; k++) {
            struct likeness like = cover_like(&own[k], &c);
            if (kind_of(&groups->child[k]) == kind_of(&list->child[i]) && same_thing(&like) && (!best[k].earlier.n || like.iou > best[k].iou))
                best[k] = (struct best){json_string(&list->child[i], S("finding")), like.iou};
        }
    }
    return NULL;
}

/* Along what was inherited before, is there a clue? */
static err *has_clue(struct db *d, struct arena *a, str finding, bool *ret)
{
    int64_t n = 0;
    for (int step = 0; step < LIMIT_DATES && finding.n && !n; step++) {
        TRY(db_one_int(d, "SELECT COUNT(*) FROM clue WHERE finding = :f", DB_ARGS(DB_T("f", finding)), 0, &n));
        if (!n)
            TRY(db_one_str(d, a, "SELECT earlier FROM scene_lineage WHERE finding = :f", DB_ARGS(DB_T("f", finding)), &finding));
    }
    *ret = n > 0;
    return NULL;
}

err *inherit(struct store *st, struct db *d, struct arena *a, const struct scene *s, const struct grid *g, str recipe, bool changed, const struct json *groups,
             struct inherited **ret, size_t *ret_n)
{
    struct earlier_run *runs;
    size_t runs_n, n = 0;
    TRY(runs_before(d, a, s, recipe, changed, &runs, &runs_n));
    struct cover *own = NEW_ARRAY(a, groups->n + 1, struct cover);
    struct best *best = NEW_ARRAY(a, groups->n + 1, struct best);
    for (size_t k = 0; k < groups->n && runs_n; k++)
        TRY(cover_of(a, json_get(&groups->child[k], S("rings")), g, g, &own[k]));
    for (size_t i = 0; i < runs_n; i++)
        TRY(against(st, d, a, &runs[i], g, groups, own, best));
    *ret = NEW_ARRAY(a, groups->n + 1, struct inherited);
    for (size_t k = 0; k < groups->n; k++) {
        str finding = json_string(&groups->child[k], S("finding"));
        if (!best[k].earlier.n || str_eq(finding, best[k].earlier))
            continue;
        struct inherited *one = &(*ret)[n++];
        *one = (struct inherited){.finding = finding, .earlier = best[k].earlier};
        TRY(has_clue(d, a, one->earlier, &one->has_clue));
    }
    *ret_n = n;
    return NULL;
}
