/*
 * The data zone: code-kind=text pairs, comma between those of one item, semicolon between items. This is where a
 * frame's time goes, so each byte is looked at once where possible: && behind the zone stops every scan, names are
 * compared as words, and a number is read while its end is looked for. What is not the usual form takes the slow
 * way, which reads everything.
 */
#include "monitor/hj212/hj212_private.h"

#include <strings.h>

enum { FACTORS_SEEN = 512, LOOK_BACK = 16 };

enum { STOP_KEY = 1, STOP_VALUE = 2 };
static const uint8_t stops[256] = {['-'] = STOP_KEY, ['='] = STOP_KEY, [','] = STOP_KEY | STOP_VALUE,
                                   [';'] = STOP_KEY | STOP_VALUE, ['&'] = STOP_KEY | STOP_VALUE};

struct reader {
    struct hj_frame *f;
    const char *end; /* the closing && stands here */
    size_t capacity, item_first;
    uint64_t found;
    uint64_t code_word; /* of the code seen last: the pairs of an item share it */
    int16_t row;
    bool pattern, wide /* bytes beyond ASCII */, timed /* a kind was seen that wants a DataTime */;
    unsigned codes_old, codes_new;
    unsigned data_times;
    uint8_t item;
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

/* -12.31 up to a stop: the usual number. False leaves everything to the slow way: fillers, too. */
static inline bool usual_number(struct hj_value *v, const char **at, const char *end, int *whole)
{
    const char *p = *at;
    bool negative = *p == '-';
    const char *digits = p += negative;
    uint64_t mantissa = 0;
    for (; is_digit(*p); p++)
        mantissa = 10 * mantissa + (uint64_t)(*p - '0');
    ptrdiff_t before = p - digits, behind = 0;
    if (*p == '.') {
        const char *point = ++p;
        for (; is_digit(*p); p++)
            mantissa = 10 * mantissa + (uint64_t)(*p - '0');
        behind = p - point;
        if (!behind)
            return false;
    }
    bool zero = *digits == '0';
    if (!(stops[(uint8_t)*p] & STOP_VALUE) || (*p == '&' && p < end) || !before || before + behind > 18 || *digits == '9' || (zero && before > 1))
        return false;
    v->text = (str){*at, (size_t)(p - *at)};
    v->mantissa = negative ? -(int64_t)mantissa : (int64_t)mantissa;
    v->scale = (int8_t)behind;
    v->number = HJ_NUMBER_OK;
    *whole = zero ? 0 : (int)before;
    *at = p;
    return true;
}

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
    struct number n = number_of(v->text);
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
    if (usual_number(v, &p, r->end, whole))
        return p;
    p = slow_text(r, v, p);
    slow_number(r, v, must, whole);
    return p;
}

static void flag_check(struct reader *r, const struct hj_value *v)
{
    const char *good = r->f->edition == HJ_2005 ? "NPFCMTDS0123" : "NFMSDCTB";
    if (v->text.n && (v->text.n > 1 || !strchr(good, v->text.p[0])))
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

static void code_find(struct reader *r, struct hj_value *v)
{
    if (!v->code.n) {
        r->code_word = 0;
        r->row = -1;
        r->found |= FOUND(CODE_UNKNOWN);
        return;
    }
    uint64_t word = name_word(v->code.p, v->code.n, r->end + 2);
    if (word != r->code_word || v->code.n > 8) {
        r->code_word = word;
        r->row = (int16_t)factor_by_word(name_folded(word, v->code.n), v->code.n, &r->pattern);
        alphabet(r, v->code);
        if (r->row < 0 && !facility(v->code))
            r->found |= FOUND(CODE_UNKNOWN);
        if (r->row >= 0 && v->code.n == 6 && v->code.p[0] < 'a' && hj_factor_table[r->row].code[0] != v->code.p[0])
            r->found |= FOUND(KEY_CASE);
    }
    v->factor = r->row;
    v->factor_known = r->row >= 0;
}

static bool same_names(const struct hj_value *a, const struct hj_value *b)
{
    return str_eq(a->code, b->code) && str_eq(a->kind, b->kind);
}

/* The same name twice for one time. Codes and kinds of the tables are remembered for the whole frame, others looked
 * for among the pairs just before. */
static void twice_check(struct reader *r, struct hj_value *v, int kind)
{
    if (r->row >= 0 && !r->pattern && kind >= 0 && kind < KINDS_HOT && r->row < FACTORS_SEEN) {
        uint16_t bit = (uint16_t)(1u << kind);
        if (r->seen[r->row] & bit)
            r->found |= FOUND(KEY_TWICE);
        r->seen[r->row] |= bit;
        return;
    }
    size_t first = r->f->n > r->item_first + LOOK_BACK ? r->f->n - LOOK_BACK : r->item_first;
    for (size_t i = first; i < r->f->n; i++)
        if (same_names(&r->f->values[i], v))
            r->found |= FOUND(KEY_TWICE);
}

static void command_check(struct reader *r, unsigned class)
{
    int cn = r->f->command;
    bool period = cn == 2051 || cn == 2061 || cn == 2031;
    if ((period && (class & KIND_INSTANT)) || (cn == 2011 && (class & KIND_PERIOD)))
        r->found |= FOUND(KIND_COMMAND);
}

static void cap_check(struct reader *r, const struct hj_value *v, int whole)
{
    const struct hj_factor *factor = &hj_factor_table[v->factor];
    if (v->number == HJ_NUMBER_OK && factor->whole >= 0 && (whole > factor->whole || v->scale > factor->decimals))
        r->found |= FOUND(VALUE_CAP);
}

/* ---- pairs ---- */

/* code-kind=text; p stands behind the equals sign. */
static const char *coded(struct reader *r, struct hj_value *v, const char *p)
{
    uint64_t word = name_word(v->kind.p, v->kind.n, r->end + 2);
    int kind = kind_find(name_folded(word, v->kind.n), v->kind.n), whole = 0;
    unsigned class = kind < 0 ? 0 : kinds[kind].class;
    if (kind < 0 || class & KIND_OWN)
        r->found |= FOUND(KIND_UNKNOWN);
    else if (kinds[kind].word != word)
        r->found |= FOUND(KEY_CASE);
    code_find(r, v);
    r->timed = true;
    if (class & KIND_TEXT)
        p = slow_text(r, v, p);
    else
        p = number(r, v, p, class & (KIND_CAPPED | KIND_PERIOD), &whole);
    if (class & KIND_FLAG)
        flag_check(r, v);
    if (class & KIND_TIME)
        time_check(r, v->text);
    if (class & (KIND_INSTANT | KIND_PERIOD))
        command_check(r, class);
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
    const struct plain *known = plain_find(v->code);
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
    r->row = -1;
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

static bool wide(str s)
{
    uint64_t all = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= s.n; i += sizeof word) {
        memcpy(&word, s.p + i, sizeof word);
        all |= word;
    }
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

void data_decode(struct hj_frame *f, size_t capacity)
{
    struct reader r = {.f = f, .end = f->data.p + f->data.n, .row = -1};
    r.capacity = capacity < HJ_LIMIT_VALUES ? capacity : HJ_LIMIT_VALUES;
    r.wide = wide(f->data);
    if (r.wide && utf8_bad(f->data) >= 0)
        r.found |= FOUND(TEXT_FORM);
    for (const char *p = f->data.p; p < r.end; p++) {
        if (f->n == r.capacity) {
            r.found |= FOUND(VALUES_OVER);
            break;
        }
        p = pair(&r, p);
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

usec hj_value_time(const struct hj_frame *f, const struct hj_value *v)
{
    size_t at = (size_t)(v - f->values), first = at;
    CHECK(at < f->n);
    while (first > 0 && f->values[first - 1].item == v->item)
        first--;
    for (size_t i = first; i < f->n && f->values[i].item == v->item; i++) {
        const struct plain *known = f->values[i].kind.n ? NULL : plain_find(f->values[i].code);
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
