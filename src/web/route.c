/*
 * Every route with its roles, in one table; a request that is not in it does not exist. The order of the checks is
 * the order of the columns: route, door, session, one-time password, roles, forgery, body, handler.
 */
#include "web/field.h"
#include "web/finding.h"
#include "web/notice.h"
#include "web/public.h"
#include "web/audit.h"
#include "web/import.h"
#include "web/flight_view.h"
#include "web/looking.h"
#include "web/scenes.h"
#include "web/roles.h"

#include <string.h>

#define GET_ METHOD_GET
#define POST_ METHOD_POST
#define NOTICE (ROUTE_OUTSIDE | ROUTE_NOBODY)
#define NOTICE_FORM (NOTICE | ROUTE_FORM | ROUTE_NO_CSRF)
const struct route routes[] = {
    {GET_, "/static/{}", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_QUICK, 0, page_static},
    {GET_, "/prepare", ROLES_PUBLIC, NOTICE, 0, page_prepare},
    {GET_, "/prepare/ca.crt", ROLES_PUBLIC, NOTICE, 0, prepare_certificate},
    {GET_, "/prepare/clock", ROLES_PUBLIC, NOTICE | ROUTE_QUICK, 0, prepare_clock},
    {GET_, "/prepare/worker.js", ROLES_PUBLIC, NOTICE, 0, prepare_worker},
    {GET_, "/sign-in", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_QUICK, 0, access_sign_in_page},
    {POST_, "/sign-in", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_FORM | ROUTE_NO_CSRF, 4096, access_sign_in},
    {POST_, "/sign-out", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_FORM | ROUTE_PASSWORD, 4096, access_sign_out},
    {POST_, "/look", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_FORM | ROUTE_NO_CSRF, 16 << 10, page_size},
    {GET_, "/password", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_PASSWORD, 0, access_password_page},
    {POST_, "/password", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_FORM | ROUTE_PASSWORD, 4096, access_password},
    {GET_, "/", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_QUICK, 0, page_home},
    {GET_, "/todo", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_QUICK, 0, page_todo},
    {GET_, "/visits/{}", ROLES_REPLAY, 0, 0, page_visit},
    {GET_, "/captures/{}/file", ROLES_REPLAY, 0, 0, page_capture_file},
    {GET_, "/pin", ROLES_FIELD, ROUTE_OUTSIDE, 0, access_pin_page},
    {POST_, "/pin", ROLES_FIELD, ROUTE_OUTSIDE | ROUTE_FORM, 4096, access_pin},
    {GET_, "/phones", ROLES_PHONES, ROUTE_OUTSIDE, 0, page_phones},
    {POST_, "/phones/{}/revoke", ROLES_PHONES, ROUTE_OUTSIDE | ROUTE_FORM, 4096, page_phone_revoke},
    {GET_, "/field/pack", ROLES_FIELD, ROUTE_OUTSIDE | ROUTE_API, 0, field_pack},
    {POST_, "/field/sync", ROLES_FIELD, ROUTE_OUTSIDE | ROUTE_API, LIMIT_SYNC_BYTES, field_sync},
    {GET_, "/field/clock", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_API, 0, field_clock},
    {POST_, "/field/phones", ROLES_FIELD, ROUTE_OUTSIDE | ROUTE_API, 4096, field_phone_register},
    {GET_, "/compose", ROLE_BIT(ROLE_OFFICER), 0, 0, page_compose},
    {POST_, "/compose", ROLE_BIT(ROLE_OFFICER), ROUTE_FORM, 64 << 10, page_compose_submit},
    {POST_, "/compose/live", ROLE_BIT(ROLE_OFFICER), ROUTE_FORM, 64 << 10, page_compose_live},
    {GET_, "/approve", ROLES_BUSINESS, 0, 0, page_approve},
    {POST_, "/approve", ROLES_BUSINESS, ROUTE_FORM, 64 << 10, page_approve_submit},
    {GET_, "/money", ROLES_MONEY, 0, 0, page_money},
    {GET_, "/field", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_field},
    {GET_, "/field/sw.js", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_API, 0, field_worker},
    {GET_, "/field/manifest.webmanifest", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_API, 0, field_manifest},
    {GET_, "/things/{}", ROLES_ALL, ROUTE_OUTSIDE, 0, page_list},
    {GET_, "/cases/{}", ROLES_BUSINESS, 0, 0, page_case},
    {POST_, "/cases/{}/bundle", ROLES_BUSINESS, ROUTE_FORM, 16 << 10, page_case_bundle},
    {GET_, "/things/{}/{}", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_QUICK, 0, page_detail},
    {GET_, "/materials/{}/file", ROLES_INSIDE | ROLES_THIRD_PARTY, ROUTE_OUTSIDE, 0, page_blob},
    {GET_, "/materials/{}/picture", ROLES_INSIDE | ROLES_THIRD_PARTY, ROUTE_OUTSIDE, 0, page_material_picture},
    {GET_, "/materials/{}/verify", ROLES_BUSINESS, 0, 0, page_verify_material},
    {POST_, "/materials/{}/verify", ROLE_BIT(ROLE_OFFICER), ROUTE_FORM, 64 << 10, page_verify_material_submit},
    {GET_, "/verify-queue", ROLE_BIT(ROLE_OFFICER), 0, 0, page_verify_queue},
    {GET_, "/acts", ROLES_ALL, ROUTE_OUTSIDE, 0, page_acts},
    {GET_, "/do/{}", ROLES_ALL, ROUTE_OUTSIDE, 0, page_form},
    {POST_, "/do/{}", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_FORM, LIMIT_UPLOAD_BYTES, page_form_submit},
    {GET_, "/receipts/{}", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_QUICK, 0, page_receipt},
    {GET_, "/papers", ROLES_BUSINESS, 0, 0, page_papers},
    {GET_, "/papers/preview", ROLES_BUSINESS | ROLES_THIRD_PARTY, ROUTE_OUTSIDE, 0, page_paper_preview},
    {GET_, "/papers/wordings", ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_HEAD), 0, 0, page_wordings},
    {GET_, "/papers/wordings/{}", ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_HEAD), 0, 0, page_wording},
    {POST_, "/papers/wordings/{}", ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_HEAD), ROUTE_FORM, 1 << 20, page_wording_submit},
    {GET_, "/papers/{}/file", ROLES_ALL, ROUTE_OUTSIDE, 0, page_paper_file},
    {GET_, "/audit", ROLES_FINDINGS, ROUTE_OUTSIDE, 0, page_audit},
    {POST_, "/audit", ROLES_FINDINGS, ROUTE_OUTSIDE | ROUTE_FORM, LIMIT_AUDIT_BYTES, page_audit_upload},
    {POST_, "/audit/profiles", ROLES_FINDINGS, ROUTE_OUTSIDE | ROUTE_FORM, 4096, page_audit_profiles},
    {GET_, "/audit/{}", ROLES_FINDINGS, ROUTE_OUTSIDE, 0, page_audit_job},
    {POST_, "/audit/{}", ROLES_FINDINGS, ROUTE_OUTSIDE | ROUTE_FORM, 256 << 10, page_audit_submit},
    {GET_, "/audit/{}/findings", ROLES_FINDINGS, ROUTE_OUTSIDE, 0, page_audit_lines},
    {GET_, "/import", ROLES_IMPORT, ROUTE_OUTSIDE, 0, page_import},
    {POST_, "/import", ROLES_IMPORT, ROUTE_OUTSIDE | ROUTE_FORM, LIMIT_IMPORT_BYTES, page_import_upload},
    {GET_, "/import/template/{}", ROLES_IMPORT, ROUTE_OUTSIDE, 0, page_import_template},
    {GET_, "/import/{}", ROLES_IMPORT, ROUTE_OUTSIDE, 0, page_import_job},
    {POST_, "/import/{}", ROLES_IMPORT, ROUTE_OUTSIDE | ROUTE_FORM, 256 << 10, page_import_run},
    {GET_, "/import/{}/errors", ROLES_IMPORT, ROUTE_OUTSIDE, 0, page_import_errors},
    {GET_, "/export", ROLES_INSIDE, 0, 0, page_export},
    {POST_, "/export", ROLES_INSIDE, ROUTE_FORM, 64 << 10, page_export_submit},
    {POST_, "/export/{}/take", ROLES_INSIDE, ROUTE_FORM, 4096, page_export_take},
    {GET_, "/trace", ROLES_TRACE, 0, 0, page_trace},
    {GET_, "/law", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_law},
    {GET_, "/method", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_method},
    {GET_, "/settings", ROLES_INSIDE, 0, 0, page_settings},
    {GET_, "/public", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_public},
    {GET_, "/public/items/{}", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_public_item},
    {GET_, "/public/timeliness", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_public_timeliness},
    {GET_, "/public/data", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_public_data},
    {GET_, "/public/data/{}", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_API, 0, public_file},
    {GET_, "/disclosures/preview", ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEGAL), 0, 0, page_preview},
    {GET_, "/relations/entrustments/{}", ROLES_RELATIONS, 0, 0, page_relations},
    {GET_, "/relations/ties/{}", ROLES_RELATIONS, 0, 0, page_relation_tie},
    {GET_, "/relations/parties/{}", ROLES_RELATIONS, 0, 0, page_relation_party},
    {GET_, "/monitor", ROLES_MONITOR, ROUTE_OUTSIDE, 0, page_monitor},
    {GET_, "/monitor/health", ROLES_HEALTH, 0, 0, page_health},
    {GET_, "/monitor/devices/{}", ROLES_HEALTH | SUBJECT_BIT, ROUTE_OUTSIDE, 0, page_device},
    {GET_, "/monitor/findings", ROLES_FINDINGS, ROUTE_OUTSIDE, 0, page_findings},
    {GET_, "/monitor/findings/{}", ROLES_FINDINGS, ROUTE_OUTSIDE, 0, page_finding},
    {GET_, "/monitor/{}", ROLES_MONITOR, ROUTE_OUTSIDE, 0, page_outlet},
    {GET_, "/monitor/{}/chart.svg", ROLES_MONITOR, ROUTE_OUTSIDE, 0, page_chart_svg},
    {GET_, "/monitor/{}/chart.png", ROLES_MONITOR, ROUTE_OUTSIDE, 0, page_chart_png},
    {GET_, "/monitor/{}/slot", ROLES_MONITOR, ROUTE_OUTSIDE, 0, page_slot},
    {GET_, "/monitor/{}/frames/{}", ROLES_SUPERVISE, 0, 0, page_frame},
    {GET_, "/scenes", ROLES_SCENES, ROUTE_OUTSIDE, 0, page_scenes},
    {GET_, "/scenes/{}", ROLES_SCENES, ROUTE_OUTSIDE, 0, page_scene},
    {GET_, "/scenes/findings/{}", ROLES_SUPERVISE, 0, 0, page_scene_finding},
    {GET_, "/scenes/findings/{}/history", ROLES_SUPERVISE, 0, 0, page_scene_history},
    {GET_, "/scenes/findings/{}/{}", ROLES_SUPERVISE, 0, 0, page_chip},
    {GET_, "/fires", ROLES_SUPERVISE, 0, 0, page_fires},
    {POST_, "/fires", ROLE_BIT(ROLE_OFFICER), ROUTE_FORM, LIMIT_IMPORT_BYTES, page_fires_load},
    {GET_, "/fires/{}", ROLES_SUPERVISE, 0, 0, page_fire_list},
    {GET_, "/fires/findings/{}", ROLES_SUPERVISE, 0, 0, page_fire},
    {GET_, "/layers", ROLES_SUPERVISE, 0, 0, page_layers},
    {POST_, "/layers", ROLE_BIT(ROLE_OFFICER), ROUTE_FORM, LIMIT_IMPORT_BYTES, page_layers_load},
    {GET_, "/tiles/{}/{}/{}", ROLES_SCENES, ROUTE_OUTSIDE | ROUTE_API, 0, page_tile},
    {GET_, "/draws", ROLES_INSIDE, 0, 0, page_draws},
    {GET_, "/draws/new", ROLE_BIT(ROLE_OFFICER), 0, 0, page_draw_new},
    {POST_, "/draws/new", ROLE_BIT(ROLE_OFFICER), ROUTE_FORM, 64 << 10, page_draw_new_submit},
    {GET_, "/draws/{}", ROLES_ALL, ROUTE_OUTSIDE, 0, page_draw},
    {GET_, "/draws/{}/file", ROLES_INSIDE, 0, 0, page_draw_file},
    {GET_, "/public/draws", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_public_draws},
    {GET_, "/public/draws/{}", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_public_draw},
    {GET_, "/public/draws/{}/file", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_public_draw_file},
    {GET_, "/why", SUBJECT_BIT, ROUTE_OUTSIDE, 0, page_why},
    {GET_, "/statistics", ROLES_FIGURES, 0, 0, page_figures},
    {GET_, "/statistics.csv", ROLES_FIGURES, 0, 0, figures_file},
    {GET_, "/statistics.xlsx", ROLES_FIGURES, 0, 0, figures_book},
    {GET_, "/statistics/{}", ROLES_FIGURES, 0, 0, page_figure},
    {GET_, "/statistics/{}/rows.csv", ROLES_FIGURES, 0, 0, figure_file},
    {GET_, "/statistics/{}/rows.xlsx", ROLES_FIGURES, 0, 0, figure_book},
    {GET_, "/flights", ROLES_FLIGHTS, ROUTE_OUTSIDE, 0, page_flights},
    {GET_, "/flights/{}", ROLES_FLIGHTS, ROUTE_OUTSIDE, 0, page_flight},
    {GET_, "/flights/{}/area.kml", ROLES_FLIGHTS, ROUTE_OUTSIDE, 0, page_flight_kml},
    {GET_, "/flights/{}/see", ROLES_FLIGHTS, ROUTE_OUTSIDE, 0, page_flight_see},
    {POST_, "/flights/{}/import", ROLES_FLY, ROUTE_OUTSIDE | ROUTE_FORM, LIMIT_UPLOAD_BYTES, page_flight_import},
    {POST_, "/flights/{}/originals", ROLES_FLY, ROUTE_OUTSIDE | ROUTE_FORM, 64 << 10, page_flight_original},
    {GET_, "/flights/{}/photos/{}/{}", ROLES_FLIGHTS, ROUTE_OUTSIDE, 0, page_flight_photo},
    {GET_, "/flights/{}/photos/{}/{}/file", ROLES_FLIGHTS, ROUTE_OUTSIDE, 0, page_flight_photo_file},
    {GET_, "/clues/{}/study", ROLES_BUSINESS | ROLES_THIRD_PARTY, ROUTE_OUTSIDE, 0, page_study},
    {POST_, "/clues/{}/study", ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_DISCIPLINE), ROUTE_FORM, 64 << 10, page_study_submit},
    {GET_, "/provider", ROLE_BIT(ROLE_PROVIDER_LEAD), ROUTE_OUTSIDE, 0, page_provider},
    {GET_, "/system", ROLES_KEEPERS, 0, 0, page_system},
    {POST_, "/system/accounts", ROLE_BIT(ROLE_SECADMIN), ROUTE_FORM, 4096, page_accounts_submit},
    {GET_, "/supervise", ROLES_SUPERVISION, 0, 0, page_supervise},
    {GET_, "/supervise/rows/{}", ROLE_BIT(ROLE_DISCIPLINE), 0, 0, page_supervise_rows},
    {GET_, "/supervise/who", ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR), 0, 0, page_supervise_who},
    {GET_, "/supervise/month", ROLES_SUPERVISION, 0, 0, page_supervise_month},
    {GET_, "/supervise/month.xlsx", ROLES_SUPERVISION, 0, 0, supervise_book},
    {GET_, "/targets", ROLES_TARGET, 0, 0, page_targets},
    {GET_, "/targets/{}", ROLES_TARGET, 0, 0, page_target},
    {GET_, "/integrity", ROLES_INTEGRITY, 0, 0, page_integrity},
    {GET_, "/n/{}", ROLES_PUBLIC, NOTICE | ROUTE_QUICK, 0, page_notice},
    {GET_, "/n/{}/file", ROLES_PUBLIC, NOTICE, 0, page_notice_file},
    {GET_, "/n/{}/receipts/{}", ROLES_PUBLIC, NOTICE, 0, page_notice_receipt},
    {GET_, "/n/{}/objection", ROLES_PUBLIC, NOTICE, 0, page_notice_objection},
    {POST_, "/n/{}/objection", ROLES_PUBLIC, NOTICE_FORM, 64 << 10, page_notice_object},
    {GET_, "/n/{}/progress", ROLES_PUBLIC, NOTICE, 0, page_notice_progress},
    {GET_, "/n/{}/rating", ROLES_PUBLIC, NOTICE, 0, page_notice_rating},
    {POST_, "/n/{}/rating", ROLES_PUBLIC, NOTICE_FORM, 64 << 10, page_notice_rate},
    {GET_, "/n/{}/secret", ROLES_PUBLIC, NOTICE, 0, page_notice_secret},
    {POST_, "/n/{}/secret", ROLES_PUBLIC, NOTICE_FORM, 64 << 10, page_notice_mark},
    {GET_, "/v", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_verify},
    {GET_, "/v/{}", ROLES_PUBLIC, ROUTE_OUTSIDE, 0, page_verify},
    {POST_, "/v", ROLES_PUBLIC, ROUTE_OUTSIDE | ROUTE_FORM | ROUTE_NO_CSRF, 2 << 20, page_verify_file},
    {GET_, "/report", ROLES_PUBLIC, NOTICE, 0, page_report},
    {POST_, "/report", ROLES_PUBLIC, NOTICE_FORM, 64 << 10, page_report_submit},
    {POST_, "/api/acts", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_API, LIMIT_ACT_BYTES * 4, api_acts},
    {POST_, "/api/acts/draw.commit", ROLE_BIT(ROLE_OFFICER), ROUTE_API, LIMIT_ACT_BYTES_LARGE, api_large_act},
    {GET_, "/api/acts/{}", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_API, 0, api_receipt},
    {GET_, "/api/openapi.json", ROLES_PUBLIC, ROUTE_API, 0, api_openapi},
    {POST_, "/api/blobs", ROLES_INSIDE | ROLES_THIRD_PARTY, ROUTE_OUTSIDE | ROUTE_API, 0, api_blob_create},
    {GET_, "/api/blobs/{}", ROLES_INSIDE | ROLES_THIRD_PARTY, ROUTE_OUTSIDE | ROUTE_API, 0, api_blob_state},
    {METHOD_PATCH, "/api/blobs/{}", ROLES_INSIDE | ROLES_THIRD_PARTY, ROUTE_OUTSIDE | ROUTE_API, LIMIT_BLOB_PART,
     api_blob_part},
    {POST_, "/api/blobs/{}/finish", ROLES_INSIDE | ROLES_THIRD_PARTY, ROUTE_OUTSIDE | ROUTE_API, 0, api_blob_finish},
    {GET_, "/api/monitor/outlets", ROLES_MONITOR, ROUTE_OUTSIDE | ROUTE_API, 0, api_outlets},
    {GET_, "/api/monitor/findings", ROLES_FINDINGS, ROUTE_OUTSIDE | ROUTE_API, 0, api_findings},
    {GET_, "/api/monitor/series", ROLES_MONITOR, ROUTE_OUTSIDE | ROUTE_API, 0, api_series},
    {GET_, "/api/monitor/readings", ROLES_MONITOR, ROUTE_OUTSIDE | ROUTE_API, 0, api_readings},
    {GET_, "/api/papers/{}/file", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_API, 0, page_paper_file},
    {GET_, "/api/papers/preview", ROLES_BUSINESS | ROLES_THIRD_PARTY, ROUTE_OUTSIDE | ROUTE_API, 0, page_paper_preview},
    {GET_, "/api/statistics", ROLES_FIGURES, ROUTE_API, 0, api_figures},
    {GET_, "/api/statistics/{}", ROLES_FIGURES, ROUTE_API, 0, api_figure},
    {GET_, "/api/targets", ROLES_TARGET, ROUTE_API, 0, api_targets},
    {GET_, "/api/{}", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_API, 0, api_things},
    {GET_, "/api/{}/{}", ROLES_ALL, ROUTE_OUTSIDE | ROUTE_API | ROUTE_QUICK, 0, api_thing},
    {GET_, "/healthz", ROLES_PUBLIC, ROUTE_API, 0, api_health},
    {GET_, "/metrics", ROLES_PUBLIC, ROUTE_API, 0, api_metrics},
};
const size_t routes_n = sizeof routes / sizeof *routes;

/* Over the path as it came: an id may hold a slash, and %2F parts nothing. The words of the table need no encoding. */
static bool matches(const char *pattern, str path, str part[3])
{
    str rest = str_of(pattern), piece, got;
    size_t n = 0;
    while (rest.p) {
        if (!str_next(&rest, '/', &piece) || !path.p || !str_next(&path, '/', &got))
            return false;
        if (str_eq(piece, S("{}"))) {
            if (!got.n || n == 3)
                return false;
            part[n++] = got;
        } else if (!str_eq(piece, got)) {
            return false;
        }
    }
    return !path.p;
}

/* Sets q->route and what its {} matched; NULL where there is none behind this door. Looked for once a request. */
static void find(struct request *q)
{
    char first = q->raw.n > 1 ? q->raw.p[1] : '\0';
    const struct route *found = NULL;
    for (size_t i = 0; !q->route && !found && i < routes_n; i++) {
        const struct route *r = &routes[i];
        if (r->method == q->method && (r->path[1] == first || r->path[1] == '{') && matches(r->path, q->raw, q->part))
            found = r;
    }
    if (found && (q->web->options.door != DOOR_OUTSIDE || (found->flags & ROUTE_OUTSIDE)))
        q->route = found;
}

size_t app_body_limit(struct request *q)
{
    find(q);
    return q->route ? q->route->body : 0;
}

bool app_is_quick(const struct request *q)
{
    return q->method == METHOD_GET && q->route && (q->route->flags & ROUTE_QUICK);
}

void response_header(struct response *r, const char *name, str value)
{
    CHECK(r->headers_n < sizeof r->headers / sizeof *r->headers);
    r->headers[r->headers_n++] = (struct header){name, value};
}

err *redirect(struct response *r, str where)
{
    r->status = 303;
    r->type = "text/plain; charset=utf-8";
    r->body = S("");
    response_header(r, "Location", where);
    return NULL;
}

static err *not_found(void)
{
    return err_new(ERR_MISSING, "没有这个页面，或您无权查看");
}

static void fail(struct request *q, const err *e, struct response *r)
{
    bool api = q->route ? (q->route->flags & ROUTE_API) != 0 : str_starts(q->path, S("/api/"));
    if (e->kind >= ERR_IO || e->kind == ERR_FULL)
        log_err("request", e);
    memset(r, 0, sizeof *r);
    request_db_done(q);
    if (api)
        problem(q, e, r);
    else
        page_error(q, e, r);
}

static err *sign_in_first(struct request *q, struct response *r)
{
    if (q->route->flags & ROUTE_API)
        return err_new(ERR_AUTH, "请先登录");
    struct out where = {buf_make(q->a, LIMIT_TARGET * 4), q->a};
    w(&where, H("/sign-in"));
    if (q->method == METHOD_GET && !str_eq(q->path, S("/")))
        w(&where, H("?next="), U(q->path));
    return redirect(r, buf_str(&where.b));
}

/* Reading a form is the worker's business: the epoll threads only copy bytes. */
static err *read_form(struct request *q)
{
    if (!(q->route->flags & ROUTE_FORM))
        return NULL;
    if (str_starts(q->content_type, S("multipart/form-data")))
        return multipart_decode(q->a, q->content_type, q->body, &q->form);
    if (q->body.n > LIMIT_FORM_BYTES)
        return err_new(ERR_LIMIT, "表单超过%d字节", LIMIT_FORM_BYTES);
    if (q->body.n && !str_starts(q->content_type, S("application/x-www-form-urlencoded")))
        return err_got(err_new(ERR_INPUT, "表单类型不能识别"), q->content_type,
                       S("application/x-www-form-urlencoded"), S("application/x-www-form-urlencoded"));
    return form_decode(q->a, q->body, &q->form);
}

static err *check_forgery(struct request *q)
{
    if (q->method == METHOD_GET)
        return NULL;
    if (str_eq(q->fetch_site, S("cross-site")))
        return err_new(ERR_DENIED, "请求来自别的网站，未予执行");
    if ((q->route->flags & ROUTE_NO_CSRF) || access_csrf_fine(q))
        return NULL;
    return err_at(err_new(ERR_DENIED, "页面已过期，请返回上一页刷新后重新提交"), S("csrf"));
}

static err *dispatch(struct request *q, struct response *r)
{
    find(q);
    if (!q->route)
        return not_found();
    for (size_t i = 0; i < sizeof q->part / sizeof *q->part; i++)
        if (q->part[i].p && !url_decode(q->a, q->part[i], false, false, &q->part[i]))
            return not_found();
    TRY(form_decode(q->a, q->query, &q->params));
    const struct route *route = q->route;
    if (!(route->flags & ROUTE_NOBODY))
        TRY(access_session(q));
    if (route->roles) {
        if (!q->session.open)
            return sign_in_first(q, r);
        if (q->session.must_change && !(route->flags & ROUTE_PASSWORD)) {
            if (route->flags & ROUTE_API)
                return err_new(ERR_DENIED, "请先修改一次性密码");
            return redirect(r, S("/password"));
        }
        if (!(route->roles & q->reader.roles))
            return err_new(ERR_DENIED, "您的角色不能使用此页面");
    }
    TRY(read_form(q));
    TRY(check_forgery(q));
    return route->handle(q, r);
}

void app_handle(struct request *q, struct response *r)
{
    err *e = dispatch(q, r);
    if (q->later)
        return;
    if (e)
        fail(q, e, r);
    CHECK(r->status);
}
