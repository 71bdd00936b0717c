/*
 * The data zone: code-kind=text pairs, comma between those of one item, semicolon between items. This is where a
 * frame's time goes, so there are two ways through it. The fast one knows the usual pair, a code of the table, a kind
 * in its printed form, a plain number or one letter, and compares and converts eight bytes at a time. It leaves
 * whatever is not exactly that, untouched, to the slow one, which reads everything and names each departure. A pair
 * both can read must come out the same from both (the fuzz target compares them).
 */
#include "monitor/hj212/hj212_private.h"

#include <strings.h>

enum { FACTORS_SEEN = 512, LOOK_BACK = 16 };

enum { STOP_KEY = 1, STOP_VALUE = 2 };
static const uint8_t stops[256] = {['-'] = STOP_KEY, ['='] = STOP_KEY, [','] = STOP_KEY | STOP_VALUE,
                                   [';'] = STOP_KEY | STOP_VALUE, ['&'] = STOP_KEY | STOP_VALUE};

struct reader {
    struct hj_frame *f;
    const char *end;   /* the closing && stands here */
    const char *limit; /* bytes may be read up to here */
    size_t capacity, item_first;
    uint64_t found;
    uint64_t code_word, code_mask; /* the code seen last with its dash: the pairs of an item share it */
    uint8_t code_n, item;
    int16_t row;
    int8_t cap_whole, cap_decimals; /* of its factor */
    uint16_t *seen_code; /* where `seen` keeps its kinds; NULL: it does not */
    bool pattern, wide /* bytes beyond ASCII */, timed /* a kind was seen that wants a DataTime */;
    bool slow;         /* the fast way is closed: a test of the two against each other */
    unsigned codes_old, codes_new, data_times;
    unsigned wrong_class; /* the kinds that do not belong to this command */
    uint16_t seen[FACTORS_SEEN]; /* by factor: bits of the hot kinds */
};

/* The first byte from p on that ends a key or a value. */
static inline const char *scan(const struct reader *r, const char *p, int what)
{
    for (;; p++) {
        while (!(stops[(uint8_t)*p] & what))
            p++;
        if (*p != '&' || p >= r->end)
            return p;
    }
}

static str trimmed(struct reader *r, const char *from, const char *to)
{
    const char *start = from, *stop = to;
    while (start < stop && is_blank(*start))
        start++;
    while (stop > start && is_blank(stop[-1]))
        stop--;
    if (start != from || stop != to)
        r->found |= FOUND(BLANKS);
    return (str){start, (size_t)(stop - start)};
}

/* ---- values ---- */

/* Text of a log may hold any separator: it ends at // and a separator behind. */
static const char *log_end(struct reader *r, const char *p)
{
    for (const char *at = p + 2; at + 1 < r->end; at++) {
        at = memchr(at, '/', (size_t)(r->end - at));
        if (!at || at + 1 >= r->end)
            break;
        const char *next = at + 2;
        while (next < r->end && is_blank(*next))
            next++;
        if (at[1] == '/' && (next == r->end || *next == ',' || *next == ';'))
            return next;
    }
    r->found |= FOUND(LOG_OPEN);
    return scan(r, p, STOP_VALUE);
}

static const char *slow_text(struct reader *r, struct hj_value *v, const char *p)
{
    const char *start = p;
    while (start < r->end && is_blank(*start))
        start++;
    bool log = start + 1 < r->end && start[0] == '/' && start[1] == '/';
    const char *stop = log ? log_end(r, start) : scan(r, p, STOP_VALUE);
    v->text = trimmed(r, p, stop);
    if (r->wide && !log)
        for (size_t i = 0; i < v->text.n; i++)
            if (v->text.p[i] & 0x80)
                r->found |= FOUND(TEXT_FORM);
    if (!v->text.n)
        r->found |= FOUND(VALUE_EMPTY);
    return stop;
}

static void slow_number(struct reader *r, struct hj_value *v, bool must, int *whole)
{
    struct number n = hj_number_of(v->text);
    v->mantissa = n.mantissa;
    v->scale = n.scale;
    v->number = n.state;
    *whole = n.whole;
    if (n.too_long)
        r->found |= FOUND(VALUE_LONG);
    else if (n.odd || (must && n.state == HJ_NUMBER_NONE && v->text.n))
        r->found |= FOUND(VALUE_FORM);
    if (n.state == HJ_NUMBER_FILLER || n.state == HJ_NUMBER_MISSING)
        r->found |= FOUND(VALUE_FILLER);
}

static const char *number(struct reader *r, struct hj_value *v, const char *p, bool must, int *whole)
{
    p = slow_text(r, v, p);
    slow_number(r, v, must, whole);
    return p;
}

enum { FLAG_OLD = 1, FLAG_NEW = 2 };
static const uint8_t data_flags[256] = {
    ['N'] = FLAG_OLD | FLAG_NEW, ['F'] = FLAG_OLD | FLAG_NEW, ['M'] = FLAG_OLD | FLAG_NEW, ['S'] = FLAG_OLD | FLAG_NEW,
    ['D'] = FLAG_OLD | FLAG_NEW, ['C'] = FLAG_OLD | FLAG_NEW, ['T'] = FLAG_OLD | FLAG_NEW, ['B'] = FLAG_NEW,
    ['P'] = FLAG_OLD, ['0'] = FLAG_OLD, ['1'] = FLAG_OLD, ['2'] = FLAG_OLD, ['3'] = FLAG_OLD};

static void flag_check(struct reader *r, str text)
{
    int edition = r->f->edition == HJ_2005 ? FLAG_OLD : FLAG_NEW;
    if (text.n && (text.n > 1 || !(data_flags[(uint8_t)text.p[0]] & edition)))
        r->found |= FOUND(DATA_FLAG);
}

static void time_check(struct reader *r, str text)
{
    bool form = text.n == 14;
    for (size_t i = 0; form && i < text.n; i++)
        form = is_digit(text.p[i]);
    if (!form)
        r->found |= FOUND(DATA_TIME_FORM);
    if (hj_time(text) == USEC_NONE)
        r->found |= FOUND(DATA_TIME_BAD);
}

/* ---- names ---- */

/* Which edition a code belongs to: 011, 02, S01, B02 are of 2005; w01018, e10101, LA of 2017 and after. */
static void alphabet(struct reader *r, str code)
{
    char c = code.p[0];
    if (code.n == 6 && r->row >= 0) {
        r->codes_new++;
        return;
    }
    size_t digits = 0;
    while (digits < code.n && is_digit(code.p[code.n - 1 - digits]))
        digits++;
    if ((digits == code.n && (code.n == 2 || code.n == 3)) || (digits == 2 && code.n == 3 && (c == 'S' || c == 'B')))
        r->codes_old++;
    else if ((digits == 5 && code.n == 6) || r->row >= 0)
        r->codes_new++;
}

static bool facility(str code)
{
    return code.n >= 3 && (code.p[0] | 0x20) == 's' && (code.p[1] | 0x20) == 'b' && is_digit(code.p[2]);
}

/* A code is looked up once per run of pairs that share it. */
static void code_turn(struct reader *r, str code, uint64_t word, int row)
{
    r->code_word = 1;
    r->code_mask = 0; /* fits nothing */
    r->row = (int16_t)row;
    r->seen_code = NULL;
    alphabet(r, code);
    if (row < 0) {
        if (!facility(code))
            r->found |= FOUND(CODE_UNKNOWN);
        return;
    }
    if (!r->pattern && row < FACTORS_SEEN)
        r->seen_code = &r->seen[row];
    const struct hj_factor *factor = &hj_factor_table[row];
    r->cap_whole = factor->whole < 0 ? INT8_MAX : factor->whole;
    r->cap_decimals = factor->whole < 0 ? INT8_MAX : factor->decimals;
    if (code.n == 6 && code.p[0] < 'a' && factor->code[0] != code.p[0])
        r->found |= FOUND(KEY_CASE);
    if (code.n > 7)
        return;
    r->code_n = (uint8_t)code.n;
    r->code_word = word | (uint64_t)'-' << 8 * code.n;
    r->code_mask = code.n == 7 ? UINT64_MAX : (UINT64_C(1) << 8 * (code.n + 1)) - 1;
}

static void code_find(struct reader *r, struct hj_value *v)
{
    if (!v->code.n) {
        r->row = -1;
        r->seen_code = NULL;
        r->code_word = 1;
        r->code_mask = 0;
        r->found |= FOUND(CODE_UNKNOWN);
        return;
    }
    uint64_t word = name_word(v->code.p, v->code.n, r->end + 2);
    bool same = r->code_mask && v->code.n == r->code_n && r->code_word == (word | (uint64_t)'-' << 8 * v->code.n);
    if (!same)
        code_turn(r, v->code, word, hj_factor_by_word(name_folded(word, v->code.n), v->code.n, &r->pattern));
    v->factor = r->row;
    v->factor_known = r->row >= 0;
}

static bool same_names(const struct hj_value *a, const struct hj_value *b)
{
    return str_eq(a->code, b->code) && str_eq(a->kind, b->kind);
}

static void twice_before(struct reader *r, const struct hj_value *v)
{
    size_t first = r->f->n > r->item_first + LOOK_BACK ? r->f->n - LOOK_BACK : r->item_first;
    for (size_t i = first; i < r->f->n; i++)
        if (same_names(&r->f->values[i], v))
            r->found |= FOUND(KEY_TWICE);
}

/* The same name twice for one time. Codes and kinds of the tables are remembered for the whole frame, others looked
 * for among the pairs just before. */
static inline void twice_check(struct reader *r, const struct hj_value *v, int kind)
{
    if (kind < 0 || kind >= KINDS_HOT || !r->seen_code) {
        twice_before(r, v);
        return;
    }
    uint16_t bit = (uint16_t)(1u << kind);
    if (*r->seen_code & bit)
        r->found |= FOUND(KEY_TWICE);
    *r->seen_code |= bit;
}

/* Real-time kinds in period frames, and the other way round. */
static unsigned class_wrong_for(int cn)
{
    return cn == 2051 || cn == 2061 || cn == 2031 ? KIND_INSTANT : cn == 2011 ? KIND_PERIOD : 0;
}

static inline void cap_check(struct reader *r, const struct hj_value *v, int whole)
{
    if (v->number == HJ_NUMBER_OK && (whole > r->cap_whole || v->scale > r->cap_decimals))
        r->found |= FOUND(VALUE_CAP);
}

/* ---- pairs ---- */

/* code-kind=text; p stands behind the equals sign. */
static const char *coded(struct reader *r, struct hj_value *v, const char *p)
{
    uint64_t word = name_word(v->kind.p, v->kind.n, r->end + 2);
    int kind = hj_kind_find(name_folded(word, v->kind.n), v->kind.n), whole = 0;
    unsigned class = kind < 0 ? 0 : hj_kinds[kind].class;
    if (kind < 0 || class & KIND_OWN)
        r->found |= FOUND(KIND_UNKNOWN);
    else if (hj_kinds[kind].word != word)
        r->found |= FOUND(KEY_CASE);
    code_find(r, v);
    r->timed = true;
    if (class & KIND_TEXT)
        p = slow_text(r, v, p);
    else
        p = number(r, v, p, class & (KIND_CAPPED | KIND_PERIOD), &whole);
    if (class & KIND_FLAG)
        flag_check(r, v->text);
    if (class & KIND_TIME)
        time_check(r, v->text);
    if (class & r->wrong_class)
        r->found |= FOUND(KIND_COMMAND);
    if (class & KIND_CAPPED && v->factor >= 0)
        cap_check(r, v, whole);
    twice_check(r, v, kind);
    return p;
}

static void data_time(struct reader *r, str text)
{
    if (r->data_times++ == 0) {
        r->f->data_time_text = text;
        r->f->data_time = hj_time(text);
        return;
    }
    r->found |= FOUND(DATA_TIME_ITEM);
    memset(r->seen, 0, sizeof r->seen); /* another time: the same names may stand again */
}

/* name=text */
static const char *plain(struct reader *r, struct hj_value *v, const char *p)
{
    const struct plain *known = hj_plain_find(v->code);
    int whole;
    v->factor = -1;
    if (!known)
        r->found |= FOUND(NAME_UNKNOWN);
    else if (memcmp(known->name, v->code.p, v->code.n) != 0)
        r->found |= FOUND(KEY_CASE);
    if (!known || known->class == NAME_NUMBER) {
        p = number(r, v, p, known != NULL, &whole);
    } else {
        p = slow_text(r, v, p);
        if (known->class != NAME_TEXT)
            time_check(r, v->text);
        if (known->class == NAME_DATA_TIME)
            data_time(r, v->text);
    }
    twice_check(r, v, -1);
    return p;
}

/* One pair from p on; what it returns stands on the separator behind it, or at the end. */
static const char *pair(struct reader *r, const char *p)
{
    struct hj_value *v = &r->f->values[r->f->n];
    const char *start = p, *dash = NULL;
    p = scan(r, p, STOP_KEY);
    if (*p == '-') {
        dash = p++;
        while (p = scan(r, p, STOP_KEY), *p == '-')
            p++;
    }
    *v = (struct hj_value){.item = r->item, .factor = -1, .kind = S("")};
    v->code = trimmed(r, start, dash ? dash : p);
    if (*p != '=') {
        if (p == start || (!v->code.n && !dash)) {
            r->found |= FOUND(SEPARATOR);
            return p;
        }
        v->code = trimmed(r, start, p);
        v->text = S("");
        r->found |= FOUND(PAIR_FORM);
        r->f->n++;
        return p;
    }
    if (!dash) {
        p = plain(r, v, p + 1);
    } else {
        v->kind = trimmed(r, dash + 1, p);
        p = coded(r, v, p + 1);
    }
    r->f->n++;
    return p;
}

/* ---- the fast way ---- */

/* Kinds as they stand in a frame, with the equals sign behind; the hash of the first four bytes has no collisions. */
#define SLOT(four) ((uint32_t)(four) * UINT32_C(0x1ef2a4f1) >> 28)
#define USUAL(kind, n, four, word) [SLOT(four)] = {(word), (UINT64_C(1) << 8 * ((n) + 1)) - 1, (n), (kind)}
enum { AVG, FLAG, RTD, MIN, MAX, COU, ZSAVG, ZSRTD, ZSMIN, ZSMAX, EFLAG }; /* places in `hj_kinds` */
static const struct usual { uint64_t word, mask; uint8_t n, kind; } usuals[16] = {
#define THREE(kind, a, b, c) USUAL(kind, 3, W4(a, b, c, '='), W4(a, b, c, '='))
#define ZS(kind, a, b, c) USUAL(kind, 5, W4('Z', 's', a, b), W5('Z', 's', a, b, c) | B('=', 5))
    THREE(AVG, 'A', 'v', 'g'),   THREE(RTD, 'R', 't', 'd'), THREE(MIN, 'M', 'i', 'n'), THREE(MAX, 'M', 'a', 'x'),
    THREE(COU, 'C', 'o', 'u'),   ZS(ZSAVG, 'A', 'v', 'g'),  ZS(ZSRTD, 'R', 't', 'd'),  ZS(ZSMIN, 'M', 'i', 'n'),
    ZS(ZSMAX, 'M', 'a', 'x'),
    USUAL(FLAG, 4, W4('F', 'l', 'a', 'g'), W5('F', 'l', 'a', 'g', '=')),
    USUAL(EFLAG, 5, W4('E', 'F', 'l', 'a'), W5('E', 'F', 'l', 'a', 'g') | B('=', 5)),
};

static inline bool readable(const struct reader *r, const char *p)
{
    return r->limit - p >= 8;
}

static inline bool value_ends(const struct reader *r, const char *p)
{
    return stops[(uint8_t)*p] & STOP_VALUE && (*p != '&' || p == r->end);
}

/* Another code than before, of the table. */
static bool code_next(struct reader *r, const char *p, uint64_t word)
{
    uint64_t dashes = byte_first(word, '-');
    size_t n = dashes ? (size_t)__builtin_ctzll(dashes) / 8 : 0;
    bool pattern;
    if (n == 0)
        return false;
    word &= (UINT64_C(1) << 8 * n) - 1;
    int row = hj_factor_by_word(name_folded(word, n), n, &pattern);
    if (row < 0)
        return false;
    r->pattern = pattern;
    code_turn(r, (str){p, n}, word, row);
    return true;
}

/*
 * Digits with at most one point. More than seven on a side, nines in front and needless zeros are left to the slow way.
 * Mostly one word holds it all: the point is squeezed out and both sides are converted as one number.
 */
static inline const char *fast_number(const struct reader *r, struct hj_value *v, const char *text, int *ret_whole)
{
    static const int32_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    const char *p = text + (*text == '-');
    if (!readable(r, p))
        return NULL;
    uint64_t digits = word_at(p) ^ EVERY_BYTE('0'), others = digits_not(digits), behind = others & (others - 1);
    int whole = others ? __builtin_ctzll(others) / 8 : 8, decimals = 0;
    if (whole == 0 || whole == 8 || (whole > 1 && *p == '0') || (whole > 2 && *p == '9'))
        return NULL;
    int64_t mantissa;
    *ret_whole = *p == '0' ? 0 : whole;
    if (p[whole] != '.') {
        mantissa = digits_value(digits, whole);
        p += whole;
    } else if (behind) {
        uint64_t front = (UINT64_C(1) << 8 * whole) - 1;
        int n = __builtin_ctzll(behind) / 8 - 1;
        decimals = n - whole;
        if (decimals == 0)
            return NULL;
        mantissa = digits_value((digits & front) | (digits >> 8 & ~front), n);
        p += n + 1;
    } else {
        mantissa = digits_value(digits, whole);
        p += whole;
        if (!readable(r, ++p))
            return NULL;
        digits = word_at(p) ^ EVERY_BYTE('0');
        decimals = digits_first(digits);
        if (decimals == 0 || decimals == 8)
            return NULL;
        mantissa = mantissa * powers[decimals] + digits_value(digits, decimals);
        p += decimals;
    }
    v->mantissa = *text == '-' ? -mantissa : mantissa;
    v->scale = (int8_t)decimals;
    v->number = HJ_NUMBER_OK;
    return p;
}

/* The usual pair from p on; NULL, and nothing changed, when it is another. */
static inline const char *fast_pair(struct reader *r, const char *p)
{
    if (!readable(r, p))
        return NULL;
    uint64_t word = word_at(p);
    if ((word & r->code_mask) != r->code_word && !code_next(r, p, word))
        return NULL;
    const char *name = p + r->code_n + 1, *stop;
    if (!readable(r, name))
        return NULL;
    word = word_at(name);
    const struct usual *u = &usuals[SLOT(word)];
    if ((word & u->mask) != u->word || !u->n)
        return NULL;
    unsigned class = hj_kinds[u->kind].class;
    const char *text = name + u->n + 1;
    struct hj_value *v = &r->f->values[r->f->n];
    int whole = 0;
    if (class & KIND_TEXT) {
        v->mantissa = 0;
        v->scale = 0;
        v->number = HJ_NUMBER_NONE;
        stop = text + 1;
        if (text >= r->end || !data_flags[(uint8_t)*text])
            return NULL;
    } else {
        stop = fast_number(r, v, text, &whole);
    }
    if (!stop || !value_ends(r, stop))
        return NULL;
    v->code = (str){p, r->code_n};
    v->kind = (str){name, u->n};
    v->text = (str){text, (size_t)(stop - text)};
    v->factor_known = 1;
    v->item = r->item;
    v->factor = r->row;
    r->timed = true;
    if (class & KIND_FLAG)
        flag_check(r, v->text);
    if (class & r->wrong_class)
        r->found |= FOUND(KIND_COMMAND);
    if (class & KIND_CAPPED)
        cap_check(r, v, whole);
    twice_check(r, v, u->kind);
    r->f->n++;
    return stop;
}

/* DataTime=yyyyMMddHHmmss as the first pair. */
static const char *fast_time(struct reader *r, const char *p)
{
    static const char name[] = "DataTime=";
    const char *text = p + sizeof name - 1, *stop = text + 14;
    if (r->limit - stop < 1 || memcmp(p, name, sizeof name - 1) != 0 || !value_ends(r, stop))
        return NULL;
    usec t = hj_time_of_14(text);
    if (t == USEC_NONE)
        return NULL;
    struct hj_frame *f = r->f;
    f->values[0] = (struct hj_value){.item = r->item, .code = {p, 8}, .kind = S(""), .text = {text, 14}, .factor = -1};
    f->n = 1;
    f->data_time_text = f->values[0].text;
    f->data_time = t;
    r->data_times = 1;
    return stop;
}

static bool wide(str s)
{
    uint64_t all = 0;
    size_t i = 0;
    for (; i + 32 <= s.n; i += 32)
        all |= word_at(s.p + i) | word_at(s.p + i + 8) | word_at(s.p + i + 16) | word_at(s.p + i + 24);
    for (; i + 8 <= s.n; i += 8)
        all |= word_at(s.p + i);
    for (; i < s.n; i++)
        all |= (uint8_t)s.p[i];
    return all & UINT64_C(0x8080808080808080);
}

/* Commands whose upload tells a time. */
static bool wants_time(int cn)
{
    return (cn >= 2011 && cn <= 2111 && cn != 2012 && cn != 2022 && cn != 2072) || cn == 3015;
}

static void conclude(struct reader *r)
{
    struct hj_frame *f = r->f;
    unsigned version = f->flag < 0 ? 0 : (unsigned)f->flag >> 2;
    if ((version == 0 && r->codes_new) || (version > 0 && r->codes_old))
        r->found |= FOUND(VERSION_CODES);
    if (!r->data_times && r->timed && wants_time(f->command))
        r->found |= FOUND(DATA_TIME_MISSING);
    f->findings |= r->found;
}

static const char *any_pair(struct reader *r, const char *p)
{
    const char *stop = NULL;
    if (!r->slow)
        stop = r->f->n == 0 ? fast_time(r, p) : fast_pair(r, p);
    return stop ? stop : pair(r, p);
}

static void decode(struct hj_frame *f, const char *limit, size_t capacity, bool slow)
{
    struct reader r = {.f = f, .end = f->data.p + f->data.n, .limit = limit, .row = -1, .code_word = 1, .slow = slow};
    r.capacity = capacity < HJ_LIMIT_VALUES ? capacity : HJ_LIMIT_VALUES;
    r.wrong_class = class_wrong_for(f->command);
    r.wide = wide(f->data);
    if (r.wide && utf8_bad(f->data) >= 0)
        r.found |= FOUND(TEXT_FORM);
    for (const char *p = f->data.p; p < r.end; p++) {
        if (f->n == r.capacity) {
            r.found |= FOUND(VALUES_OVER);
            break;
        }
        p = any_pair(&r, p);
        if (p >= r.end)
            break;
        if (p + 1 == r.end)
            r.found |= FOUND(SEPARATOR); /* nothing behind it */
        if (*p == ';') {
            r.item++;
            r.item_first = f->n;
        }
    }
    conclude(&r);
}

void hj_data_decode(struct hj_frame *f, const char *limit, size_t capacity)
{
    decode(f, limit, capacity, false);
}

void hj_data_decode_slowly(struct hj_frame *f, size_t capacity)
{
    decode(f, f->data.p + f->data.n, capacity, true);
}

usec hj_value_time(const struct hj_frame *f, const struct hj_value *v)
{
    size_t at = (size_t)(v - f->values), first = at;
    CHECK(at < f->n);
    while (first > 0 && f->values[first - 1].item == v->item)
        first--;
    for (size_t i = first; i < f->n && f->values[i].item == v->item; i++) {
        const struct plain *known = f->values[i].kind.n ? NULL : hj_plain_find(f->values[i].code);
        if (known && known->class == NAME_DATA_TIME)
            return hj_time(f->values[i].text);
    }
    return f->data_time;
}

/* A plain name has no kind and is asked for with "". */
const struct hj_value *hj_value_of(const struct hj_frame *f, const char *code, const char *kind)
{
    size_t code_n = strlen(code), kind_n = strlen(kind);
    for (size_t i = 0; i < f->n; i++) {
        const struct hj_value *v = &f->values[i];
        if (v->code.n == code_n && v->kind.n == kind_n && strncasecmp(v->code.p, code, code_n) == 0 &&
            strncasecmp(v->kind.p, kind, kind_n) == 0)
            return v;
    }
    return NULL;
}
