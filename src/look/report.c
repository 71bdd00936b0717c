/* A finding on its way to discipline: one act by the detector, whose id and key come from what was compared. */
#include "look/look_private.h"

void look_checked(struct look_finding *f, const char *name, bool holds, str detail)
{
    CHECK(f->checks < LOOK_CHECKS);
    f->check[f->checks++] = (struct look_check){name, holds, detail};
}

static str id_of(struct arena *a, const struct look_finding *f)
{
    str text = arena_printf(a, "%s\n%.*s", f->kind, STR_ARG(f->mark));
    struct sm3 d = sm3_of(text.p, text.n);
    buf b = buf_make(a, 64);
    buf_add(&b, S("ig-"));
    buf_hex(&b, d.byte, 12);
    return buf_str(&b);
}

static void put_checks(struct json_out *o, const struct look_finding *f)
{
    json_key(o, S("checks"));
    json_open(o, '[');
    for (size_t i = 0; i < f->checks; i++) {
        json_open(o, '{');
        json_put_str(o, S("name"), str_of(f->check[i].name));
        json_put_bool(o, S("holds"), f->check[i].holds);
        if (f->check[i].detail.n)
            json_put_str(o, S("detail"), f->check[i].detail);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static str act_of(struct look *l, struct arena *a, str id, const struct look_finding *f)
{
    buf b = buf_make(a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("integrity.find"));
    json_put_str(&o, S("by"), S("detector"));
    json_put_str(&o, S("id"), id);
    json_put_str(&o, S("key"), id);
    json_put_str(&o, S("at"), time_rfc3339(a, l->o->now));
    json_put_str(&o, S("kind"), str_of(f->kind));
    json_put_str(&o, S("about"), f->about);
    if (f->agency.n)
        json_put_str(&o, S("agency"), f->agency);
    if (f->material.n)
        json_put_str(&o, S("material"), f->material);
    if (f->other.n)
        json_put_str(&o, S("other"), f->other);
    json_put_int(&o, S("score"), f->score < 0 ? 0 : f->score);
    json_put_str(&o, S("text"), f->text);
    if (f->evidence.n)
        json_put_str(&o, S("evidence"), f->evidence);
    put_checks(&o, f);
    json_close(&o, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

err *look_report(struct look *l, const struct look_finding *f)
{
    AUTO_ARENA(a);
    struct act_answer answer;
    str id = id_of(a, f);
    int64_t known;
    TRY(db_one_int(l->db, "SELECT COUNT(*) FROM integrity_finding WHERE id = :id", DB_ARGS(DB_T("id", id)), 0, &known));
    if (known) {
        l->report->known++;
        return NULL;
    }
    l->report->findings++;
    if (l->o->found)
        l->o->found(l->o->context, str_of(f->kind), f->about, f->text);
    if (l->o->dry || !l->acts)
        return NULL;
    TRY(act_perform(l->acts, a, &(struct act_request){.json = act_of(l, a, id, f), .by = S("detector")}, &answer));
    if (answer.verdict != ACT_ALLOWED)
        return err_detail(err_new(ERR_CONFLICT, "提示未能登记"), arena_cstr(a, answer.json));
    return NULL;
}
