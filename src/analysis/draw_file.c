/*
 * The published file: lines of words, one blank between, every byte fixed by the method. Reading takes only the inputs; what the
 * file claims to follow from them is computed, written again and compared byte by byte. So there is no claim one could
 * forget to check, and no second spelling of anything.
 */
#include "analysis/draw_private.h"

/* ---- writing ---- */

void draw_word(buf *b, str word)
{
    if (!word.n || str_eq(word, S("-"))) {
        buf_add(b, word.n ? S("%2D") : S("-"));
        return;
    }
    size_t plain = 0;
    for (size_t i = 0; i < word.n; i++) {
        unsigned char c = (unsigned char)word.p[i];
        if (c > 0x20 && c != 0x7f && c != '%')
            continue;
        buf_add(b, str_sub(word, plain, i - plain));
        buf_printf(b, "%%%02X", c);
        plain = i + 1;
    }
    buf_add(b, str_sub(word, plain, word.n));
}

/* One line: s a word, d a number, t fixed text. */
static void line(buf *b, const char *key, const char *kinds, ...)
{
    va_list args;
    va_start(args, kinds);
    buf_add(b, str_of(key));
    for (; *kinds; kinds++) {
        buf_char(b, ' ');
        if (*kinds == 's')
            draw_word(b, va_arg(args, str));
        else if (*kinds == 'd')
            buf_int(b, va_arg(args, int64_t));
        else
            buf_add(b, str_of(va_arg(args, const char *)));
    }
    va_end(args);
    buf_char(b, '\n');
}

static void write_head(buf *b, const struct draw *d)
{
    buf_printf(b, "xiezhi-draw-%d\n", d->method);
    line(b, "draw", "s", d->id);
    line(b, "agency", "s", d->agency);
    line(b, "purpose", "s", d->purpose);
    line(b, "item", "s", d->item);
    line(b, "region", "d", d->region);
    line(b, "preset", "s", d->preset);
    line(b, "entry", "d", d->entry);
    line(b, "day", "s", d->day);
    line(b, "floor", "d", d->floor);
    line(b, "norepeat", "d", d->norepeat);
    for (size_t i = 0; i < d->strata.n; i++) {
        const struct draw_stratum *s = &d->strata.p[i];
        line(b, "stratum", "dtsdddddddd", (int64_t)i + 1, draw_kind_names[s->kind], s->class, s->region, s->ratio, s->per, s->base,
             s->least, s->reserve, s->quota, s->chance);
    }
    for (size_t i = 0; i < d->caps.n; i++)
        line(b, "cap", "tsd", draw_cap_names[d->caps.p[i].by], d->caps.p[i].key, d->caps.p[i].most);
    for (int k = DRAW_OFFICER; k < DRAW_KINDS; k++)
        if (d->each[k])
            line(b, "assign", "tdd", draw_kind_names[k], d->each[k], d->most[k]);
}

static void number_word(buf *b, int64_t n)
{
    buf_char(b, ' ');
    buf_int(b, n);
}

static void text_word(buf *b, str word)
{
    buf_char(b, ' ');
    draw_word(b, word);
}

/* As line() would; there are a hundred thousand of them. */
static void write_candidate(buf *b, const struct draw_candidate *c)
{
    buf_add(b, S("candidate"));
    number_word(b, c->stratum);
    number_word(b, c->weight);
    text_word(b, c->class);
    number_word(b, c->region);
    text_word(b, c->group);
    text_word(b, c->excluded);
    text_word(b, c->digest);
    text_word(b, c->who);
    buf_char(b, '\n');
}

static void write_plan(buf *b, const struct draw *d)
{
    write_head(b, d);
    for (size_t i = 0; i < d->pool.n; i++)
        write_candidate(b, &d->pool.p[i]);
    for (size_t i = 0; i < d->bars.n; i++) {
        const struct draw_bar *x = &d->bars.p[i];
        line(b, "bar", "tssss", draw_kind_names[x->kind], x->who, x->object, x->class, x->digest);
    }
}

void draw_write_rounds(buf *b, const struct draw *d)
{
    for (size_t i = 0; i < d->parties.n; i++) {
        const struct draw_party *p = &d->parties.p[i];
        if (i == 0 || p[-1].round != p->round)
            line(b, "round", "d", p->round);
        line(b, "party", "sst", p->name, p->digest, p->missing ? "missing" : p->secret.p ? "revealed" : "waiting");
    }
    for (size_t i = 0; i < d->parties.n; i++)
        if (d->parties.p[i].secret.p)
            line(b, "reveal", "dss", d->parties.p[i].round, d->parties.p[i].name, d->parties.p[i].secret);
}

static void write_result(struct arena *a, buf *b, const struct draw *d)
{
    static const char *const lots[] = {"chosen", "skipped", "reserve"};
    line(b, "seed", "s", sm3_text(a, &d->seed));
    for (size_t s = 0; s < d->strata.n; s++)
        for (size_t i = 0; i < d->places[s].n; i++)
            line(b, "drawn", "ddts", (int64_t)s + 1, (int64_t)i + 1, lots[d->places[s].p[i].lot], d->pool.p[d->places[s].p[i].candidate].who);
    for (size_t i = 0; i < d->teams_n; i++) {
        buf_add(b, S("team "));
        draw_word(b, d->pool.p[d->teams[i].object].who);
        for (size_t k = 0; k < d->teams[i].n; k++) {
            const struct draw_candidate *c = &d->pool.p[d->teams[i].crew[k]];
            buf_printf(b, " %s ", draw_kind_names[d->strata.p[c->stratum - 1].kind]);
            draw_word(b, c->who);
        }
        buf_char(b, '\n');
    }
    for (size_t i = 0; i < d->changes.n; i++)
        line(b, "replaced", "dssd", d->changes.p[i].stratum, d->changes.p[i].who, d->changes.p[i].by, d->changes.p[i].entry);
}

struct sm3 draw_plan_digest(struct arena *a, struct draw *d)
{
    AUTO_ARENA(mine);
    (void)a;
    buf b = buf_make(mine, LIMIT_DRAW_FILE);
    write_plan(&b, d);
    CHECK(!b.overflow);
    return d->plan = sm3_of(b.p, b.n);
}

struct sm3 draw_reason_digest(struct arena *a, str salt, str who, str reason)
{
    str text = arena_printf(a, "%.*s\n%.*s\n%.*s", STR_ARG(salt), STR_ARG(who), STR_ARG(reason));
    return sm3_of(text.p, text.n);
}

/* Digest of what was written so far; each byte is hashed once. */
struct running { struct sm3_state s; size_t n; };

static struct sm3 digest_here(struct running *r, const buf *b)
{
    sm3_add(&r->s, b->p + r->n, b->n - r->n);
    r->n = b->n;
    struct sm3_state copy = r->s;
    return sm3_end(&copy);
}

err *draw_write(struct arena *a, struct draw *d, bool settled, str *ret)
{
    return draw_write_as(a, d, settled ? DRAW_WRITE_SETTLED : DRAW_WRITE_PLAN, 0, ret);
}

err *draw_write_as(struct arena *a, struct draw *d, enum draw_write_how how, size_t likely, str *ret)
{
    buf b = buf_make(a, LIMIT_DRAW_FILE);
    if (likely) { /* a text that grows by doubling is copied and touched twice */
        b.p = arena_alloc(a, likely, 1);
        b.capacity = likely;
    }
    struct running r = {0};
    sm3_init(&r.s);
    write_plan(&b, d);
    if (b.overflow)
        return err_new(ERR_LIMIT, "抽取的公布文件超过%d字节", LIMIT_DRAW_FILE);
    d->plan = digest_here(&r, &b);
    line(&b, "plan", "s", sm3_text(a, &d->plan));
    draw_write_rounds(&b, d);
    if (how == DRAW_WRITE_SETTLING)
        draw_settle_plan(a, d);
    if (how != DRAW_WRITE_PLAN)
        write_result(a, &b, d);
    struct sm3 end = digest_here(&r, &b);
    line(&b, "end", "s", sm3_text(a, &end));
    if (b.overflow)
        return err_new(ERR_LIMIT, "抽取的公布文件超过%d字节", LIMIT_DRAW_FILE);
    *ret = buf_str(&b);
    return NULL;
}

/* ---- reading ---- */

enum { LIMIT_WORDS = 2 + 4 * LIMIT_DRAW_EACH + 2 };
struct reading {
    struct arena *a;
    struct draw *d;
    int64_t line, round;
    bool escapes;            /* the line has a percent sign at all */
    str word[LIMIT_WORDS];
    size_t n;
};

static err *unreadable(const struct reading *r, const char *why)
{
    char field[40];
    snprintf(field, sizeof field, "line %lld", (long long)r->line);
    return err_at(err_new(ERR_INPUT, "第%lld行：%s", (long long)r->line, why), str_of(field));
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A word that stands for nothing is absent. Spelling is not judged here: writing it again will. */
static err *unescape(const struct reading *r, str word, str *ret)
{
    if (str_eq(word, S("-"))) {
        *ret = STR_NONE;
        return NULL;
    }
    if (!word.n || word.n > 3 * LIMIT_DRAW_WORD)
        return unreadable(r, "空的或过长的词");
    if (!r->escapes) {
        *ret = word;
        return NULL;
    }
    char *p = arena_alloc(r->a, word.n + 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] != '%') {
            p[n++] = word.p[i];
            continue;
        }
        int high = i + 2 < word.n ? hex_value(word.p[i + 1]) : -1, low = i + 2 < word.n ? hex_value(word.p[i + 2]) : -1;
        if (high < 0 || low < 0)
            return unreadable(r, "百分号后应有两位大写十六进制数字");
        p[n++] = (char)(high * 16 + low);
        i += 2;
    }
    *ret = (str){p, n};
    return NULL;
}

static err *number(const struct reading *r, size_t at, int64_t *ret)
{
    if (!str_int64(r->word[at], ret) || *ret < 0 || *ret > INT64_C(1) << 53)
        return unreadable(r, "应为不小于零的整数");
    return NULL;
}

static err *names(const struct reading *r, size_t at, const char *const *list, int n, int *ret)
{
    for (*ret = 0; *ret < n; ++*ret)
        if (str_eq(r->word[at], str_of(list[*ret])))
            return NULL;
    return unreadable(r, "不认识的类别");
}

/* Words by kind, as line() writes them: s into str *, d into int64_t *; t is left to the caller, - is skipped. */
static err *take(const struct reading *r, const char *kinds, ...)
{
    va_list args;
    err *bad = NULL;
    if (r->n != strlen(kinds) + 1)
        return unreadable(r, "词数不对");
    va_start(args, kinds);
    for (size_t i = 1; kinds[i - 1] && !bad; i++)
        switch (kinds[i - 1]) {
        case 's': bad = unescape(r, r->word[i], va_arg(args, str *)); break;
        case 'd': bad = number(r, i, va_arg(args, int64_t *)); break;
        default: break;
        }
    va_end(args);
    return bad;
}

static err *read_stratum(struct reading *r)
{
    struct draw_stratum s = {0};
    int64_t at;
    int kind;
    TRY(take(r, "dtsdddddd--", &at, &s.class, &s.region, &s.ratio, &s.per, &s.base, &s.least, &s.reserve));
    TRY(names(r, 2, draw_kind_names, DRAW_KINDS, &kind));
    s.kind = (enum draw_kind)kind;
    if (r->d->strata.n == LIMIT_DRAW_STRATA)
        return unreadable(r, "层太多");
    vec_push(r->a, &r->d->strata, s);
    return NULL;
}

static err *read_cap(struct reading *r)
{
    struct draw_cap c = {0};
    int by;
    TRY(take(r, "tsd", &c.key, &c.most));
    TRY(names(r, 1, draw_cap_names, DRAW_CAP_KINDS, &by));
    c.by = (enum draw_cap_by)by;
    if (r->d->caps.n == LIMIT_DRAW_CAPS)
        return unreadable(r, "上限太多");
    vec_push(r->a, &r->d->caps, c);
    return NULL;
}

static err *read_assign(struct reading *r)
{
    int64_t each, most;
    int kind;
    TRY(take(r, "tdd", &each, &most));
    TRY(names(r, 1, draw_kind_names, DRAW_KINDS, &kind));
    r->d->each[kind] = each;
    r->d->most[kind] = most;
    return NULL;
}

static err *read_candidate(struct reading *r)
{
    struct draw_candidate c = {0};
    TRY(take(r, "ddsdssss", &c.stratum, &c.weight, &c.class, &c.region, &c.group, &c.excluded, &c.digest, &c.who));
    if (r->d->pool.n == LIMIT_DRAW_POOL + 2 * LIMIT_DRAW_CREW)
        return unreadable(r, "抽取范围太大");
    vec_push(r->a, &r->d->pool, c);
    return NULL;
}

static err *read_bar(struct reading *r)
{
    struct draw_bar b = {0};
    int kind;
    TRY(take(r, "tssss", &b.who, &b.object, &b.class, &b.digest));
    TRY(names(r, 1, draw_kind_names, DRAW_KINDS, &kind));
    b.kind = (enum draw_kind)kind;
    if (r->d->bars.n == LIMIT_DRAW_BARS)
        return unreadable(r, "回避太多");
    vec_push(r->a, &r->d->bars, b);
    return NULL;
}

static err *read_round(struct reading *r)
{
    TRY(take(r, "d", &r->d->rounds));
    return r->d->rounds > LIMIT_DRAW_ROUNDS ? unreadable(r, "轮次太多") : NULL;
}

static err *read_party(struct reading *r)
{
    struct draw_party p = {.round = r->d->rounds};
    TRY(take(r, "sst", &p.name, &p.digest));
    p.missing = str_eq(r->word[3], S("missing"));
    if (r->d->parties.n == LIMIT_DRAW_PARTIES * LIMIT_DRAW_ROUNDS)
        return unreadable(r, "承诺方太多");
    vec_push(r->a, &r->d->parties, p);
    return NULL;
}

static err *read_reveal(struct reading *r)
{
    int64_t round;
    str name, secret;
    TRY(take(r, "dss", &round, &name, &secret));
    for (size_t i = 0; i < r->d->parties.n; i++)
        if (r->d->parties.p[i].round == round && str_eq(r->d->parties.p[i].name, name)) {
            r->d->parties.p[i].secret = secret.p ? secret : S("");
            return NULL;
        }
    return unreadable(r, "公开秘密的不是承诺方");
}

static err *read_replaced(struct reading *r)
{
    struct draw_change c = {0};
    TRY(take(r, "dssd", &c.stratum, &c.who, &c.by, &c.entry));
    if (r->d->changes.n == LIMIT_DRAW_REPLACED)
        return unreadable(r, "替换太多");
    vec_push(r->a, &r->d->changes, c);
    return NULL;
}

static err *read_claim(struct reading *r)
{
    (void)r;
    return NULL;
}

static err *read_plain(struct reading *r)
{
    struct draw *d = r->d;
    const struct { const char *key; str *text; int64_t *n; } rows[] = {
        {"draw", &d->id, NULL}, {"agency", &d->agency, NULL}, {"purpose", &d->purpose, NULL}, {"item", &d->item, NULL},
        {"preset", &d->preset, NULL}, {"day", &d->day, NULL}, {"region", NULL, &d->region}, {"entry", NULL, &d->entry},
        {"floor", NULL, &d->floor}, {"norepeat", NULL, &d->norepeat}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eq(r->word[0], str_of(rows[i].key)))
            return rows[i].text ? take(r, "s", rows[i].text) : take(r, "d", rows[i].n);
    return unreadable(r, "不认识的行");
}

static err *read_line(struct reading *r)
{
    static const struct { const char *key; err *(*read)(struct reading *r); } rows[] = {
        {"candidate", read_candidate}, {"drawn", read_claim}, {"team", read_claim}, {"stratum", read_stratum}, {"cap", read_cap},
        {"assign", read_assign}, {"bar", read_bar}, {"round", read_round}, {"party", read_party}, {"reveal", read_reveal},
        {"replaced", read_replaced}, {"plan", read_claim}, {"seed", read_claim}, {"end", read_claim}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_eq(r->word[0], str_of(rows[i].key)))
            return rows[i].read(r);
    return read_plain(r);
}

/* Room for every line at once: a pool that grows by doubling is copied and touched twice. */
static void make_room(struct reading *r, str text)
{
    size_t lines = 1;
    for (const char *p = text.p, *end = text.p + text.n; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        lines++;
    r->d->pool.capacity = lines < LIMIT_DRAW_POOL + 2 * LIMIT_DRAW_CREW ? lines : LIMIT_DRAW_POOL + 2 * LIMIT_DRAW_CREW;
    r->d->pool.p = NEW_ARRAY(r->a, r->d->pool.capacity, struct draw_candidate);
}

err *draw_read(struct arena *a, str text, struct draw *ret)
{
    struct reading r = {.a = a, .d = ret, .line = 1};
    str rest = text, one;
    *ret = (struct draw){0};
    if (text.n > LIMIT_DRAW_FILE)
        return err_new(ERR_LIMIT, "文件超过%d字节", LIMIT_DRAW_FILE);
    if (!str_next(&rest, '\n', &one) || !(str_eq(one, S("xiezhi-draw-1")) || str_eq(one, S("xiezhi-draw-2"))))
        return unreadable(&r, "第一行应为 xiezhi-draw-2（或旧法 xiezhi-draw-1）");
    ret->method = one.p[one.n - 1] - '0';
    make_room(&r, text);
    while (rest.n) {
        r.line++;
        str_next(&rest, '\n', &one);
        if (!rest.p)
            return unreadable(&r, "最后一行没有换行，文件不完整");
        r.n = 0;
        r.escapes = one.n && memchr(one.p, '%', one.n);
        while (one.p && r.n < LIMIT_WORDS)
            str_next(&one, ' ', &r.word[r.n++]);
        if (one.p)
            return unreadable(&r, "词太多");
        TRY(read_line(&r));
    }
    return draw_prepare(a, ret);
}
