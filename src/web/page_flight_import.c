/*
 * Files of a flight from the browser. Heads of photographs and whole logs come in posts of a few megabytes; each post is one act, and each file
 * gets its own answer. A photograph that was handed in before keeps its place, so that a team whose line broke chooses the same files
 * again and goes on. Originals come through /api/blobs and are tied here, if they begin with the head that came first.
 *
 * Without script the form posts whole files, as many as fit: heads and originals are then taken at once.
 */
#include "web/flight_view.h"

#include <math.h>
#include <string.h>

enum { LIMIT_JSON = 3 << 20 };

struct posted {
    struct photo_file *photos; str *names; size_t *posted; size_t n; /* posted: which of the form's files */
    struct track *tracks; str *track_names; size_t tracks_n;
    struct { str name, why; size_t posted; } *unread; size_t unread_n;
    struct flight flight;
    str import; /* id of the act; "" none was needed */
    int64_t *position; str *place; /* by photograph: where it stands, and in which import */
};

static bool grey(void *context, size_t i, struct grey *ret)
{
    struct posted *p = context;
    err *e = photo_grey(&p->photos[i], ret);
    err_clear();
    return !e;
}

static void refuse(struct request *q, struct posted *p, str name, size_t posted, const err *e)
{
    p->unread[p->unread_n].posted = posted;
    p->unread[p->unread_n].name = name;
    p->unread[p->unread_n++].why = arena_str(q->a, e->want.n ? arena_printf(q->a, "%.*s：%.*s", STR_ARG(e->text), STR_ARG(e->want)) : e->text);
}

static err *take(struct request *q, const struct flight_view *v, struct posted *p)
{
    size_t n = q->form.files_n;
    struct place near = v->has_task ? v->task.middle : (struct place){NAN, NAN};
    p->photos = NEW_ARRAY(q->a, n + 1, struct photo_file), p->names = NEW_ARRAY(q->a, n + 1, str), p->posted = NEW_ARRAY(q->a, n + 1, size_t);
    p->tracks = NEW_ARRAY(q->a, n + 1, struct track), p->track_names = NEW_ARRAY(q->a, n + 1, str);
    p->unread = arena_alloc(q->a, n + 1, sizeof *p->unread);
    p->position = NEW_ARRAY(q->a, n + 1, int64_t), p->place = NEW_ARRAY(q->a, n + 1, str);
    for (size_t i = 0; i < n; i++) {
        struct file f = q->form.files[i];
        str name = utf8_bad(f.filename) < 0 ? utf8_clip(f.filename, 100) : S("未命名");
        if (!str_eq(f.name, S("files")) || !f.bytes.n)
            continue;
        if (photo_like(f.bytes)) {
            p->names[p->n] = name, p->posted[p->n] = i;
            p->photos[p->n++] = (struct photo_file){.bytes = str_sub(f.bytes, 0, LIMIT_PATROL_HEAD), .whole = f.bytes.n < LIMIT_PATROL_HEAD};
            continue;
        }
        err *e = track_read(q->a, f.bytes, name, near, &p->tracks[p->tracks_n]);
        if (e)
            refuse(q, p, name, i, e);
        else
            p->track_names[p->tracks_n++] = name;
    }
    TRY(photos_read(p->photos, p->n));
    for (size_t i = 0; i < p->n; i++)
        if (p->photos[i].fault)
            refuse(q, p, p->names[i], p->posted[i], p->photos[i].fault);
    return NULL;
}

/* Handed in before, under this flight? */
static void find_known(const struct flight_view *v, struct posted *p)
{
    for (size_t i = 0; i < p->n; i++) {
        p->position[i] = -1;
        for (size_t k = 0; k < v->flight.n && p->position[i] < 0; k++)
            if (memcmp(&v->flight.shots[k].digest, &p->photos[i].digest, sizeof p->photos[i].digest) == 0) {
                p->position[i] = v->of[v->flight.shots[k].file].position;
                p->place[i] = v->of[v->flight.shots[k].file].import;
            }
    }
}

static err *act(struct request *q, const struct flight_view *v, struct posted *p, struct act_answer *ret)
{
    buf b = buf_make(q->a, LIMIT_ACT_BYTES_LARGE);
    struct json_out o = {&b, false};
    int64_t next = 0;
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("flight.import"));
    json_put_str(&o, S("entrustment"), v->entrustment);
    json_put_str(&o, S("flight"), v->id);
    json_key(&o, S("photos"));
    json_open(&o, '[');
    for (size_t i = 0; i < p->flight.n; i++) {
        const struct shot *s = &p->flight.shots[i];
        if (p->position[s->file] >= 0)
            continue;
        shot_json(&o, q->a, &p->flight, s);
        p->position[s->file] = next++;
    }
    json_close(&o, ']');
    if (p->tracks_n) {
        json_key(&o, S("tracks"));
        tracks_json(&o, q->a, p->tracks, p->track_names, p->tracks_n);
    }
    json_close(&o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "一次导入的照片太多，请分几次");
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = buf_str(&b), .by = q->session.user}, ret));
    metrics_answer(q->web, ret->verdict);
    return ret->verdict == ACT_INVALID ? ret->invalid : NULL;
}

static bool anything_new(const struct posted *p)
{
    bool any = p->tracks_n > 0;
    for (size_t i = 0; i < p->n; i++)
        any |= !p->photos[i].fault && p->position[i] < 0;
    return any;
}

/* Ties one whole file to its place. *ret: what the act got. */
static err *tie(struct request *q, str import, int64_t position, const struct sm3 *digest, const struct sm3 *head, int64_t bytes, str found, struct act_answer *ret)
{
    buf b = buf_make(q->a, 4000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("flight.original"));
    json_put_str(&o, S("import"), import);
    json_put_int(&o, S("position"), position);
    json_put_str(&o, S("digest"), sm3_text(q->a, digest));
    json_put_str(&o, S("head"), sm3_text(q->a, head));
    json_put_int(&o, S("bytes"), bytes);
    json_key(&o, S("found"));
    json_raw(&o, found);
    json_close(&o, '}');
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = buf_str(&b), .by = q->session.user}, ret));
    metrics_answer(q->web, ret->verdict);
    return ret->verdict == ACT_INVALID ? ret->invalid : NULL;
}

/* The plain form brought whole files: they are kept at once. */
static err *keep_whole(struct request *q, struct posted *p)
{
    size_t at = 0;
    for (size_t i = 0; i < q->form.files_n; i++) {
        struct file f = q->form.files[i];
        if (!str_eq(f.name, S("files")) || !photo_like(f.bytes))
            continue;
        size_t k = at++;
        struct sm3 digest;
        struct act_answer answer;
        if (p->photos[k].fault || p->position[k] < 0 || !p->place[k].n)
            continue;
        TRY(blob_put(q->web->store, f.bytes, &digest));
        TRY(tie(q, p->place[k], p->position[k], &digest, &p->photos[k].digest, (int64_t)f.bytes.n, twin_found(q->a, f.bytes), &answer));
    }
    return NULL;
}

/* ---- answers ---- */

static void answer_json(struct request *q, struct response *r, const struct posted *p, const struct act_answer *answer)
{
    buf b = buf_make(q->a, LIMIT_JSON);
    struct json_out o = {&b, false};
    size_t flags_n;
    const struct photo_flag_name *names = photo_flag_names(&flags_n);
    json_open(&o, '{');
    json_put_str(&o, S("import"), p->import);
    json_key(&o, S("photos"));
    json_open(&o, '[');
    for (size_t i = 0; i < p->flight.n; i++) {
        const struct shot *s = &p->flight.shots[i];
        json_open(&o, '{');
        json_put_int(&o, S("file"), (int64_t)p->posted[s->file]);
        json_put_str(&o, S("name"), s->name);
        json_put_str(&o, S("import"), p->place[s->file]);
        json_put_int(&o, S("position"), p->position[s->file]);
        json_put_bool(&o, S("placed"), s->placed);
        buf words = buf_make(q->a, 4000);
        for (size_t k = 0; k < flags_n; k++)
            if (s->flags & names[k].flag & ~PHOTO_ZONE_ASSUMED) {
                buf_add(&words, words.n ? S("；") : S(""));
                buf_add(&words, str_of(names[k].text));
            }
        json_put_str(&o, S("notes"), buf_str(&words));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_key(&o, S("unread"));
    json_open(&o, '[');
    for (size_t i = 0; i < p->unread_n; i++) {
        json_open(&o, '{');
        json_put_int(&o, S("file"), (int64_t)p->unread[i].posted);
        json_put_str(&o, S("name"), p->unread[i].name);
        json_put_str(&o, S("why"), p->unread[i].why);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_int(&o, S("logs"), (int64_t)p->tracks_n);
    if (answer) {
        json_key(&o, S("answer"));
        json_raw(&o, answer->json);
    }
    json_close(&o, '}');
    r->status = answer && answer->verdict == ACT_REFUSED ? 403 : 200;
    r->type = "application/json";
    r->body = buf_str(&b);
}

static err *answer_page(struct request *q, struct response *r, const struct posted *p, const struct act_answer *answer)
{
    struct flight_view v;
    bool refused = answer && answer->verdict == ACT_REFUSED;
    if (!p->unread_n && !refused)
        return redirect(r, arena_printf(q->a, "/flights/%.*s", STR_ARG(q->part[0])));
    TRY(flight_view(q, q->part[0], &v));
    struct out *o = page_begin(q, S("飞行"));
    w(o, H("<h1>飞行 "), v.id, H("</h1>"));
    if (refused) {
        const struct json *json;
        TRY(act_json(q->a, answer->json, LIMIT_ACT_BYTES_LARGE, &json));
        show_reasons(q, o, json_get(json, S("reasons")));
    }
    if (p->unread_n)
        w(o, H("<div class=\"alert\" role=\"alert\"><p>没有读取的文件：</p><ul>"));
    for (size_t i = 0; i < p->unread_n; i++)
        w(o, H("<li>"), p->unread[i].name, H("："), p->unread[i].why, H("</li>"));
    if (p->unread_n)
        w(o, H("</ul></div>"));
    flight_page(q, o, &v);
    page_end(q, o, r, refused ? 403 : 200);
    return NULL;
}

err *page_flight_import(struct request *q, struct response *r)
{
    struct flight_view v;
    struct posted p = {.import = S("")};
    struct act_answer answer, *got = NULL;
    bool script = str_find(q->accept, S("application/json")) >= 0;
    TRY(flight_view(q, q->part[0], &v));
    TRY(take(q, &v, &p));
    struct flight_options o = {.task = v.options.task, .height_limit = 120, .window = {USEC_NONE, USEC_NONE}, .now = q->now, .tracks = p.tracks, .tracks_n = p.tracks_n};
    TRY(flight_judge(q->a, p.photos, p.names, p.n, &o, grey, &p, &p.flight));
    find_known(&v, &p);
    if (anything_new(&p)) {
        TRY(act(q, &v, &p, &answer));
        got = &answer;
        p.import = answer.verdict == ACT_REFUSED ? S("") : answer.id;
        for (size_t i = 0; i < p.n; i++)
            p.place[i] = p.place[i].n ? p.place[i] : p.import;
    }
    if (!script && !(got && got->verdict == ACT_REFUSED))
        TRY(keep_whole(q, &p));
    if (!script)
        return answer_page(q, r, &p, got);
    answer_json(q, r, &p, got);
    return NULL;
}

/* What the browser says of the original, beside the act's own answer. */
static str original_answer(struct request *q, const struct act_answer *answer, str found)
{
    struct twin t;
    buf b = buf_make(q->a, LIMIT_JSON);
    struct json_out o = {&b, false};
    twin_read(q->a, found, &t);
    json_open(&o, '{');
    json_put_str(&o, S("notes"), twin_text(q->a, &t));
    json_key(&o, S("answer"));
    json_raw(&o, answer->json);
    json_close(&o, '}');
    return buf_str(&b);
}

/* The original came as a blob: its head must be the one that was handed in, and it is looked at as a whole, in the child. */
err *page_flight_original(struct request *q, struct response *r)
{
    struct sm3 digest, head;
    struct act_answer answer;
    struct flight_view v;
    int64_t position;
    str whole;
    TRY(flight_view(q, q->part[0], &v));
    if (!sm3_from_text(form_get(&q->form, S("digest")), &digest) || !str_int64(form_get(&q->form, S("position")), &position))
        return err_at(err_new(ERR_INPUT, "缺少文件摘要或序号"), S("digest"));
    TRY(blob_get(q->web->store, q->a, &digest, LIMIT_PATROL_FILE, &whole));
    head = sm3_of(whole.p, whole.n < LIMIT_PATROL_HEAD ? whole.n : LIMIT_PATROL_HEAD);
    str found = twin_found(q->a, whole);
    TRY(tie(q, form_get(&q->form, S("import")), position, &digest, &head, (int64_t)whole.n, found, &answer));
    r->status = answer.verdict == ACT_REFUSED ? 403 : 200;
    r->type = "application/json";
    r->body = answer.verdict == ACT_REFUSED ? answer.json : original_answer(q, &answer, found);
    return NULL;
}
