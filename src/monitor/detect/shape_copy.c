/*
 * A7, A8: the past sent again. Exact copies are found by hashing windows; how surprising one is follows from how often the
 * site makes each step at that level, so a coarse series near its floor may repeat itself and a fine one may not. Scaled and
 * shifted copies are found by the matrix profile and then must fit a straight line within rounding: high correlation alone
 * is cheap (two flat stretches and a step give r > 0.99999).
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"
#include "monitor/detect/profile.h"

#include <stdlib.h>
#include <string.h>

/* A series without gaps to speak of: results of a slow analyser count once. slot NULL: the slots as they are. */
struct thread { const double *x; const size_t *slot; size_t n; };
/* Room for one column's thread after the other, made when one needs it. */
struct thread_room { double *x; size_t *slot; };

static size_t slot_of(const struct thread *s, size_t i)
{
    return s->slot ? s->slot[i] : i;
}

static struct thread thread_of(struct arena *a, const struct table *t, const struct view *v, struct thread_room *r)
{
    bool held = v->equal > 0.4;
    size_t n = 0;
    if (v->used == t->n && !held)
        return (struct thread){v->x, NULL, t->n};
    if (!r->x)
        *r = (struct thread_room){NEW_ARRAY(a, t->n + 1, double), NEW_ARRAY(a, t->n + 1, size_t)};
    double last = NAN;
    for (size_t i = 0; i < t->n; i++) { /* written where the next one goes, kept or not: which are is hard to guess */
        double x = v->x[i];
        bool keep = (x == x) & !(held & (x == last));
        r->x[n] = x;
        r->slot[n] = i;
        n += keep;
        last = keep ? x : last;
    }
    return (struct thread){r->x, r->slot, n};
}

/* ---- how likely a step is at a level ---- */
/* Smooth series go on as they went: a step is judged among those at the same level that followed a step of the same sign. */
enum { LEVELS = 4, CELLS = 3 * LEVELS, NEAR_STEP = 511, NEAR_STEPS = 2 * NEAR_STEP + 1 };
/* How many of a cell are each step, and the log of its share where it was asked for (else 0): of steps of at most NEAR_STEP. */
struct near_steps { uint32_t n[CELLS][NEAR_STEPS]; double log[CELLS][NEAR_STEPS]; };
struct steps {
    struct near_steps *near; /* NULL: one is larger, and each cell's steps are sorted */
    double *step[CELLS];
    size_t n[CELLS];
    double edge[LEVELS - 1], start;
};

static int cell_of(const struct steps *s, double x, double before)
{
    int k = 0;
    while (k < LEVELS - 1 && x > s->edge[k])
        k++;
    return 3 * k + (x > before) + 2 * (x < before);
}

static double step_at(const struct view *v, const struct thread *s, size_t i)
{
    return round((s->x[i + 1] - s->x[i]) / v->q);
}

static bool count_near(struct arena *a, const struct view *v, const struct thread *s, size_t from, size_t begin, size_t to, const uint8_t *cell,
                       struct steps *ret)
{
    struct near_steps *near = NEW(a, struct near_steps);
    for (size_t i = begin; i + 1 < to; i++) {
        if (cell[i - from] >= CELLS)
            continue;
        double step = step_at(v, s, i);
        if (!(fabs(step) <= NEAR_STEP))
            return false;
        near->n[cell[i - from]][(int)step + NEAR_STEP]++;
    }
    ret->near = near;
    return true;
}

static void sort_steps(struct arena *a, const struct view *v, const struct thread *s, size_t from, size_t begin, size_t to, const uint8_t *cell,
                       struct steps *ret)
{
    for (int k = 0; k < CELLS; k++) {
        ret->step[k] = NEW_ARRAY(a, ret->n[k] + 1, double);
        ret->n[k] = 0;
    }
    for (size_t i = begin; i + 1 < to; i++) {
        size_t k = cell[i - from];
        if (k < CELLS)
            ret->step[k][ret->n[k]++] = step_at(v, s, i);
    }
    for (int k = 0; k < CELLS; k++)
        sort_doubles(ret->step[k], ret->n[k]);
}

static struct steps steps_of(struct arena *a, const struct view *v, const struct thread *s, size_t from, size_t to, size_t skip, size_t skip_n)
{
    struct steps ret = {.start = log(1 / fmax(2, v->levels))};
    double sorted[VIEW_SAMPLE];
    size_t n = 0, stride = stride_of(s->n, VIEW_SAMPLE);
    for (size_t i = 0; i < s->n; i += stride)
        sorted[n++] = s->x[i];
    sort_doubles(sorted, n);
    for (int k = 0; k < LEVELS - 1; k++)
        ret.edge[k] = sorted[(n - 1) * (size_t)(k + 1) / LEVELS];
    uint8_t *cell = NEW_ARRAY(a, to - from + 1, uint8_t);
    size_t begin = from ? from : 1;
    for (size_t i = begin; i + 1 < to; i++) {
        cell[i - from] = CELLS;
        if (i >= skip && i - skip < skip_n)
            continue;
        cell[i - from] = (uint8_t)cell_of(&ret, s->x[i], s->x[i - 1]);
        ret.n[cell[i - from]]++;
    }
    if (!count_near(a, v, s, from, begin, to, cell, &ret))
        sort_steps(a, v, s, from, begin, to, cell, &ret);
    return ret;
}

static size_t below(const double *x, size_t n, double limit)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (x[middle] < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Log of the share of steps equal to this one; a step seen only in the copy and its original counts as two of n. */
static double log_step(const struct steps *s, double before, double from, double step)
{
    int k = cell_of(s, from, before);
    if (s->near) {
        if (!(fabs(step) <= NEAR_STEP)) /* one that was left out, of the copy itself */
            return log(1 / ((double)s->n[k] + 2));
        double *known = &s->near->log[k][(int)step + NEAR_STEP];
        *known = *known != 0 ? *known : log(((double)s->near->n[k][(int)step + NEAR_STEP] + 1) / ((double)s->n[k] + 2));
        return *known;
    }
    size_t same = below(s->step[k], s->n[k], step + 0.5) - below(s->step[k], s->n[k], step - 0.5);
    return log(((double)same + 1) / ((double)s->n[k] + 2));
}

static double log_chance(const struct steps *steps, const struct view *v, const struct thread *s, size_t to, size_t n)
{
    double sum = 0;
    for (size_t k = to ? 0 : 1; k + 1 < n; k++)
        sum += log_step(steps, s->x[to + k - (to + k > 0)], s->x[to + k], round((s->x[to + k + 1] - s->x[to + k]) / v->q));
    return sum;
}

/* ---- A7 ---- */
static uint64_t mixed(double x)
{
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    u ^= u >> 32;
    u *= UINT64_C(0x9E3779B97F4A7C15);
    return u ^ u >> 29;
}

struct place { uint64_t hash; size_t at; };

static int by_hash(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* A window that changes in half of its slots, and four times at least. */
static bool moves(size_t changes, size_t n)
{
    return changes >= (n / 2 > 4 ? n / 2 : 4);
}

/* A set of hashes by some of their bits: what is not in it was not put there, what is may be another. */
struct set { uint64_t *bits, mask; };

static struct set set_for(struct arena *a, size_t bits)
{
    size_t n = 64;
    while (n < bits)
        n *= 2;
    return (struct set){NEW_ARRAY(a, n / 64, uint64_t), n - 1};
}

static bool set_has(const struct set *s, uint64_t hash)
{
    return s->bits[(hash & s->mask) >> 6] >> (hash & 63) & 1;
}

static void set_put(struct set *s, uint64_t hash)
{
    s->bits[(hash & s->mask) >> 6] |= UINT64_C(1) << (hash & 63);
}

/*
 * Whether any window that moves can be there twice. Of two equal windows the earlier one holds a piece of half its length that begins at a
 * multiple of what is left, and the later one the same piece wherever it lies: so few pieces are put in, and all are asked for. A piece
 * without a change leaves its window too few changes to move. What is met again by some bits of its hash is looked at itself.
 */
enum { PIECES = 1024 /* hashed at once */, LIMIT_PIECE = 64, LIMIT_LOOKED = 4 /* for each value: one piece may have been put a thousand times between others */ };
struct piece { size_t n, apart; };

static struct piece piece_of(size_t length)
{
    size_t n = (length + 1) / 2 + 1;
    return (struct piece){n, length - n + 1};
}

LANES static void piece_hashes(const double *x, size_t n, size_t piece, uint32_t *ret)
{
    ROOM uint32_t one[PIECES + LIMIT_PIECE];
    for (size_t i = 0; i < n + piece - 1; i++) {
        uint64_t u;
        memcpy(&u, x + i, sizeof u);
        one[i] = (uint32_t)(u ^ u >> 32);
    }
    memset(ret, 0, n * sizeof *ret);
    for (size_t k = 0; k < piece; k++)
        for (size_t i = 0; i < n; i++)
            ret[i] = (ret[i] + one[i + k]) * UINT32_C(0x9E3779B1);
    for (size_t i = 0; i < n; i++)
        ret[i] ^= ret[i] >> 15;
}

static bool piece_moves(const double *x, size_t n)
{
    bool any = false;
    for (size_t i = 1; i < n && !any; i++)
        any = x[i] != x[i - 1];
    return any;
}

/* Pieces that were met before, by some bits of their hash; in chains of those that share others. */
struct met { uint32_t hash, next /* number + 1 */; size_t at; };
struct pieces { struct set set; struct met *met; uint32_t *first, *put /* hashes of what was put in, or did not move */; size_t met_n, put_n, most, mask; };

static struct pieces pieces_for(struct arena *a, size_t n)
{
    struct pieces ret = {.set = set_for(a, 16 * n), .most = n / 16 + 2 * LIMIT_PIECE, .mask = 63};
    while (ret.mask + 1 < 2 * ret.most)
        ret.mask = 2 * ret.mask + 1;
    ret.met = NEW_ARRAY(a, ret.most, struct met);
    ret.first = NEW_ARRAY(a, ret.mask + 1, uint32_t);
    ret.put = NEW_ARRAY(a, n / 2 + 1, uint32_t); /* two slots apart at least */
    return ret;
}

static uint32_t *chain_of(const struct pieces *r, uint32_t hash)
{
    return &r->first[hash >> 8 & r->mask];
}

/* False: too many for chance. */
static bool pieces_met(const struct thread *s, struct piece p, struct pieces *r)
{
    ROOM uint32_t hash[PIECES];
    size_t next = 0, all = s->n - p.n + 1;
    r->met_n = r->put_n = 0;
    memset(r->set.bits, 0, (r->set.mask + 1) / 8);
    for (size_t from = 0; from < all; from += PIECES) {
        size_t n = all - from < PIECES ? all - from : PIECES;
        piece_hashes(s->x + from, n, p.n, hash);
        for (size_t i = 0; i < n;) {
            /* up to the next that is put in, all are asked for */
            size_t last = next - from < n ? next - from : n - 1;
            for (; i <= last; i++)
                if (set_has(&r->set, hash[i]))
                    r->met[r->met_n++] = (struct met){hash[i], 0, from + i};
            if (r->met_n + p.apart >= r->most)
                return false;
            if (from + last != next)
                continue;
            if (piece_moves(s->x + next, p.n))
                set_put(&r->set, hash[last]);
            r->put[r->put_n++] = hash[last];
            next += p.apart;
        }
    }
    return true;
}

/* Whether so many values around these two places are the same. */
static bool same_around(const struct thread *s, size_t from, size_t to, size_t length)
{
    size_t before = 0, behind = 0;
    while (before < from && memcmp(&s->x[from - before - 1], &s->x[to - before - 1], sizeof *s->x) == 0 && before < length)
        before++;
    while (to + behind < s->n && memcmp(&s->x[from + behind], &s->x[to + behind], sizeof *s->x) == 0 && before + behind < length)
        behind++;
    return before + behind >= length;
}

static bool may_come_again(const struct thread *s, size_t length, struct pieces *r)
{
    struct piece p = piece_of(length);
    if (length < 4 || p.n > LIMIT_PIECE || !pieces_met(s, p, r))
        return true;
    memset(r->first, 0, (r->mask + 1) * sizeof *r->first);
    for (size_t i = 0; i < r->met_n; i++) {
        uint32_t *first = chain_of(r, r->met[i].hash);
        r->met[i].next = *first;
        *first = (uint32_t)i + 1;
    }
    size_t looked = 0;
    for (size_t i = 0; r->met_n && i < r->put_n; i++)
        for (uint32_t k = *chain_of(r, r->put[i]); k; k = r->met[k - 1].next) {
            const struct met *met = &r->met[k - 1];
            if (looked++ > LIMIT_LOOKED * s->n)
                return true;
            if (met->hash == r->put[i] && met->at > i * p.apart && same_around(s, i * p.apart, met->at, length))
                return true;
        }
    return false;
}

/* Room that serves one column after another; what only a column with something again needs is made then. */
struct copy_room { struct thread_room threads; struct pieces pieces; struct place *place; uint64_t *hash, *prefix, *twice; struct set once; size_t *earlier; };

static void hash_room(struct arena *a, size_t n, struct copy_room *r)
{
    if (r->hash)
        return;
    r->hash = NEW_ARRAY(a, n + 1, uint64_t);
    r->prefix = NEW_ARRAY(a, n + 1, uint64_t);
    r->twice = NEW_ARRAY(a, n + 1, uint64_t);
    r->once = set_for(a, 16 * n);
}

/* Hashes of windows by where they begin; 0: it does not move enough. Returns how many were, perhaps, met before: r->twice. */
static size_t hash_windows(const struct thread *s, size_t length, struct copy_room *r)
{
    uint64_t top = 1, *prefix = r->prefix;
    size_t changes = 0, n = 0;
    memset(r->once.bits, 0, (r->once.mask + 1) / 8);
    for (size_t i = 0; i < length; i++)
        top *= UINT64_C(0x100000001B3);
    for (size_t i = 0; i < s->n; i++) {
        prefix[i + 1] = prefix[i] * UINT64_C(0x100000001B3) + mixed(s->x[i]);
        changes += i && s->x[i] != s->x[i - 1];
        changes -= i > length - 1 && s->x[i - length + 1] != s->x[i - length];
        if (i + 1 < length)
            continue;
        uint64_t own = prefix[i + 1] - prefix[i + 1 - length] * top;
        own ^= own >> 29;
        own = moves(changes, length) ? own + !own : 0;
        r->hash[i + 1 - length] = own;
        if (!own)
            continue;
        if (set_has(&r->once, own))
            r->twice[n++] = own;
        set_put(&r->once, own);
    }
    return n;
}

/* Sorted by hash, then place: windows that move enough and whose hash others can have, too. */
static size_t windows_hashed(struct detect_context *c, const struct thread *s, size_t length, struct copy_room *r)
{
    size_t twice = hash_windows(s, length, r), n = 0, kept = 0;
    struct set again = set_for(c->scratch, 64 * twice);
    for (size_t i = 0; i < twice; i++)
        set_put(&again, r->twice[i]);
    VEC(struct place) place = {0};
    for (size_t i = 0; twice && i + length <= s->n; i++)
        if (set_has(&again, r->hash[i]) && r->hash[i])
            vec_push(c->scratch, &place, ((struct place){r->hash[i] >> 32 | r->hash[i] << 32, i}));
    /* among those few, by other bits, most had no equal either */
    struct set once = set_for(c->scratch, 64 * place.n), equal = set_for(c->scratch, 64 * place.n);
    for (size_t i = 0; i < place.n; i++) {
        if (set_has(&once, place.p[i].hash))
            set_put(&equal, place.p[i].hash);
        set_put(&once, place.p[i].hash);
    }
    for (size_t i = 0; i < place.n; i++)
        if (set_has(&equal, place.p[i].hash))
            place.p[kept++] = place.p[i];
    n = kept;
    if (n)
        qsort(place.p, n, sizeof *place.p, by_hash);
    r->place = place.p;
    return n;
}

static void say_copy(struct detect_context *c, const struct table *t, const struct view *v, const struct thread *s, size_t from, size_t to, size_t n,
                     double chance)
{
    size_t first = slot_of(s, to), slots = slot_of(s, to + n - 1) + 1 - first;
    struct hit *h = hit_add(c, first, slots, v);
    if (!h)
        return;
    h->score = (double)n;
    h->p = exp(fmax(chance, -600));
    /* a dozen readings of a temperature of a standing plant may well come again */
    bool measured = v->factor->role == ROLE_POLLUTANT || v->factor->role == ROLE_OXYGEN || v->factor->role == ROLE_FLOW;
    h->hard = h->p <= parameter(c, "hard") && (minutes_table(t) ? measured : v->factor->role != ROLE_OTHER);
    hit_number(h, 0, "逐值相同的个数", (double)n, 0);
    hit_number(h, 1, "与原段相隔（小时）", (double)(first - slot_of(s, from)) * t->step_s / 3600, t->step_s % 3600 ? 1 : 0);
    hit_amount(h, 2, "段内最高值", quantile_of(arena_copy(c->scratch, s->x + to, n * sizeof *s->x), n, 1), v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的%zu个数值，与%.*s起的数值逐个相同", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, slots)), n,
                 STR_ARG(slot_text(c->scratch, t, slot_of(s, from))));
}

/* Whether the copy keeps the slots' distances, too: gaps must not be closed by accident. */
static size_t same_ahead(const struct thread *s, size_t from, size_t to)
{
    size_t n = 0;
    while (to + n < s->n && from + n < to && s->x[from + n] == s->x[to + n])
        n++;
    return n;
}

static void copies(struct detect_context *c, const struct table *t, const struct view *v, const struct thread *s, size_t length, struct copy_room *r)
{
    hash_room(c->scratch, t->n, r);
    size_t n = windows_hashed(c, s, length, r), end = 0;
    const struct place *place = r->place;
    struct steps steps = {0};
    bool known = false; /* how often the site makes each step: asked of few */
    double pairs = 2 * log((double)s->n) - log(2);
    if (n < 2)
        return;
    size_t *earlier = r->earlier = r->earlier ? r->earlier : NEW_ARRAY(c->scratch, t->n + 1, size_t);
    for (size_t i = 0; i < s->n; i++)
        earlier[i] = SIZE_MAX;
    for (size_t i = 1; i < n; i++)
        if (place[i].hash == place[i - 1].hash)
            earlier[place[i].at] = place[i - 1].at + length <= place[i].at ? place[i - 1].at : earlier[place[i - 1].at];
    for (size_t to = 0; to < s->n; to++) {
        size_t from = earlier[to];
        if (to < end || from == SIZE_MAX)
            continue;
        size_t same = same_ahead(s, from, to);
        if (same < length)
            continue;
        if (!known)
            steps = steps_of(c->scratch, v, s, 0, s->n, SIZE_MAX, 0), known = true;
        double chance = pairs + steps.start;
        chance += log_chance(&steps, v, s, to, same);
        if (chance > log(parameter(c, "chance")))
            continue;
        /* the same among the month around alone, where the column may have been coarser or calmer */
        AUTO_ARENA(room);
        struct steps near = steps_of(room, v, s, to > 720 ? to - 720 : 0, to + same + 720 < s->n ? to + same + 720 : s->n, to, same);
        chance = fmax(chance, pairs + steps.start + log_chance(&near, v, s, to, same));
        if (chance > log(parameter(c, "chance")))
            continue;
        say_copy(c, t, v, s, from, to, same, chance);
        end = to + same;
    }
}

void detect_exact_copy(struct detect_context *c, const struct table *t)
{
    struct copy_room room = {.pieces = pieces_for(c->scratch, t->n)};
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!view_fit(v, 48) || v->mad <= 0 || v->c->group != COLUMN_VALUE)
            continue;
        struct thread s = thread_of(c->scratch, t, v, &room.threads);
        size_t length = (size_t)parameter(c, v->coarse ? "coarse" : "fine");
        if (s.n > 4 * length && may_come_again(&s, length, &room.pieces))
            copies(c, t, v, &s, length, &room);
    }
}

/* ---- A8 ---- */
struct line { double slope, shift, worst; size_t turns; double without_step; };

/* y = slope x + shift over n places; without_step: r of what is left when the largest step is taken out. */
static struct line line_of(struct detect_context *c, const double *x, const double *y, size_t n)
{
    struct line l = {0};
    double mx = mean_of(x, n), my = mean_of(y, n), xx = 0, xy = 0;
    size_t step = 1;
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        xy += (x[i] - mx) * (y[i] - my);
        if (i && fabs(x[i] - x[i - 1]) > fabs(x[step] - x[step - 1]))
            step = i;
        l.turns += i > 1 && (x[i] - x[i - 1]) * (x[i - 1] - x[i - 2]) < 0;
    }
    l.slope = xx > 0 ? xy / xx : 0;
    l.shift = my - l.slope * mx;
    for (size_t i = 0; i < n; i++)
        l.worst = fmax(l.worst, fabs(y[i] - l.slope * x[i] - l.shift));
    double *u = arena_copy(c->scratch, x, n * sizeof *x), *w = arena_copy(c->scratch, y, n * sizeof *y);
    for (size_t i = step; i < n; i++) {
        u[i] -= x[step] - x[step - 1];
        w[i] -= y[step] - y[step - 1];
    }
    l.without_step = correlation_of(u, w, n);
    return l;
}

static bool fits(const struct detect_context *c, const struct view *v, const struct line *l)
{
    return l->worst <= parameter(c, "steps") * v->q * (1 + fabs(l->slope)) / 2 && l->turns >= 6 && l->without_step >= 0.995 &&
           l->slope >= 0.2 && l->slope <= 5;
}

static void say_affine(struct detect_context *c, const struct table *t, const struct view *v, size_t from, size_t to, size_t n, const struct line *l)
{
    /* Each further value lands within the tolerance of the line by chance as often as a step of the site is that small. */
    double share = fmin(0.5, 2 * fmax(l->worst, v->q) / (2.5 * fmax(v->step_mad * l->slope, v->q)));
    double chance = 2 * log((double)v->used) + ((double)n - 4) * log(share);
    struct hit *h = chance <= log(parameter(c, "chance")) ? hit_add(c, to, n, v) : NULL;
    if (!h)
        return;
    h->score = (double)n;
    h->p = exp(fmax(chance, -600));
    h->hard = h->p <= parameter(c, "hard");
    hit_number(h, 0, "倍数", l->slope, 3);
    hit_apart(h, 1, "平移", l->shift, v->c, 1);
    hit_apart(h, 2, "与直线的最大偏差", l->worst, v->c, 1);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的曲线，等于%.*s起的曲线乘以%.3f再加%.*f%s，偏差不超过一个最小刻度", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, to)), STR_ARG(span_text(c->scratch, t, n)), STR_ARG(slot_text(c->scratch, t, from)), l->slope,
                 v->c->decimals, l->shift, factor_unit_apart(v->c));
}

/* The longest stretch from (from, to) on that stays on one line. */
static size_t extend(struct detect_context *c, const struct table *t, const struct view *v, size_t from, size_t to, size_t n, struct line *ret)
{
    struct line l = *ret;
    double room = fmax(l.worst, v->q * (1 + l.slope) / 2);
    while (to + n < t->n && from + n < to && fabs(v->x[to + n] - l.slope * v->x[from + n] - l.shift) <= room)
        n++;
    *ret = line_of(c, v->x + from, v->x + to, n);
    return n;
}

static void affine_copies(struct detect_context *c, const struct table *t, const struct view *v, size_t m)
{
    size_t windows = t->n - m + 1, *at = NEW_ARRAY(c->scratch, windows, size_t), end = 0;
    double *r = NEW_ARRAY(c->scratch, windows, double), least = parameter(c, "r");
    profile_above(c->scratch, v->x, t->n, m, m, PROFILE_BEST, least, r, at);
    for (size_t i = 0; i < windows; i++) {
        if (r[i] < least || at[i] == SIZE_MAX || at[i] > i || i < end)
            continue;
        struct line l = line_of(c, v->x + at[i], v->x + i, m);
        if (!fits(c, v, &l) || (fabs(l.slope - 1) < 1e-9 && fabs(l.shift) < v->q / 4))
            continue; /* an exact copy is A7's */
        size_t n = extend(c, t, v, at[i], i, m, &l);
        say_affine(c, t, v, at[i], i, n, &l);
        end = i + n;
    }
}

/* The same at whole days' distance only, over longer stretches: there noise put onto a copy averages out. What is similar
 * among honest stretches of this series is learned from all of them. */
struct lagged { size_t at, from; double score; };

static double lagged_r(const struct view *v, size_t from, size_t to, size_t m)
{
    double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0, n = 0, ox = v->median;
    for (size_t k = 0; k < m; k++) {
        double x = v->x[from + k] - ox, y = v->x[to + k] - ox;
        if (isnan(x) || isnan(y))
            continue;
        sx += x, sy += y, xx += x * x, yy += y * y, xy += x * y, n++;
    }
    double vx = xx - sx * sx / n, vy = yy - sy * sy / n;
    return n * 4 >= (double)m * 3 && vx > 0 && vy > 0 ? (xy - sx * sy / n) / sqrt(vx * vy) : (double)NAN;
}

/* Sums over a stretch, the same for every stretch it is compared with, as long as neither has a gap. */
enum { LAG_DAYS = 35, LAGS = 4 /* side by side */ };
struct lag_sums { double sum, square; enum { STRETCH_UNSEEN, STRETCH_WHOLE, STRETCH_GAPS } state; };

static const struct lag_sums *stretch_at(struct lag_sums *all, const struct view *v, size_t at, size_t m)
{
    struct lag_sums *s = &all[at];
    if (s->state != STRETCH_UNSEEN)
        return s;
    for (size_t k = 0; k < m; k++) {
        double x = v->x[at + k] - v->median;
        s->sum += x, s->square += x * x;
    }
    s->state = isnan(s->sum) ? STRETCH_GAPS : STRETCH_WHOLE;
    return s;
}

/* Sums of products of a stretch with LAGS others: four chains of additions, each in the order of the slots. */
static void products(const struct view *v, const size_t *from, size_t to, size_t m, double *ret)
{
    const double *a = v->x + from[0], *b = v->x + from[1], *c = v->x + from[2], *d = v->x + from[3], *y = v->x + to, ox = v->median;
    double sum_a = 0, sum_b = 0, sum_c = 0, sum_d = 0;
    for (size_t k = 0; k < m; k++) {
        double there = y[k] - ox;
        sum_a += (a[k] - ox) * there;
        sum_b += (b[k] - ox) * there;
        sum_c += (c[k] - ox) * there;
        sum_d += (d[k] - ox) * there;
    }
    ret[0] = sum_a, ret[1] = sum_b, ret[2] = sum_c, ret[3] = sum_d;
}

/* What lagged_r() says of those n stretches, bit by bit. */
static void lagged_all(const struct view *v, struct lag_sums *all, const size_t *from, size_t lags, size_t to, size_t m, double *ret)
{
    const struct lag_sums *y = stretch_at(all, v, to, m);
    size_t whole[LAGS] = {0}, place[LAGS], n = 0;
    double xy[LAGS], many = (double)m;
    for (size_t i = 0; i <= lags; i++) {
        bool plain = i < lags && y->state == STRETCH_WHOLE && stretch_at(all, v, from[i], m)->state == STRETCH_WHOLE;
        if (i < lags && !plain)
            ret[i] = lagged_r(v, from[i], to, m);
        if (plain)
            whole[n] = from[i], place[n++] = i;
        if (n < LAGS && i < lags)
            continue;
        if (n)
            products(v, whole, to, m, xy);
        for (size_t k = 0; k < n; k++) {
            const struct lag_sums *x = &all[whole[k]];
            double vx = x->square - x->sum * x->sum / many, vy = y->square - y->sum * y->sum / many;
            ret[place[k]] = vx > 0 && vy > 0 ? (xy[k] - x->sum * y->sum / many) / sqrt(vx * vy) : (double)NAN;
        }
        n = 0;
    }
}

/* The most alike of the stretches whole days before. */
static struct lagged most_alike(const struct view *v, struct lag_sums *all, size_t at, size_t m, size_t day_slots)
{
    struct lagged one = {at, SIZE_MAX, -1};
    size_t from[LAG_DAYS], n = 0;
    double r[LAG_DAYS];
    for (size_t lag = (m + day_slots - 1) / day_slots * day_slots; lag <= at && lag <= LAG_DAYS * day_slots; lag += day_slots)
        from[n++] = at - lag;
    lagged_all(v, all, from, n, at, m, r);
    for (size_t i = 0; i < n; i++)
        if (r[i] > one.score)
            one.score = r[i], one.from = from[i];
    return one;
}

static void noisy_copies(struct detect_context *c, const struct table *t, const struct view *v, double hours, double least)
{
    size_t m = slots_of(t, hours), day_slots = slots_of(t, 24), hop = m / 4, n = 0, end = 0;
    struct lagged *best = NEW_ARRAY(c->scratch, t->n / hop + 1, struct lagged);
    double *score = NEW_ARRAY(c->scratch, t->n / hop + 1, double);
    struct lag_sums *stretches = NEW_ARRAY(c->scratch, t->n, struct lag_sums);
    for (size_t at = window_first(t, hop); at + m <= t->n; at += hop) {
        struct lagged one = most_alike(v, stretches, at, m, day_slots);
        if (one.from == SIZE_MAX)
            continue;
        score[n] = atanh(fmin(fmax(one.score, -0.9), 1 - 1e-9));
        best[n++] = one;
    }
    if (n < 40)
        return;
    struct calibration cal = calibrate(c->scratch, score, n);
    for (size_t i = 0; i < n; i++) {
        double p = calibrated_p(&cal, score[i]) * fmax(1, (double)n / 4);
        if (best[i].score < least || p > parameter(c, "noisy_chance") || best[i].at < end)
            continue;
        struct line l = line_of(c, v->x + best[i].from, v->x + best[i].at, m);
        if (isnan(l.without_step) || l.turns < 6 || l.without_step < least - 0.005 || l.slope < 0.2 || l.slope > 5)
            continue;
        size_t last = i;
        while (last + 1 < n && best[last + 1].at <= best[i].at + m && best[last + 1].score >= least &&
               best[last + 1].at - best[last + 1].from == best[i].at - best[i].from)
            last++;
        end = best[last].at + m;
        struct hit *h = hit_add(c, best[i].at, end - best[i].at, v);
        if (!h)
            return;
        h->score = score[i];
        h->p = fmin(1, p);
        h->hard = p <= parameter(c, "noisy_hard");
        hit_number(h, 0, "相关系数", best[i].score, 5);
        hit_number(h, 1, "与原段相隔（自然日）", (double)((best[i].at - best[i].from) / day_slots), 0);
        hit_number(h, 2, "倍数", l.slope, 3);
        hit_sentence(c, h, "%.*s自%.*s起%.*s的曲线与%zu天前同一时段相关系数达%.4f，本站其他任何两段都没有这样相像", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, best[i].at)), STR_ARG(span_text(c->scratch, t, end - best[i].at)),
                     (best[i].at - best[i].from) / day_slots, best[i].score);
    }
}

void detect_affine_copy(struct detect_context *c, const struct table *t)
{
    size_t m = (size_t)parameter(c, "length");
    if (minutes_table(t)) {
        detect_minute_copy(c, t);
        return;
    }
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!view_fit(v, 200) || v->levels < parameter(c, "levels") || v->equal > 0.1 || v->c->group != COLUMN_VALUE || v->step_mad < 4 * v->q ||
            v->factor->role == ROLE_OTHER || t->n < 4 * m || (double)t->n > parameter(c, "most"))
            continue;
        if (v->factor->role == ROLE_POLLUTANT || v->factor->role == ROLE_OXYGEN || v->factor->role == ROLE_FLOW)
            affine_copies(c, t, v, m);
        noisy_copies(c, t, v, 24, 0.99);
        noisy_copies(c, t, v, 48, 0.98);
        noisy_copies(c, t, v, 168, 0.96);
    }
}
