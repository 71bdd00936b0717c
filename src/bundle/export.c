/*
 * Taking a bundle out: asked for first, then written under a passing name, recorded as the act case.export with the manifest's digest, and given its name
 * only when the act was allowed. A bundle nobody answers for does not come to be.
 */
#include "bundle/bundle_private.h"

#include <unistd.h>

err *bundle_leave(struct db *d, struct arena *a, str case_id, str by, struct bundle_leave *ret)
{
    struct db_rows rows;
    bool more;
    int64_t needed;
    *ret = (struct bundle_leave){0};
    TRY(setting_now(d, S("export_needs_approval_and_watermark"), &needed));
    ret->needed = needed != 0;
    /* Of several approved ones that which lasts longest: if it has lapsed, the answer says so. */
    TRY(db_query(d, a, "SELECT id, state, COALESCE(valid_to, 0) FROM export_request WHERE what = 'case' AND format = 'zip' AND author = :by"
                       " AND filters = 'case=' || CAST(:case AS TEXT) AND state IN ('requested', 'approved') ORDER BY valid_to, seq",
                 DB_ARGS(DB_T("case", case_id), DB_T("by", by)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        bool approved = str_eq(db_str(&rows, 1), S("approved"));
        *(approved ? &ret->approved : &ret->waiting) = db_str(&rows, 0);
        ret->until = approved ? db_int(&rows, 2) : ret->until;
    }
}

static str export_act(struct arena *a, const struct bundle_request *r, const struct bundle_made *made, str leave)
{
    buf b = buf_make(a, 16384);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("case.export"));
    json_put_str(&o, S("by"), r->by);
    json_put_str(&o, S("case"), r->case_id);
    json_put_str(&o, S("manifest"), sm3_text(a, &made->manifest));
    json_put_int(&o, S("kib"), (made->bytes + 1023) / 1024);
    if (r->as_of != USEC_NONE)
        json_put_str(&o, S("as_of"), time_rfc3339(a, r->as_of));
    json_put_str(&o, S("purpose"), r->purpose);
    if (leave.p)
        json_put_str(&o, S("request"), leave);
    json_close(&o, '}');
    return buf_str(&b);
}

err *bundle_export(struct acts *e, struct db *d, struct arena *a, const struct bundle_request *request, struct bundle_made *ret,
                   struct act_answer *ret_answer)
{
    struct bundle_request r = *request;
    struct bundle_leave leave;
    *ret = (struct bundle_made){0};
    TRY(bundle_leave(d, a, r.case_id, r.by, &leave));
    TRY(act_try(e, d, a, &(struct act_request){.json = export_act(a, &r, ret, leave.approved), .by = r.by}, ret_answer));
    if (ret_answer->verdict != ACT_ALLOWED)
        return NULL;
    r.path = arena_printf(a, "%.*s.unrecorded", STR_ARG(request->path));
    TRY(bundle_write(e, d, a, &r, ret));
    struct act_request act = {.json = export_act(a, &r, ret, leave.approved), .by = r.by};
    err *bad = act_perform(e, a, &act, ret_answer);
    bool allowed = !bad && ret_answer->verdict == ACT_ALLOWED;
    if (allowed && os_rename(arena_cstr(a, r.path), arena_cstr(a, request->path)) < 0)
        bad = err_errno(request->path);
    if (bad || !allowed)
        unlink(arena_cstr(a, r.path));
    TRY(bad);
    return allowed ? folder_sync_of(request->path) : NULL;
}
