/*
 * Files that are being looked at, one a user, and the layouts an agency keeps. Judging a plant-year takes a fifth of a second and the
 * largest file some seconds, so it is done by the request itself; a second window of the same user waits for the first.
 */
#include "web/audit.h"

#include "crypto/crypto.h"

#include <string.h>

static const struct held_kind kind_audit = {.hours = AUDIT_KEPT_HOURS, .most = LIMIT_AUDIT_JOBS, .full = "正在核查的文件已有%d个，请稍后再试",
                                            .gone = "没有这个文件，或已过%d小时；请重新上传"};

static err *read_head(struct request *q, struct audit_job *job, str sheet)
{
    job->plain = audit_is_plain(job->bytes);
    if (job->plain)
        return NULL;
    TRY(workbook_guess(job->held.arena, job->bytes, sheet, &job->seen));
    TRY(workbook_samples(job->held.arena, job->bytes, &job->seen, AUDIT_SAMPLES, &job->samples));
    job->map = job->seen;
    struct workbook_profile kept;
    str name;
    TRY(sheet_profile_for(q, &job->seen, &kept, &name));
    if (!name.n)
        return NULL;
    TRY(workbook_profile_parse(job->held.arena, workbook_profile_json(q->a, &kept), &job->map)); /* into the job's arena */
    job->by = arena_str(job->held.arena, name);
    return NULL;
}

err *audit_new(struct request *q, str filename, str bytes, str sheet, str limits, struct audit_job **ret)
{
    struct audit_job *job = held_make(q, &kind_audit, sizeof *job, filename);
    job->bytes = arena_str(job->held.arena, bytes);
    job->limits = arena_str(job->held.arena, limits);
    job->by = job->failure = S("");
    err *bad = read_head(q, job, sheet);
    if (bad) {
        held_free(&job->held);
        return bad;
    }
    *ret = job;
    return held_put(q, &q->web->audits, &job->held);
}

err *audit_find(struct request *q, str id, struct audit_job **ret)
{
    struct held *h;
    TRY(held_take(q, &q->web->audits, &kind_audit, id, &h));
    *ret = (struct audit_job *)h;
    return NULL;
}

/* As people read an error: what, what was read, what is wanted. */
static str told(struct arena *a, const err *e)
{
    buf b = buf_make(a, 2000);
    buf_add(&b, e->text);
    if (e->got.n)
        buf_printf(&b, "；读到“%.*s”", STR_ARG(e->got));
    if (e->want.n)
        buf_printf(&b, "，应为%.*s", STR_ARG(e->want));
    if (e->example.n)
        buf_printf(&b, "，例如%.*s", STR_ARG(e->example));
    return buf_str(&b);
}

void audit_job_run(struct audit_job *job)
{
    struct audit_file file = {.name = job->held.filename, .bytes = job->bytes, .profile = job->plain ? NULL : &job->map, .limits = job->limits};
    usec begin = time_monotonic();
    arena_free(job->held.run);
    job->held.run = arena_new();
    err *bad = audit_run(job->held.run, &file, &job->result);
    job->done = !bad;
    job->took = time_monotonic() - begin;
    job->failure = bad ? told(job->held.run, bad) : S("");
    err_clear();
}

void audits_stop(struct web *web)
{
    held_stop(&web->audits);
}

/* ---- kept profiles ---- */
static str owner_of(const struct request *q)
{
    return q->reader.agency.n ? q->reader.agency : q->reader.provider.n ? q->reader.provider : q->reader.user;
}

static str heads_of(struct request *q, const struct workbook_profile *seen)
{
    str heads = workbook_profile_heads(q->a, seen);
    struct sm3 digest = sm3_of(heads.p, heads.n);
    buf b = buf_make(q->a, 80);
    buf_hex(&b, digest.byte, sizeof digest.byte);
    return buf_str(&b);
}

err *sheet_profiles(struct request *q, struct sheet_profile **ret, size_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    VEC(struct sheet_profile) list = {0};
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT p.name, p.profile, COALESCE(u.name, p.user_id), p.saved_at FROM access_sheet_profile p LEFT JOIN users u ON u.id = p.user_id"
                          " WHERE p.owner = :owner ORDER BY p.name LIMIT 200",
                 DB_ARGS(DB_T("owner", owner_of(q))), &rows));
    for (;;) {
        bool more;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(q->a, &list, ((struct sheet_profile){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_int(&rows, 3)}));
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

err *sheet_profile_for(struct request *q, const struct workbook_profile *seen, struct workbook_profile *ret, str *ret_name)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    *ret_name = S("");
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT name, profile FROM access_sheet_profile WHERE owner = :owner AND heads = :heads ORDER BY saved_at DESC, name LIMIT 1",
                 DB_ARGS(DB_T("owner", owner_of(q)), DB_T("heads", heads_of(q, seen))), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    str name = db_str(&rows, 0), profile = db_str(&rows, 1);
    db_rows_end(&rows);
    TRY(workbook_profile_parse(q->a, profile, ret));
    if (!workbook_profile_fits(ret, seen))
        return NULL;
    /* its own sheet may have another name and title rows */
    ret->sheet = seen->sheet;
    ret->first_row = seen->first_row;
    *ret_name = name;
    return NULL;
}

struct keeping { str owner, name, heads, profile, user; usec now; };

static err *keep_step(struct db *d, void *context)
{
    const struct keeping *k = context;
    int64_t n;
    TRY(db_one_int(d, "SELECT COUNT(*) FROM access_sheet_profile WHERE owner = :owner AND name <> :name",
                   DB_ARGS(DB_T("owner", k->owner), DB_T("name", k->name)), 0, &n));
    if (n >= LIMIT_SHEET_PROFILES)
        return err_new(ERR_LIMIT, "本单位已保存%d个列对应，请先删除不用的", LIMIT_SHEET_PROFILES);
    return db_exec(d, "INSERT INTO access_sheet_profile (owner, name, heads, profile, user_id, saved_at) VALUES (:owner, :name, :heads, :profile, :user, :now)"
                      " ON CONFLICT (owner, name) DO UPDATE SET heads = excluded.heads, profile = excluded.profile, user_id = excluded.user_id,"
                      " saved_at = excluded.saved_at",
                   DB_ARGS(DB_T("owner", k->owner), DB_T("name", k->name), DB_T("heads", k->heads), DB_T("profile", k->profile), DB_T("user", k->user),
                           DB_I("now", k->now)), NULL);
}

err *sheet_profile_keep(struct request *q, str name, const struct workbook_profile *seen, const struct workbook_profile *map)
{
    struct keeping k = {owner_of(q), name, heads_of(q, seen), workbook_profile_json(q->a, map), q->session.user, q->now};
    request_db_done(q);
    return access_write(q->web, keep_step, &k);
}

static err *drop_step(struct db *d, void *context)
{
    const struct keeping *k = context;
    return db_exec(d, "DELETE FROM access_sheet_profile WHERE owner = :owner AND name = :name", DB_ARGS(DB_T("owner", k->owner), DB_T("name", k->name)), NULL);
}

err *sheet_profile_drop(struct request *q, str name)
{
    struct keeping k = {.owner = owner_of(q), .name = name};
    request_db_done(q);
    return access_write(q->web, drop_step, &k);
}
