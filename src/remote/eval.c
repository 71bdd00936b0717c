/*
 * A small compiler and a machine of whole rows: each step runs over up to EVAL_SPAN floats, which stay in the first cache, and the loops
 * are plain enough for the compiler to use vectors. Truth is 1 and 0. An index named twice is computed once.
 */
#include "base/lanes.h"
#include "remote/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum op { OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE, OP_NORMALIZED /* (left - right) / (left + right) */, OP_LESS, OP_LESS_EQUAL, OP_AND, OP_OR, OP_NOT };
struct step { uint8_t op; uint16_t to, left, right; };

struct eval {
    struct step step[LIMIT_EXPRESSION_STEPS];
    size_t steps;
    float *row[LIMIT_EXPRESSION_STEPS + CHANNELS + 1]; /* channels, then what is computed or constant */
    float *whole[2], *zero;           /* index and channels added up, in turn; what is added where there is none */
    uint16_t rows;
    uint32_t channels;
    uint16_t index, when;
    struct { str name; uint16_t row; } named[24];
    size_t named_n;
    double threshold;
    struct arena *arena;
};
struct reader { struct eval *e; str whole, rest; int depth; };

static err *unreadable(const struct reader *p, const char *want)
{
    return err_got(err_at(err_new(ERR_INPUT, "看不懂表达式第%zu个字节处", p->whole.n - p->rest.n + 1), S("expression")), utf8_clip(p->whole, 80),
                   str_of(want), S("(green - nir) / (green + nir)"));
}

static uint16_t row_new(struct eval *e)
{
    e->row[e->rows] = NEW_ARRAY(e->arena, EVAL_SPAN, float);
    return e->rows++;
}

static err *constant(struct reader *p, double value, uint16_t *ret)
{
    if (p->e->rows >= LIMIT_EXPRESSION_STEPS + CHANNELS)
        return err_new(ERR_LIMIT, "表达式超过%d步", LIMIT_EXPRESSION_STEPS);
    *ret = row_new(p->e);
    for (size_t i = 0; i < EVAL_SPAN; i++)
        p->e->row[*ret][i] = (float)value;
    return NULL;
}

/* Half of all indices divide a difference by the sum of the same two: one step instead of three, of the same operations. */
static bool normalized(struct eval *e, uint16_t *left, uint16_t *right)
{
    const struct step *difference = e->step + e->steps - 2, *total = difference + 1;
    if (e->steps < 2 || difference->op != OP_SUBTRACT || difference->to != *left || total->op != OP_ADD || total->to != *right ||
        difference->left != total->left || difference->right != total->right)
        return false;
    *left = total->left, *right = total->right;
    e->steps -= 2;
    return true;
}

static err *step(struct reader *p, enum op op, uint16_t left, uint16_t right, uint16_t *ret)
{
    struct eval *e = p->e;
    if (e->steps == LIMIT_EXPRESSION_STEPS || e->rows >= LIMIT_EXPRESSION_STEPS + CHANNELS)
        return err_new(ERR_LIMIT, "表达式超过%d步", LIMIT_EXPRESSION_STEPS);
    *ret = row_new(e);
    if (op == OP_DIVIDE && normalized(e, &left, &right))
        op = OP_NORMALIZED;
    e->step[e->steps++] = (struct step){(uint8_t)op, *ret, left, right};
    return NULL;
}

static void skip(struct reader *p)
{
    while (p->rest.n && *p->rest.p == ' ')
        p->rest = str_sub(p->rest, 1, p->rest.n);
}

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool take(struct reader *p, const char *text)
{
    size_t n = strlen(text);
    skip(p);
    if (!str_starts(p->rest, str_of(text)) || (word_char(*text) && p->rest.n > n && word_char(p->rest.p[n])))
        return false;
    p->rest = str_sub(p->rest, n, p->rest.n);
    return true;
}

static err *any_of(struct reader *p, uint16_t *ret);

static err *named(struct reader *p, str name, uint16_t *ret)
{
    struct eval *e = p->e;
    enum channel c = channel_find(name);
    const char *text = index_text(name);
    if (c != CHANNEL_NONE && c != CHANNEL_QA) {
        e->channels |= 1u << c;
        *ret = (uint16_t)c;
        return NULL;
    }
    if (str_eq(name, S("threshold")))
        return constant(p, e->threshold, ret);
    for (size_t i = 0; i < e->named_n; i++)
        if (str_eq(e->named[i].name, name)) {
            *ret = e->named[i].row;
            return NULL;
        }
    if (!text)
        return unreadable(p, "波段名（blue green red re1 re2 re3 nir nnir swir1 swir2 vv vh）或指数名");
    struct reader inner = {.e = e, .whole = str_of(text), .rest = str_of(text), .depth = p->depth};
    TRY(any_of(&inner, ret));
    CHECK(!inner.rest.n && e->named_n < sizeof e->named / sizeof *e->named);
    e->named[e->named_n].name = name;
    e->named[e->named_n++].row = *ret;
    return NULL;
}

static err *number(struct reader *p, uint16_t *ret)
{
    char text[32] = "";
    size_t n = 0;
    while (n < p->rest.n && n + 1 < sizeof text && ((p->rest.p[n] >= '0' && p->rest.p[n] <= '9') || p->rest.p[n] == '.'))
        n++;
    memcpy(text, p->rest.p, n);
    char *end;
    double value = strtod(text, &end);
    if (end != text + n || !isfinite(value))
        return unreadable(p, "数");
    p->rest = str_sub(p->rest, n, p->rest.n);
    return constant(p, value, ret);
}

static err *one(struct reader *p, uint16_t *ret)
{
    uint16_t inner, zero;
    if (++p->depth > LIMIT_EXPRESSION_DEPTH)
        return err_new(ERR_LIMIT, "表达式嵌套超过%d层", LIMIT_EXPRESSION_DEPTH);
    if (take(p, "(")) {
        TRY(any_of(p, ret));
        if (!take(p, ")"))
            return unreadable(p, "右括号");
    } else if (take(p, "-")) {
        TRY(one(p, &inner));
        TRY(constant(p, 0, &zero));
        TRY(step(p, OP_SUBTRACT, zero, inner, ret));
    } else if (take(p, "not")) {
        TRY(one(p, &inner));
        TRY(step(p, OP_NOT, inner, inner, ret));
    } else {
        size_t n = 0;
        skip(p);
        if (p->rest.n && (*p->rest.p == '.' || (*p->rest.p >= '0' && *p->rest.p <= '9'))) {
            TRY(number(p, ret));
        } else {
            while (n < p->rest.n && word_char(p->rest.p[n]))
                n++;
            if (!n)
                return unreadable(p, "数、波段名、指数名或括号");
            str name = str_sub(p->rest, 0, n);
            TRY(named(p, name, ret));
            p->rest = str_sub(p->rest, n, p->rest.n);
        }
    }
    p->depth--;
    return NULL;
}

static err *product(struct reader *p, uint16_t *ret)
{
    uint16_t right;
    TRY(one(p, ret));
    for (;;) {
        enum op op = take(p, "*") ? OP_MULTIPLY : take(p, "/") ? OP_DIVIDE : OP_NOT;
        if (op == OP_NOT)
            return NULL;
        TRY(one(p, &right));
        TRY(step(p, op, *ret, right, ret));
    }
}

static err *sum(struct reader *p, uint16_t *ret)
{
    uint16_t right;
    TRY(product(p, ret));
    for (;;) {
        enum op op = take(p, "+") ? OP_ADD : take(p, "-") ? OP_SUBTRACT : OP_NOT;
        if (op == OP_NOT)
            return NULL;
        TRY(product(p, &right));
        TRY(step(p, op, *ret, right, ret));
    }
}

static err *comparison(struct reader *p, uint16_t *ret)
{
    static const struct { const char *text; enum op op; bool turned; } signs[] = {
        {"<=", OP_LESS_EQUAL, false}, {">=", OP_LESS_EQUAL, true}, {"<", OP_LESS, false}, {">", OP_LESS, true}};
    uint16_t left = 0, right;
    TRY(sum(p, ret));
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (take(p, signs[i].text)) {
            left = *ret;
            TRY(sum(p, &right));
            return signs[i].turned ? step(p, signs[i].op, right, left, ret) : step(p, signs[i].op, left, right, ret);
        }
    return NULL;
}

static err *all_of(struct reader *p, uint16_t *ret)
{
    uint16_t right;
    TRY(comparison(p, ret));
    while (take(p, "and")) {
        TRY(comparison(p, &right));
        TRY(step(p, OP_AND, *ret, right, ret));
    }
    return NULL;
}

static err *any_of(struct reader *p, uint16_t *ret)
{
    uint16_t right;
    TRY(all_of(p, ret));
    while (take(p, "or")) {
        TRY(all_of(p, &right));
        TRY(step(p, OP_OR, *ret, right, ret));
    }
    return NULL;
}

static err *compile(struct eval *e, str text, uint16_t *ret)
{
    struct reader p = {.e = e, .whole = text, .rest = text};
    if (text.n > LIMIT_EXPRESSION_BYTES)
        return err_new(ERR_LIMIT, "表达式超过%d个字节", LIMIT_EXPRESSION_BYTES);
    TRY(any_of(&p, ret));
    skip(&p);
    return p.rest.n ? unreadable(&p, "表达式到此结束") : NULL;
}

err *eval_new(struct arena *a, str index, str when, double threshold, struct eval **ret)
{
    struct eval *e = NEW(a, struct eval);
    e->arena = a;
    for (int i = 0; i < 2; i++)
        e->whole[i] = NEW_ARRAY(a, EVAL_SPAN, float);
    e->zero = NEW_ARRAY(a, EVAL_SPAN, float);
    e->rows = CHANNELS;
    e->threshold = threshold;
    TRY(compile(e, index, &e->index));
    TRY(compile(e, when, &e->when));
    *ret = e;
    return NULL;
}

uint32_t eval_channels(const struct eval *e)
{
    return e->channels;
}

#define EACH(expression)                                                                            \
    for (size_t i = 0; i < n; i++)                                                                  \
        to[i] = (expression);                                                                       \
    break

LANES static void run(enum op op, float *restrict to, const float *left, const float *right, size_t n)
{
    switch (op) {
    case OP_ADD: EACH(left[i] + right[i]);
    case OP_SUBTRACT: EACH(left[i] - right[i]);
    case OP_MULTIPLY: EACH(left[i] * right[i]);
    case OP_DIVIDE: EACH(left[i] / right[i]);
    case OP_NORMALIZED: EACH((left[i] - right[i]) / (left[i] + right[i]));
    case OP_LESS: EACH(left[i] < right[i] ? 1.0f : 0.0f);
    case OP_LESS_EQUAL: EACH(left[i] <= right[i] ? 1.0f : 0.0f);
    case OP_AND: EACH(left[i] * right[i]);
    case OP_OR: EACH(left[i] > right[i] ? left[i] : right[i]);
    case OP_NOT: EACH(1.0f - left[i]);
    }
}

LANES static void add(float *restrict to, const float *restrict left, const float *restrict right, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = left[i] + right[i];
}

/* A sum is a number only when all its terms are; x - x is 0 for numbers and NaN for the rest. */
LANES static void settle(const float *restrict part, const float *restrict rest, const float *restrict when, size_t n, uint8_t *restrict mask,
                         uint8_t *restrict valid)
{
    for (size_t i = 0; i < n; i++) {
        float whole = part[i] + rest[i];
        valid[i] = whole - whole == 0 ? 1 : 0;
    }
    for (size_t i = 0; i < n; i++)
        mask[i] = (when[i] > 0 ? 1 : 0) & valid[i];
}

const float *eval_judge(struct eval *e, const float *const in[CHANNELS], size_t n, uint8_t *mask, uint8_t *valid)
{
    const float *row[LIMIT_EXPRESSION_STEPS + CHANNELS + 1];
    CHECK(n <= EVAL_SPAN);
    for (size_t i = CHANNELS; i < e->rows; i++)
        row[i] = e->row[i];
    for (int c = 0; c < CHANNELS; c++)
        row[c] = in[c];
    for (size_t i = 0; i < e->steps; i++)
        run((enum op)e->step[i].op, e->row[e->step[i].to], row[e->step[i].left], row[e->step[i].right], n);
    const float *part = row[e->index], *rest = e->zero;
    for (int c = 0; c < CHANNELS; c++)
        if (e->channels >> c & 1) {
            if (rest != e->zero) {
                float *to = part == e->whole[0] ? e->whole[1] : e->whole[0];
                add(to, part, rest, n);
                part = to;
            }
            rest = row[c];
        }
    settle(part, rest, row[e->when], n, mask, valid);
    return row[e->index];
}

LANES static void or_none(const float *restrict value, const uint8_t *restrict valid, size_t n, float *restrict index)
{
    for (size_t i = 0; i < n; i++)
        index[i] = valid[i] ? value[i] : NAN;
}

void eval_span(struct eval *e, const float *const in[CHANNELS], size_t n, uint8_t *mask, uint8_t *valid, float *index)
{
    or_none(eval_judge(e, in, n, mask, valid), valid, n, index);
}
