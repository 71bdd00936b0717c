/* One text: read, split from its quotations, hashed in a rolling window of characters. */
#include "analysis/near.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t x)
{
    x ^= x >> 30, x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27, x *= UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* Full-width forms as their ASCII, capitals small; 0 for what does not count. */
static uint32_t folded(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || is_digit(c) ? c : 0;
    if (c < 0xa0 || (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f) || (c >= 0xfe30 && c <= 0xfe4f) || c == 0xfeff ||
        (c >= 0xff00 && c <= 0xffef) || c == 0xb7)
        return 0;
    return c;
}

static bool ends_sentence(uint32_t c)
{
    return c == 0x3002 /* 。 */ || c == 0xff1b /* ； */ || c == ';' || c == '\n' || c == 0xff01 || c == 0xff1f;
}

/* A sentence that names an instrument in 《》 and an article of it. */
static bool quotes_law(str sentence)
{
    ptrdiff_t open = str_find(sentence, S("《")), close = str_find(sentence, S("》"));
    if (open < 0 || close < open)
        return false;
    str rest = str_sub(sentence, (size_t)close, sentence.n);
    ptrdiff_t number = str_find(rest, S("第"));
    return number >= 0 && str_find(str_sub(rest, (size_t)number, rest.n), S("条")) >= 0;
}

struct reader { uint32_t *point; size_t n, quoted; bool in_number, cut; };

/* Bytes that are no UTF-8 are one character that does not count. */
static uint32_t next_point(str *rest)
{
    str head = str_sub(*rest, 0, 4);
    ptrdiff_t bad = utf8_bad(head);
    if (bad == 0 && rest->n) {
        *rest = str_sub(*rest, 1, rest->n);
        return ' ';
    }
    return utf8_next(rest);
}

static void read_sentence(struct reader *r, str sentence)
{
    bool quoted = quotes_law(sentence);
    r->in_number = false;
    while (sentence.n) {
        uint32_t raw = next_point(&sentence), c = folded(raw);
        bool inside_number = r->in_number && (raw == '.' || raw == ',');
        if (!c) {
            r->in_number = inside_number;
            continue;
        }
        if (is_digit(c) && r->in_number)
            continue;
        r->in_number = is_digit(c);
        if (quoted) {
            r->quoted++;
        } else if (r->n < LIMIT_NEAR_POINTS) {
            r->point[r->n++] = r->in_number ? '0' : c;
        } else {
            r->cut = true;
        }
    }
}

static int by_value64(const void *l, const void *r)
{
    uint64_t a = *(const uint64_t *)l, b = *(const uint64_t *)r;
    return a < b ? -1 : a > b;
}

static size_t distinct(uint64_t *v, size_t n)
{
    size_t k = 0;
    qsort(v, n, sizeof *v, by_value64);
    for (size_t i = 0; i < n; i++)
        if (!k || v[k - 1] != v[i])
            v[k++] = v[i];
    return k;
}

static void cut_pieces(struct arena *a, const struct reader *r, struct near_text *ret)
{
    size_t n = r->n >= NEAR_SHINGLE ? r->n - NEAR_SHINGLE + 1 : 0, kept = 0;
    uint64_t *piece = NEW_ARRAY(a, n + 1, uint64_t);
    for (size_t i = 0; i < n; i++) {
        uint64_t h = 0;
        for (size_t k = 0; k < NEAR_SHINGLE; k++)
            h = mix(h * 31 + r->point[i + k]);
        piece[i] = h;
    }
    n = distinct(piece, n);
    uint32_t *sample = NEW_ARRAY(a, n / 4 + NEAR_SAMPLE + 1, uint32_t);
    for (size_t i = 0; i < n && kept < n / 4 + NEAR_SAMPLE; i++)
        if (piece[i] % NEAR_SAMPLE == 0) {
            uint32_t high = (uint32_t)(piece[i] >> 32); /* sorted by it, as the pieces are by all bits */
            if (!kept || sample[kept - 1] != high)
                sample[kept++] = high;
        }
    ret->piece = piece, ret->n = n;
    ret->kept = sample, ret->kept_n = kept;
}

void near_text_of(struct arena *a, str utf8, struct near_text *ret)
{
    size_t room = utf8.n < LIMIT_NEAR_POINTS ? utf8.n : LIMIT_NEAR_POINTS;
    struct reader r = {.point = NEW_ARRAY(a, room + 1, uint32_t)};
    while (utf8.n) {
        str walk = utf8;
        while (walk.n && !ends_sentence(next_point(&walk)))
            ;
        size_t n = utf8.n - walk.n;
        read_sentence(&r, str_sub(utf8, 0, n));
        utf8 = walk;
    }
    *ret = (struct near_text){.points = r.n + r.quoted, .quoted = r.quoted, .cut = r.cut};
    cut_pieces(a, &r, ret);
}

/* ---- two texts ---- */

static size_t shared64(const uint64_t *x, size_t n, const uint64_t *y, size_t m)
{
    size_t i = 0, j = 0, both = 0;
    while (i < n && j < m) {
        both += x[i] == y[j];
        uint64_t low = x[i] < y[j] ? x[i] : y[j];
        i += x[i] == low;
        j += y[j] == low;
    }
    return both;
}

/* Of the sample: what is nobody's template, in each and in both. */
struct own { size_t x, y, both, shared, common; };

static struct own own_of(const struct near_index *ix, const struct near_text *x, const struct near_text *y)
{
    struct own o = {0};
    for (size_t i = 0, j = 0; i < x->kept_n || j < y->kept_n;) {
        bool in_x = i < x->kept_n && (j == y->kept_n || x->kept[i] <= y->kept[j]);
        bool in_y = j < y->kept_n && (i == x->kept_n || y->kept[j] <= x->kept[i]);
        bool template_ = ix && near_common(ix, in_x ? x->kept[i] : y->kept[j]);
        o.x += in_x && !template_, o.y += in_y && !template_;
        o.both += in_x && in_y && !template_;
        o.shared += in_x && in_y;
        o.common += in_x && in_y && template_;
        i += in_x, j += in_y;
    }
    return o;
}

void near_compare(const struct near_index *ix, const struct near_text *x, const struct near_text *y, struct near_pair *ret)
{
    size_t least = x->n < y->n ? x->n : y->n;
    struct own o = own_of(ix, x, y);
    size_t own = o.x < o.y ? o.x : o.y;
    *ret = (struct near_pair){.shared = shared64(x->piece, x->n, y->piece, y->n)};
    ret->same = least ? (uint32_t)(1000 * ret->shared / least) : 0;
    ret->template_ = o.shared ? (uint32_t)(1000 * o.common / o.shared) : 0;
    ret->rest = own ? (uint32_t)(1000 * o.both / own) : 0;
}
