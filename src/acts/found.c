/* What a judge found, to the spine and back. Members in the order of their names, absent ones left out. */
#include "acts/act.h"

void act_found_write(struct json_out *o, const struct act *a)
{
    if (!a->found.n)
        return;
    json_key(o, S("found"));
    json_open(o, '[');
    for (size_t i = 0; i < a->found.n; i++) {
        const struct relation_found *f = &a->found.p[i];
        json_open(o, '{');
        json_put_int(o, S("hops"), f->hops);
        json_put_int(o, S("level"), f->level);
        json_put_int(o, S("officer"), f->officer);
        json_put_int(o, S("pair"), f->pair);
        json_put_str(o, S("party"), f->party);
        json_put_str(o, S("path"), f->path);
        if (f->proposal.p)
            json_put_str(o, S("proposal"), f->proposal);
        json_put_int(o, S("score"), f->score);
        json_put_str(o, S("subject"), f->subject);
        if (f->thing.p)
            json_put_str(o, S("thing"), f->thing);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static int64_t number(const struct json *of, str name)
{
    const struct json *v = json_get(of, name);
    return v ? v->i : 0;
}

void act_found_take(struct act *a, const struct json *spine)
{
    const struct json *list = json_get(spine, S("found"));
    a->found.n = 0;
    for (size_t i = 0; list && i < list->n && i < LIMIT_FOUND; i++) {
        const struct json *j = &list->child[i];
        vec_push(a->arena, &a->found,
                 ((struct relation_found){.pair = number(j, S("pair")) != 0, .thing = json_string(j, S("thing")),
                                 .party = json_string(j, S("party")), .subject = json_string(j, S("subject")),
                                 .path = json_string(j, S("path")), .proposal = json_string(j, S("proposal")),
                                 .level = number(j, S("level")), .score = number(j, S("score")), .hops = number(j, S("hops")),
                                 .officer = number(j, S("officer"))}));
    }
}
