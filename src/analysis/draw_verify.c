/*
 * Is this what the method gives? Inputs are read, everything else is computed and written again; the first line that differs
 * is the first thing wrong. Before that come the few claims that are no line of their own: reveals, floor, successors.
 */
#include "analysis/draw_private.h"

static str words_of(str line, size_t n)
{
    size_t i = 0;
    for (; i < line.n; i++)
        if (line.p[i] == ' ' && --n == 0)
            break;
    return str_sub(line, 0, i);
}

/* What a line is called: keyword and the words that tell it from its neighbours. */
static str name_of(str line)
{
    bool two = str_starts(line, S("stratum ")) || str_starts(line, S("team ")) || str_starts(line, S("round "));
    bool three = str_starts(line, S("drawn ")) || str_starts(line, S("replaced ")) || str_starts(line, S("reveal "));
    str name = words_of(line, three ? 3 : two ? 2 : 1);
    return name.n ? name : S("line");
}

static err *compare(struct arena *a, str got, str want)
{
    str line, other;
    if (str_eq(got, want))
        return NULL;
    for (int64_t n = 1; got.p && want.p; n++) {
        bool more = str_next(&got, '\n', &line) && str_next(&want, '\n', &other);
        CHECK(more);
        if (str_eq(line, other))
            continue;
        str which = name_of(other.n ? other : line);
        return err_got(err_at(err_new(ERR_DENIED, "第%lld行与按公布的方法算出的不同：文件写的是“%.*s”，算出的是“%.*s”", (long long)n,
                                      STR_ARG(utf8_bad(line) < 0 ? utf8_clip(line, 120) : S("（不是UTF-8文字）")),
                                      STR_ARG(utf8_bad(other) < 0 ? utf8_clip(other, 120) : S("（不是UTF-8文字）"))),
                              arena_str(a, which)),
                       line, utf8_bad(other) < 0 ? utf8_clip(other, 120) : STR_NONE, STR_NONE);
    }
    return got.p || want.p ? err_at(err_new(ERR_DENIED, "文件的行数不对"), S("end")) : NULL;
}

static err *replay_changes(struct arena *a, struct draw *d)
{
    for (size_t i = 0; i < d->changes.n; i++) {
        const struct draw_change *x = &d->changes.p[i];
        str field = arena_printf(a, "replaced %lld %.*s", (long long)x->stratum, STR_ARG(x->who));
        size_t old = x->stratum >= 1 && x->stratum <= (int64_t)d->strata.n
                         ? draw_find(d, d->strata.p[x->stratum - 1].kind, x->who) : DRAW_NOBODY;
        if (old == DRAW_NOBODY || d->pool.p[old].stratum != x->stratum || !draw_is_chosen(d, old))
            return err_at(err_new(ERR_DENIED, "被替换的“%.*s”不在抽中之列", STR_ARG(x->who)), field);
        size_t next = draw_replace(a, d, old);
        if (next == DRAW_NOBODY || !str_eq(d->pool.p[next].who, x->by))
            return err_at(err_new(ERR_DENIED, "递补的应是“%.*s”，文件写的是“%.*s”",
                                  STR_ARG(next == DRAW_NOBODY ? S("无") : d->pool.p[next].who), STR_ARG(x->by)), field);
    }
    return NULL;
}

static bool all_revealed(const struct draw *d)
{
    bool any = false;
    for (size_t i = 0; i < d->parties.n; i++)
        if (d->parties.p[i].round == d->rounds) {
            if (!d->parties.p[i].secret.p)
                return false;
            any = true;
        }
    return any;
}

err *draw_verify(struct arena *a, str text, struct draw *ret)
{
    str again;
    TRY(draw_read(a, text, ret));
    TRY(draw_check(a, ret));
    if (!all_revealed(ret))
        return err_at(err_new(ERR_DENIED, "还有承诺方没有公开秘密，结果无从算起"), S("reveal"));
    TRY(draw_write_as(a, ret, DRAW_WRITE_SETTLING, text.n, &again));
    TRY(compare(a, text, again));
    return replay_changes(a, ret);
}
