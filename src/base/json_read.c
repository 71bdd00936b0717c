/*
 * Reading is two passes. The first, ours, is the judge: RFC 8259 to the letter, with the byte
 * offset of what is wrong, and the exact value of every integer. The second, cJSON's, builds the
 * tree; it is laxer than the first in a dozen places and keeps only doubles, so it never sees what
 * the first refuses, and its integers are replaced by ours. Its memory is an arena of the thread
 * that is reset after each document; strings and nodes that stay are copied into two blocks of the
 * caller's arena, whose size the first pass has counted.
 */
#include "base/arena_private.h"
#include "base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIMIT_NUMBER_LENGTH = 63, /* what cJSON's number buffer holds */
    FEW_KEYS = 12,            /* up to here comparing each with each beats hashing */
};

struct number {
    int64_t i;
    size_t at; /* byte offset */
    bool integer;
};

struct scan {
    const char *start, *p, *end;
    struct arena *scratch;
    VEC(struct number) numbers;
    size_t nodes, limit_nodes, string_bytes;
};

static const char *const unexpected =
    "这里应当是一个值(对象、数组、字符串、数字、true、false或null)";

static err *scan_wrong(const struct scan *s, const char *at, const char *why)
{
    size_t offset = (size_t)(at - s->start), left = (size_t)(s->end - at);
    size_t n = left < 16 ? left : 16;
    while (n < left && ((uint8_t)at[n] & 0xc0) == 0x80)
        n++;
    err *e = err_new(ERR_INPUT, "JSON第%zu字节处有误(从0数起):%s", offset, why);
    return err_got(e, n ? (str){at, n} : S("文本的末尾"), S("符合RFC 8259的JSON"), S("{\"a\":1}"));
}

static void skip_space(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
        s->p++;
}

static bool hex_unit(const struct scan *s, const char *p, unsigned *ret)
{
    uint8_t bytes[2];
    if (s->end - p < 4 || !hex_decode((str){p, 4}, bytes, 2))
        return false;
    *ret = (unsigned)bytes[0] << 8 | bytes[1];
    return true;
}

/* s->p is on the backslash. */
static err *scan_escape(struct scan *s)
{
    const char *at = s->p;
    unsigned unit, low;
    if (s->end - at < 2)
        return scan_wrong(s, s->end, "字符串没有结束引号");
    s->p += 2;
    if (at[1] != 'u')
        return memchr("\"\\/bfnrt", at[1], 8) ? NULL : scan_wrong(s, at, "没有这种转义写法");
    if (!hex_unit(s, at + 2, &unit))
        return scan_wrong(s, at, "\\u后面应当是四位十六进制数");
    s->p += 4;
    if (unit == 0)
        return scan_wrong(s, at, "字符串里不允许出现空字符\\u0000");
    if (unit < 0xd800 || unit > 0xdfff)
        return NULL;
    if (unit > 0xdbff || s->end - s->p < 6 || s->p[0] != '\\' || s->p[1] != 'u' ||
        !hex_unit(s, s->p + 2, &low) || low < 0xdc00 || low > 0xdfff)
        return scan_wrong(s, at, "代理项\\u转义不成对");
    s->p += 6;
    return NULL;
}

/* True when none of the eight bytes is a quote, a backslash or a control character. (Bytes from
 * 0x80 up may hide a match behind them; the test errs towards looking closer.) */
static bool eight_plain(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t word;
    memcpy(&word, p, 8);
    uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
    uint64_t hit =
        ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - ones * 0x20) & ~word);
    return (hit & highs) == 0;
}

/* s->p is on the opening quote. */
static err *scan_string(struct scan *s)
{
    const char *first = ++s->p;
    for (;;) {
        while (s->end - s->p >= 8 && eight_plain(s->p))
            s->p += 8;
        while (s->p < s->end && *s->p != '"' && *s->p != '\\' && (uint8_t)*s->p >= 0x20)
            s->p++;
        if (s->p == s->end)
            return scan_wrong(s, s->p, "字符串没有结束引号");
        if (*s->p == '"')
            break;
        if (*s->p != '\\')
            return scan_wrong(s, s->p, "字符串里的控制字符必须转义");
        TRY(scan_escape(s));
    }
    s->string_bytes += (size_t)(s->p - first) + 1;
    s->p++;
    return NULL;
}

static const char *digits_end(const struct scan *s, const char *p)
{
    while (p < s->end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

static err *scan_number(struct scan *s)
{
    const char *at = s->p, *p = at + (*at == '-');
    const char *end = digits_end(s, p);
    if (end == p)
        return scan_wrong(s, p, "这里应当是数字");
    if (*p == '0' && end - p > 1)
        return scan_wrong(s, p, "数字不能以多余的0开头");
    struct number n = {.at = (size_t)(at - s->start)};
    n.integer = str_int64((str){at, (size_t)(end - at)}, &n.i);
    if (end < s->end && *end == '.') {
        n.integer = false;
        p = end + 1;
        end = digits_end(s, p);
        if (end == p)
            return scan_wrong(s, p, "小数点后面应当是数字");
    }
    if (end < s->end && (*end == 'e' || *end == 'E')) {
        n.integer = false;
        p = end + 1;
        p += p < s->end && (*p == '+' || *p == '-');
        end = digits_end(s, p);
        if (end == p)
            return scan_wrong(s, p, "指数里应当是数字");
    }
    if (end - at > LIMIT_NUMBER_LENGTH)
        return scan_wrong(s, at, "数字太长,最多63个字符");
    vec_push(s->scratch, &s->numbers, n);
    s->p = end;
    return NULL;
}

static err *scan_word(struct scan *s, str word)
{
    if ((size_t)(s->end - s->p) < word.n || memcmp(s->p, word.p, word.n) != 0)
        return scan_wrong(s, s->p, unexpected);
    s->p += word.n;
    return NULL;
}

static err *scan_value(struct scan *s, int depth);

/* After an element: true when another one follows. */
static err *scan_more(struct scan *s, char close, bool *ret)
{
    skip_space(s);
    if (s->p == s->end || (*s->p != ',' && *s->p != close))
        return scan_wrong(s, s->p, close == ']' ? "这里应当是逗号或]" : "这里应当是逗号或}");
    *ret = *s->p++ == ',';
    return NULL;
}

static err *scan_name(struct scan *s)
{
    skip_space(s);
    if (s->p == s->end || *s->p != '"')
        return scan_wrong(s, s->p, "这里应当是带引号的键名");
    TRY(scan_string(s));
    skip_space(s);
    if (s->p == s->end || *s->p != ':')
        return scan_wrong(s, s->p, "键名后面应当是冒号");
    s->p++;
    return NULL;
}

static err *scan_container(struct scan *s, char close, int depth)
{
    if (depth >= LIMIT_JSON_DEPTH)
        return scan_wrong(s, s->p, "嵌套太深,最多32层");
    s->p++;
    skip_space(s);
    if (s->p < s->end && *s->p == close) {
        s->p++;
        return NULL;
    }
    for (bool more = true; more;) {
        if (close == '}')
            TRY(scan_name(s));
        TRY(scan_value(s, depth + 1));
        TRY(scan_more(s, close, &more));
    }
    return NULL;
}

static err *scan_value(struct scan *s, int depth)
{
    skip_space(s);
    if (s->p == s->end)
        return scan_wrong(s, s->p, unexpected);
    if (++s->nodes > s->limit_nodes)
        return err_new(ERR_LIMIT, "JSON里的值超过%zu个的上限", s->limit_nodes);
    switch (*s->p) {
    case '{':
        return scan_container(s, '}', depth);
    case '[':
        return scan_container(s, ']', depth);
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, S("true"));
    case 'f':
        return scan_word(s, S("false"));
    case 'n':
        return scan_word(s, S("null"));
    case '-':
    case '0' ... '9':
        return scan_number(s);
    default:
        return scan_wrong(s, s->p, unexpected);
    }
}

static err *scan_text(struct scan *s)
{
    ptrdiff_t bad = utf8_bad((str){s->start, (size_t)(s->end - s->start)});
    if (bad >= 0)
        return scan_wrong(s, s->start + bad, "不是UTF-8编码");
    TRY(scan_value(s, 0));
    skip_space(s);
    if (s->p != s->end)
        return scan_wrong(s, s->p, "值的后面还有多余的内容");
    return NULL;
}

struct build {
    struct arena *scratch;
    struct json *nodes;
    char *strings;
    const struct number *numbers;
    size_t nodes_used, strings_used, numbers_used;
};

/* Where we are, for error paths: the way up to the root lies on the stack. */
struct place {
    const struct place *up;
    enum json_kind parent;
    size_t index;
    str key;
};

static err *at_place(err *e, const struct place *place)
{
    for (; place; place = place->up) {
        if (place->parent == JSON_OBJECT)
            err_at(e, place->key);
        else
            err_at(e, arena_printf(arena_of_thread(ARENA_ERR), "[%zu]", place->index));
    }
    return e;
}

static str keep_string(struct build *b, const char *text)
{
    size_t n = strlen(text);
    char *p = b->strings + b->strings_used;
    memcpy(p, text, n + 1);
    b->strings_used += n + 1;
    return (str){p, n};
}

static err *build_number(struct build *b, const cJSON *from, struct json *to)
{
    const struct number *n = &b->numbers[b->numbers_used++];
    to->kind = JSON_NUMBER;
    to->integer = n->integer;
    to->i = n->integer ? n->i : 0;
    to->number = n->integer ? (double)n->i : from->valuedouble;
    if (!isfinite(to->number))
        return err_new(ERR_INPUT, "JSON第%zu字节处的数字超出了可表示的范围(从0数起)", n->at);
    return NULL;
}

static err *duplicate(const struct json *object, size_t index, const struct place *up)
{
    str key = object->child[index].key;
    struct place place = {up, JSON_OBJECT, 0, key};
    err *e = err_new(ERR_INPUT, "JSON对象里键名“%.*s”重复出现", STR_ARG(key));
    return at_place(err_got(e, key, S("每个键名只出现一次"), STR_NONE), &place);
}

static err *keys_check(struct build *b, const struct json *object, const struct place *up)
{
    const struct json *child = object->child;
    if (object->n <= FEW_KEYS) {
        for (size_t i = 1; i < object->n; i++)
            for (size_t j = 0; j < i; j++)
                if (child[i].key.n == child[j].key.n && str_eq(child[i].key, child[j].key))
                    return duplicate(object, i, up);
        return NULL;
    }
    struct map *seen = map_new(b->scratch);
    for (size_t i = 0; i < object->n; i++) {
        map_put(seen, child[i].key, object->child + i);
        if (map_count(seen) != i + 1)
            return duplicate(object, i, up);
    }
    return NULL;
}

static err *build_value(struct build *b, const cJSON *from, struct json *to,
                        const struct place *up);

static err *build_children(struct build *b, const cJSON *from, struct json *to,
                           const struct place *up)
{
    const cJSON *each;
    for (each = from->child; each; each = each->next)
        to->n++;
    to->child = b->nodes + b->nodes_used;
    b->nodes_used += to->n;
    size_t i = 0;
    for (each = from->child; each; each = each->next, i++) {
        struct json *child = &to->child[i];
        if (to->kind == JSON_OBJECT)
            child->key = keep_string(b, each->string);
        struct place place = {up, to->kind, i, child->key};
        TRY(build_value(b, each, child, &place));
    }
    if (to->kind == JSON_OBJECT)
        TRY(keys_check(b, to, up));
    return NULL;
}

static err *build_value(struct build *b, const cJSON *from, struct json *to, const struct place *up)
{
    switch (from->type & 0xff) {
    case cJSON_False:
    case cJSON_True:
        to->kind = JSON_BOOL;
        to->boolean = (from->type & 0xff) == cJSON_True;
        return NULL;
    case cJSON_Number:
        return at_place(build_number(b, from, to), up);
    case cJSON_String:
        to->kind = JSON_STRING;
        to->string = keep_string(b, from->valuestring);
        return NULL;
    case cJSON_Array:
    case cJSON_Object:
        to->kind = (from->type & 0xff) == cJSON_Array ? JSON_ARRAY : JSON_OBJECT;
        return build_children(b, from, to, up);
    default:
        to->kind = JSON_NULL;
        return NULL;
    }
}

/* cJSON's memory is the thread's scratch arena while this file parses; nobody else calls cJSON. */
static void *hook_malloc(size_t n)
{
    return arena_raw(arena_of_thread(ARENA_JSON), n);
}

static void hook_free(void *p)
{
    (void)p;
}

static void hooks_set(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){hook_malloc, hook_free});
}

static err *parse_in(struct arena *a, struct arena *scratch, str text, size_t limit_nodes, const struct json **ret)
{
    struct scan s = {.start = text.p, .p = text.p, .end = text.p + text.n, .scratch = scratch, .limit_nodes = limit_nodes};
    TRY(scan_text(&s));
    const cJSON *root = cJSON_ParseWithLengthOpts(text.p, text.n, NULL, false);
    CHECK(root); /* what the scan accepts, cJSON accepts */
    struct build b = {.scratch = scratch,
                      .nodes = NEW_ARRAY(a, s.nodes, struct json),
                      .strings = arena_raw(a, s.string_bytes),
                      .numbers = s.numbers.p,
                      .nodes_used = 1};
    TRY(build_value(&b, root, b.nodes, NULL));
    CHECK(b.nodes_used == s.nodes && b.numbers_used == s.numbers.n &&
          b.strings_used <= s.string_bytes);
    *ret = b.nodes;
    return NULL;
}

err *json_parse(struct arena *a, str text, size_t limit_bytes, const struct json **ret)
{
    return json_parse_nodes(a, text, limit_bytes, LIMIT_JSON_NODES, ret);
}

err *json_parse_nodes(struct arena *a, str text, size_t limit_bytes, int limit_nodes, const struct json **ret)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, hooks_set);
    if (text.n > limit_bytes)
        return err_new(ERR_LIMIT, "JSON有%zu字节,超过%zu字节的上限", text.n, limit_bytes);
    if (!text.p)
        text = S("");
    struct arena *scratch = arena_of_thread(ARENA_JSON);
    err *e = parse_in(a, scratch, text, (size_t)limit_nodes, ret);
    arena_reset(scratch);
    return err_seen_(e, HERE);
}

const struct json *json_get(const struct json *object, str key)
{
    if (!object || object->kind != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->n; i++)
        if (str_eq(object->child[i].key, key))
            return &object->child[i];
    return NULL;
}

str json_string(const struct json *object, str key)
{
    const struct json *value = json_get(object, key);
    return value && value->kind == JSON_STRING ? value->string : STR_NONE;
}
