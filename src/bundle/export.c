/*
 * Taking a bundle out: written under a passing name, recorded as the act case.export with the manifest's digest, and given its name
 * only when the act was allowed. A bundle nobody answers for does not come to be.
 */
#include "bundle/bundle_private.h"

#include <unistd.h>

static str export_act(struct arena *a, const struct bundle_request *r, const struct bundle_made *made)
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
    json_close(&o, '}');
    return buf_str(&b);
}

err *bundle_export(struct acts *e, struct db *d, struct arena *a, const struct bundle_request *request, struct bundle_made *ret,
                   struct act_answer *ret_answer)
{
    struct bundle_request r = *request;
    r.path = arena_printf(a, "%.*s.unrecorded", STR_ARG(request->path));
    TRY(bundle_write(e, d, a, &r, ret));
    struct act_request act = {.json = export_act(a, &r, ret), .by = r.by};
    err *bad = act_perform(e, a, &act, ret_answer);
    bool allowed = !bad && ret_answer->verdict == ACT_ALLOWED;
    if (allowed && os_rename(arena_cstr(a, r.path), arena_cstr(a, request->path)) < 0)
        bad = err_errno(request->path);
    if (bad || !allowed)
        unlink(arena_cstr(a, r.path));
    TRY(bad);
    return allowed ? folder_sync_of(request->path) : NULL;
}
