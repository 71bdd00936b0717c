/*
 * Where frames begin and end in a stream of bytes. The answer is a function of the bytes alone: whatever would be
 * decided by a byte that has not come yet is not decided, so pieces of any size give the same cuts. Memory is
 * bounded because everything is decided within HJ_LIMIT_FRAME bytes and a little look ahead.
 *
 * Nobody is trusted: the length is a hint. What stands behind ##LLLL is walked from left to right for the first of
 *   - the declared end, if && stands there and four digits follow;
 *   - another end: && behind the opening CP=&&, four digits, and then a line end, pad, next frame or the end of all;
 *   - another start: ##, four digits, and QN= ST= or MN= close behind: then the first frame was torn, and only the
 *     bytes up to there are lost.
 * Text of a log (between // and //) may hold such ends and starts. There they count only if the declared end proves
 * wrong: it is proven right by a known checksum when a start lies inside.
 */
#include "monitor/hj212/hj212_private.h"

enum {
    AT_LENGTH = 2,
    AT_SEGMENT = 6,
    KEYWORD_WINDOW = 12, /* behind the length: where QN= ST= or MN= must stand */
    LAST_EVENT = HJ_LIMIT_FRAME - 8, /* nothing is looked for behind */
    MOST_PROOFS = 8 /* of ends in front of the declared one: work stays linear */
};

enum answer { NO, YES, OPEN /* more bytes must come */ };

struct stream { const char *p; size_t n; bool last; };

static enum answer out_of(const struct stream *s)
{
    return s->last ? NO : OPEN;
}

/* ## and four digits. */
static inline enum answer start_at(const struct stream *s, size_t at)
{
    if (at + 8 <= s->n) {
        uint64_t word = word_at(s->p + at);
        return (word & 0xffff) == W2('#', '#') && digits_first(word >> 16 ^ EVERY_BYTE('0')) >= 4 ? YES : NO;
    }
    for (size_t i = 0; i < AT_SEGMENT; i++) {
        if (at + i >= s->n)
            return out_of(s);
        char c = s->p[at + i];
        if (i < AT_LENGTH ? c != '#' : !is_digit(c))
            return NO;
    }
    return YES;
}

static bool keyword_at(const char *p)
{
    char first = (char)(p[0] | 0x20), second = (char)(p[1] | 0x20);
    return p[2] == '=' && ((first == 's' && second == 't') || (second == 'n' && (first == 'q' || first == 'm')));
}

/* A start that cannot be mistaken: the head of a segment follows. */
static enum answer sure_start_at(const struct stream *s, size_t at)
{
    enum answer start = start_at(s, at);
    if (start != YES)
        return start;
    at += AT_SEGMENT;
    for (size_t i = 0; i + 3 <= KEYWORD_WINDOW; i++) {
        if (at + i + 3 > s->n)
            return out_of(s);
        if (keyword_at(s->p + at + i))
            return YES;
        if (s->p[at + i] == '#')
            return NO; /* the keyword would be another's */
    }
    return NO;
}

static int length_of(const char *start)
{
    int length = 0;
    for (int i = AT_LENGTH; i < AT_SEGMENT; i++)
        length = 10 * length + start[i] - '0';
    return length;
}

static struct hj_cut stretch(const struct stream *s, size_t n)
{
    bool frame = start_at(&(struct stream){s->p, n, true}, 0) == YES;
    return (struct hj_cut){.kind = HJ_CUT_STRETCH, .n = n, .raw = {s->p, n}, .length = frame ? length_of(s->p) : -1};
}

/* Noise: up to what looks like a start, however poor. */
static struct hj_cut noise(const struct stream *s)
{
    for (size_t at = 1; at <= LAST_EVENT; at++) {
        const char *next = at < s->n ? memchr(s->p + at, '#', s->n - at) : NULL;
        at = next ? (size_t)(next - s->p) : s->n;
        if (at > LAST_EVENT)
            break;
        enum answer start = at < s->n ? start_at(s, at) : out_of(s);
        if (start == OPEN)
            return (struct hj_cut){0};
        if (start == YES || at == s->n)
            return stretch(s, at);
    }
    return stretch(s, LAST_EVENT + 1);
}

/* What lies behind an end: ** of one maker, CR, LF, each or none of them. */
static enum answer pad_behind(const struct stream *s, size_t *at)
{
    if (*at >= s->n)
        return s->last ? YES : OPEN;
    if (s->p[*at] == '*') {
        if (*at + 1 >= s->n)
            return s->last ? YES : OPEN;
        *at += s->p[*at + 1] == '*' ? 2 : 0;
    }
    if (*at + 2 <= s->n && s->p[*at] == '\r' && s->p[*at + 1] == '\n') {
        *at += 2;
        return YES;
    }
    for (const char *c = "\r\n"; *c; c++) {
        if (*at >= s->n)
            return s->last ? YES : OPEN;
        *at += s->p[*at] == *c;
    }
    return YES;
}

/* A frame whose segment ends at `end`. Its line end belongs to it; while that has not come, `whole` says so. */
static struct hj_cut frame(const struct stream *s, size_t end, bool has_crc)
{
    size_t n = end + (has_crc ? 4 : 0);
    int length = length_of(s->p);
    struct hj_cut cut = {.kind = HJ_CUT_FRAME, .segment = {s->p + AT_SEGMENT, end - AT_SEGMENT},
                         .crc = {s->p + end, n - end}, .length = length, .length_ok = end == AT_SEGMENT + (size_t)length};
    if (pad_behind(s, &n) == OPEN) {
        cut.kind = HJ_CUT_NONE;
        cut.whole = true;
    }
    cut.n = n;
    cut.raw = (str){s->p, n};
    return cut;
}

static bool crc_known(const struct stream *s, size_t end)
{
    uint16_t given;
    if (!hj_hex_four(s->p + end, &given))
        return false;
    str segment = {s->p + AT_SEGMENT, end - AT_SEGMENT};
    return hj_crc_kind_of(segment, s->p + end, given, hj_crc16(segment)) != HJ_CRC_BAD;
}

/* No # and no line end or pad in n bytes: nothing inside that could be another start or end. */
static bool quiet(const char *p, size_t n)
{
    typedef uint8_t lanes __attribute__((vector_size(16)));
    typedef uint64_t halves __attribute__((vector_size(16)));
    lanes loud = {0}, v;
    if (n < sizeof v) {
        for (size_t i = 0; i < n; i++)
            if ((uint8_t)p[i] <= '*' && p[i] != '&')
                return false;
        return true;
    }
    for (size_t i = 0;;) {
        memcpy(&v, p + i, sizeof v);
        loud |= (lanes)(v <= (uint8_t)'*') & (lanes)(v != (uint8_t)'&');
        if (i == n - sizeof v)
            break;
        i = i + 2 * sizeof v <= n ? i + sizeof v : n - sizeof v; /* the last sixteen, some for the second time */
    }
    halves any = (halves)loud;
    return !(any[0] | any[1]);
}

struct walk {
    const struct stream *s;
    size_t declared; /* where the length says the segment ends; 0 when that proved wrong */
    size_t data;     /* behind CP=&&; 0 before */
    bool log;        /* inside // of a log */
    enum { NOTHING, END, BARE_END, START } kept; /* the first event inside a log */
    size_t kept_at;
    bool start_inside; /* a sure start was seen in a log: the declared end needs a known checksum */
    int proofs; /* checksums tried in front of the declared end */
};

static struct hj_cut taken(const struct walk *w, int event, size_t at)
{
    return event == START ? stretch(w->s, at) : frame(w->s, at, event == END);
}

/* Four digits and what must follow them where no length vouches for the end. */
static enum answer digits_at(const struct stream *s, size_t at, bool *ret_complete)
{
    uint16_t ignored;
    *ret_complete = false;
    for (size_t i = 0; i < 4; i++) {
        if (at + i >= s->n)
            return out_of(s);
        char four[4] = {'0', '0', '0', s->p[at + i]};
        if (!hj_hex_four(four, &ignored))
            return NO;
    }
    *ret_complete = true;
    at += 4;
    if (at == s->n)
        return s->last ? YES : OPEN;
    char c = s->p[at];
    if (c == '\r' || c == '\n')
        return YES;
    if (c != '#' && c != '*')
        return NO;
    if (at + 1 == s->n)
        return s->last ? NO : OPEN;
    return s->p[at + 1] == c ? YES : NO;
}

/* && without digits, and then nothing: a device that sends no checksum. */
static enum answer bare_end_at(const struct stream *s, size_t at)
{
    if (at == s->n)
        return s->last ? YES : OPEN;
    if (s->p[at] == '\r' || s->p[at] == '\n')
        return YES;
    return s->p[at] == '#' ? sure_start_at(s, at) : NO;
}

/* An event found: YES fills *ret. While the declared end is still to come, one inside a log is only kept. */
static enum answer event(struct walk *w, int what, size_t at, struct hj_cut *ret)
{
    bool first = w->kept == NOTHING;
    if (w->declared && what == END && (first || !w->log) && w->proofs++ < MOST_PROOFS && crc_known(w->s, at)) {
        *ret = frame(w->s, at, true);
        return YES;
    }
    if (!w->declared || (!w->log && !w->start_inside)) {
        *ret = first ? taken(w, what, at) : taken(w, (int)w->kept, w->kept_at);
        return YES;
    }
    w->start_inside = w->start_inside || what == START;
    if (first) {
        w->kept = what == START ? START : what == END ? END : BARE_END;
        w->kept_at = at;
    }
    return NO;
}

/* The declared end is reached. */
static enum answer declared_end(struct walk *w, struct hj_cut *ret)
{
    const struct stream *s = w->s;
    size_t at = w->declared;
    bool complete = false;
    bool closes = at >= AT_SEGMENT + 2 && s->p[at - 1] == '&' && s->p[at - 2] == '&' && (!w->data || at >= w->data + 2);
    if (closes && digits_at(s, at, &complete) == OPEN && !complete)
        return OPEN;
    if (complete && (!w->start_inside || crc_known(s, at))) {
        *ret = frame(s, at, true);
        return YES;
    }
    w->declared = 0;
    if (w->kept == NOTHING)
        return NO;
    *ret = taken(w, (int)w->kept, w->kept_at);
    return YES;
}

/* && stands in front of `at`: the opening of the data, or a possible end. */
static enum answer ampersands(struct walk *w, size_t at, struct hj_cut *ret)
{
    const struct stream *s = w->s;
    if (!w->data) {
        size_t i = at - 2;
        while (i > AT_SEGMENT && is_blank(s->p[i - 1]))
            i--;
        if (i > AT_SEGMENT && s->p[i - 1] == '=')
            w->data = at;
        return NO;
    }
    if (at < w->data + 2)
        return NO;
    if (w->declared && at >= w->declared) {
        enum answer declared = declared_end(w, ret);
        if (declared != NO)
            return declared;
    }
    bool complete;
    enum answer digits = digits_at(s, at, &complete);
    if (digits == OPEN) {
        if (complete && crc_known(s, at) && (!w->log || w->kept == NOTHING)) {
            *ret = frame(s, at, true);
            ret->kind = HJ_CUT_NONE;
            ret->whole = true;
        }
        return OPEN;
    }
    if (digits == YES)
        return event(w, END, at, ret);
    enum answer bare = complete ? NO : bare_end_at(s, at);
    return bare == YES ? event(w, BARE_END, at, ret) : bare;
}

static enum answer step(struct walk *w, size_t *at, struct hj_cut *ret)
{
    const struct stream *s = w->s;
    char c = s->p[*at];
    size_t here = (*at)++;
    if (c == '#') {
        enum answer start = sure_start_at(s, here);
        return start == YES ? event(w, START, here, ret) : start;
    }
    if (here + 1 == s->n)
        return out_of(s);
    if (s->p[here + 1] != c)
        return NO;
    if (c == '&')
        return ampersands(w, here + 2, ret);
    ++*at;
    w->log = w->data ? !w->log : false;
    return NO;
}

static struct hj_cut walk(const struct stream *s, size_t declared)
{
    struct walk w = {.s = s, .declared = declared};
    struct hj_cut cut = {0};
    size_t stop = s->n < LAST_EVENT + 1 ? s->n : LAST_EVENT + 1;
    for (size_t at = AT_SEGMENT; at < stop;) {
        enum answer found = NO;
        if (w.declared && at >= w.declared)
            found = declared_end(&w, &cut);
        char c = s->p[at];
        if (found == NO && (c == '#' || c == '&' || c == '/'))
            found = step(&w, &at, &cut);
        else
            at++;
        if (found != NO)
            return cut;
    }
    if (s->n > LAST_EVENT)
        return stretch(s, LAST_EVENT + 1);
    if (!s->last)
        return cut;
    return w.kept != NOTHING ? taken(&w, (int)w.kept, w.kept_at) : stretch(s, s->n);
}

struct hj_cut hj_cut(str bytes, bool last)
{
    struct stream s = {bytes.p, bytes.n, last};
    if (!s.n)
        return (struct hj_cut){0};
    enum answer start = start_at(&s, 0);
    if (start == OPEN)
        return (struct hj_cut){0};
    if (start == NO)
        return noise(&s);
    /* The fast path: the length is right, and nothing inside can be taken for an end or a start. */
    size_t end = AT_SEGMENT + (size_t)length_of(s.p);
    uint16_t given;
    if (s.n >= end + 4 && end >= AT_SEGMENT + 8 && s.p[end - 1] == '&' && s.p[end - 2] == '&' && s.p[end - 3] != '=' &&
        !is_blank(s.p[end - 3]) && hj_hex_four(s.p + end, &given) && quiet(s.p + AT_SEGMENT, end - AT_SEGMENT))
        return frame(&s, end, true);
    return walk(&s, end);
}

bool hj_blank(str bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        if (!is_blank(bytes.p[i]) && bytes.p[i] != '\0')
            return false;
    return true;
}
