/*
 * Each file is read once. What comparison needs of it is a few kilobytes: the sample of its pieces, the grams of its numbers, the
 * prints of its windows. The file itself is read again only for the exact check of a candidate.
 */
#include "look/look_private.h"

#include <string.h>

#include "picture/picture.h"

err *look_bytes(struct look *l, struct arena *a, str digest, str *ret)
{
    struct sm3 d;
    *ret = STR_NONE;
    if (!sm3_from_text(digest, &d))
        return NULL;
    err *e = blob_get(l->house, a, &d, LIMIT_LOOK_FILE, ret);
    if (e && (e->kind == ERR_MISSING || e->kind == ERR_LIMIT)) {
        err_clear(); /* the original stays with whoever made it; only its digest was handed in */
        *ret = STR_NONE;
        return NULL;
    }
    return e;
}

struct file { const char *kind; size_t points, quoted; str why, pieces, grams, windows; int64_t spread; };

static err *read_picture(struct arena *a, str bytes, struct file *f)
{
    struct picture *p = NEW(a, struct picture);
    struct print *print = NEW(a, struct print);
    err *e = picture_read(bytes, p);
    if (e && (e->kind == ERR_INPUT || e->kind == ERR_LIMIT || e->kind == ERR_DAMAGED)) {
        f->why = arena_str(a, e->text);
        err_clear();
        return NULL;
    }
    if (e)
        return e;
    print_of(p->grey, print);
    f->kind = "picture";
    f->windows = (str){(const char *)print->window, sizeof print->window};
    f->spread = (int64_t)(print->spread * 1000);
    return NULL;
}

static err *read_file(struct arena *a, str bytes, struct file *f)
{
    str words;
    struct near_text text;
    struct near_numbers numbers;
    *f = (struct file){.kind = "unread"};
    if (picture_like(bytes))
        return read_picture(a, bytes, f);
    TRY(look_words(a, bytes, &words, &f->why));
    if (!words.p)
        return NULL;
    near_text_of(a, words, &text);
    near_numbers_of(a, words, &numbers);
    *f = (struct file){.kind = "text", .points = text.points, .quoted = text.quoted,
                       .pieces = {(const char *)text.kept, text.kept_n * sizeof *text.kept},
                       .grams = {(const char *)numbers.gram, numbers.grams_n * sizeof *numbers.gram}};
    return NULL;
}

static err *keep(struct look *l, str digest, const struct file *f)
{
    l->report->files++;
    l->report->unread += strcmp(f->kind, "unread") == 0;
    return db_exec(l->kept,
                   "INSERT INTO reading_look_file (digest, kind, version, points, quoted, pieces, grams, windows, spread, why) VALUES (:digest, :kind,"
                   " :version, :points, :quoted, :pieces, :grams, :windows, :spread, :why) ON CONFLICT (digest) DO UPDATE SET kind = excluded.kind,"
                   " version = excluded.version, points = excluded.points, quoted = excluded.quoted, pieces = excluded.pieces,"
                   " grams = excluded.grams, windows = excluded.windows, spread = excluded.spread, why = excluded.why",
                   DB_ARGS(DB_T("digest", digest), DB_T("kind", str_of(f->kind)), DB_I("version", LOOK_VERSION),
                           DB_I("points", (int64_t)f->points), DB_I("quoted", (int64_t)f->quoted), DB_B("pieces", f->pieces),
                           DB_B("grams", f->grams), DB_B("windows", f->windows), DB_I("spread", f->spread), DB_T("why", f->why.p ? f->why : S(""))),
                   NULL);
}

/* ---- loading ---- */

static const void *column(struct look *l, struct db_rows *r, int c, size_t size, size_t *ret_n)
{
    struct db_value v = db_column(r, c);
    *ret_n = v.kind == DB_BLOB ? v.s.n / size : 0;
    return *ret_n ? arena_copy(l->a, v.s.p, *ret_n * size) : NULL;
}

static err *load_kept(struct look *l, struct arena *a, struct look_material *m, bool *ret_there)
{
    struct db_rows r;
    size_t windows;
    TRY(db_query(l->kept, a, "SELECT points, quoted, pieces, grams, windows, spread FROM reading_look_file WHERE digest = :digest AND version = :v",
                 DB_ARGS(DB_T("digest", m->digest), DB_I("v", LOOK_VERSION)), &r));
    TRY(db_next(&r, ret_there));
    if (!*ret_there)
        return NULL;
    m->points = db_int(&r, 0), m->quoted = db_int(&r, 1), m->spread = db_int(&r, 5);
    m->text.kept = column(l, &r, 2, sizeof(uint32_t), &m->text.n);
    m->numbers.kept = column(l, &r, 3, sizeof(uint32_t), &m->numbers.n);
    m->windows = column(l, &r, 4, sizeof(uint64_t), &windows);
    m->windows = windows == PRINT_WINDOWS ? m->windows : NULL;
    m->text.group = m->numbers.group = m->group;
    db_rows_end(&r);
    return NULL;
}

static err *one_file(struct look *l, struct look_material *m)
{
    AUTO_ARENA(a);
    bool there;
    str bytes;
    struct file f;
    TRY(load_kept(l, a, m, &there));
    if (there)
        return NULL;
    TRY(look_bytes(l, a, m->digest, &bytes));
    if (!bytes.p)
        return NULL; /* may be handed in later */
    TRY(read_file(a, bytes, &f));
    TRY(keep(l, m->digest, &f));
    return load_kept(l, a, m, &there);
}

static uint32_t group_of(struct look *l, struct map *groups, str provider)
{
    uintptr_t known = (uintptr_t)map_get(groups, provider);
    if (known)
        return (uint32_t)known - 1;
    map_put(groups, provider, (void *)(map_count(groups) + 1));
    (void)l;
    return (uint32_t)map_count(groups) - 1;
}

static err *load_materials(struct look *l)
{
    VEC(struct look_material) v = {0};
    struct map *groups = map_new(l->a);
    int64_t after = 0;
    for (size_t n = LOOK_PAGE; n == LOOK_PAGE;) {
        struct db_rows r;
        TRY(db_query(l->db, l->a,
                     "SELECT m.id, m.digest, m.kind, m.provider, e.agency, m.entrustment, COALESCE((SELECT v.subject FROM visit v WHERE v.id ="
                     " m.visit), (SELECT MIN(s.subject) FROM entrustment_subject s WHERE s.entrustment = e.id)), m.seq, k.at,"
                     " COALESCE(m.captured_at, 0) FROM material m JOIN entrustment e ON e.id = m.entrustment JOIN act_log k ON k.seq = m.seq"
                     " WHERE m.seq > :after ORDER BY m.seq LIMIT :page",
                     DB_ARGS(DB_I("after", after), DB_I("page", LOOK_PAGE)), &r));
        for (n = 0;; n++) {
            bool more;
            TRY(db_next(&r, &more));
            if (!more)
                break;
            usec captured = db_int(&r, 9);
            struct look_material m = {.id = db_str(&r, 0), .digest = db_str(&r, 1), .kind = db_str(&r, 2), .provider = db_str(&r, 3),
                                      .agency = db_str(&r, 4), .entrustment = db_str(&r, 5), .subject = db_str(&r, 6), .seq = db_int(&r, 7),
                                      .submitted = db_int(&r, 8), .captured = day_of(captured ? captured : db_int(&r, 8))};
            m.group = group_of(l, groups, m.provider);
            after = m.seq;
            vec_push(l->a, &v, m);
        }
        if (v.n > LIMIT_LOOK_MATERIALS)
            return err_new(ERR_LIMIT, "材料超过%d份，请按机构分库后比对", LIMIT_LOOK_MATERIALS);
    }
    l->m = v.p, l->n = v.n;
    l->providers = map_count(groups);
    l->provider = NEW_ARRAY(l->a, l->providers + 1, str);
    for (size_t i = 0; i < l->providers; i++) {
        void *number;
        map_at(groups, i, &l->provider[i], &number);
    }
    return NULL;
}

/* All that stay unread, not the new ones only: what nobody compares must not be forgotten by the next run. */
static err *say_unread(struct look *l)
{
    struct db_rows r;
    if (!l->o->unread)
        return NULL;
    TRY(db_query(l->kept, l->a, "SELECT why, COUNT(*) FROM reading_look_file WHERE kind = 'unread' AND version = :v GROUP BY why ORDER BY why",
                 DB_ARGS(DB_I("v", LOOK_VERSION)), &r));
    for (bool more;;) {
        TRY(db_next(&r, &more));
        if (!more)
            return NULL;
        l->o->unread(l->o->context, db_str(&r, 0), db_int(&r, 1));
    }
}

err *look_files(struct look *l)
{
    int64_t done = 0;
    TRY(load_materials(l));
    if (!l->o->again)
        TRY(db_one_int(l->kept, "SELECT seq FROM reading_look_done WHERE what = 'material'", NULL, 0, &done));
    for (size_t i = 0; i < l->n; i++) {
        TRY(one_file(l, &l->m[i]));
        l->report->texts += l->m[i].text.n > 0;
        l->report->pictures += l->m[i].windows != NULL;
        l->fresh += l->m[i].seq <= done;
    }
    return say_unread(l);
}
