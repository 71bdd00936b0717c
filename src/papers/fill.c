/* A wording and its data become a flat list of blocks whose words are final. */
#include "papers/paper_private.h"

struct scope { str name; const struct json *value; size_t ordinal; const struct scope *up; };

struct filler {
    struct arena *a;
    const struct wording *w;
    const struct json *data;
    struct blocks *out;
    size_t bytes, rows;
    int line;
};

#define FAIL_AT(f, kind, ...) wording_err((kind), (f)->w->file, (f)->line, __VA_ARGS__)

/* The names an object has, for the person who mistyped one. */
static str known_names(struct arena *a, const struct json *object)
{
    buf b = buf_make(a, 400);
    for (size_t i = 0; object && object->kind == JSON_OBJECT && i < object->n && b.n < 300; i++) {
        buf_add(&b, i ? S("、") : S("这里有："));
        buf_add(&b, utf8_clip(object->child[i].key, 20));
    }
    return buf_str(&b);
}

static err *find(struct filler *f, str path, const struct scope *scope, const struct json **ret)
{
    str rest = path, name;
    const struct json *at = f->data, *next = NULL;
    str_next(&rest, '.', &name);
    while (scope && !str_eq(scope->name, name))
        scope = scope->up;
    next = scope ? scope->value : json_get(at, name);
    while (next && rest.p) {
        at = next;
        str_next(&rest, '.', &name);
        next = json_get(at, name);
    }
    if (!next)
        return err_got(FAIL_AT(f, ERR_INPUT, "数据里没有“%.*s”（“%.*s”）", STR_ARG(name), STR_ARG(path)), path,
                       known_names(f->a, at), STR_NONE);
    *ret = next;
    return NULL;
}

bool text_hides(uint32_t c)
{
    bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x61c;
    bool unseen = c == 0xfeff || c == 0x200b || c == 0x2060 || c == 0xad;
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || turns || unseen;
}

/* Line ends stay, as U+2028 lest they end the paragraph; tabs become blanks. */
static err *clean(struct filler *f, str value, str path, str *ret)
{
    if (value.n > LIMIT_PAPER_VALUE)
        return err_got(FAIL_AT(f, ERR_LIMIT, "“%.*s”超过%d字节", STR_ARG(path), LIMIT_PAPER_VALUE), path, STR_NONE, STR_NONE);
    if (utf8_bad(value) >= 0)
        return err_got(FAIL_AT(f, ERR_INPUT, "“%.*s”不是UTF-8", STR_ARG(path)), path, STR_NONE, STR_NONE);
    buf b = buf_make(f->a, 3 * value.n + 1);
    for (str rest = value; rest.n;) {
        uint32_t c = utf8_next(&rest);
        if (c == '\r' && rest.n && rest.p[0] == '\n')
            continue;
        if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029)
            buf_utf8(&b, 0x2028);
        else if (c == '\t')
            buf_char(&b, ' ');
        else if (text_hides(c))
            return err_got(FAIL_AT(f, ERR_INPUT, "“%.*s”里有看不见的字符U+%04X，请删去后再打印", STR_ARG(path), c),
                           path, STR_NONE, STR_NONE);
        else
            buf_utf8(&b, c);
    }
    *ret = buf_str(&b);
    return NULL;
}

static err *law_words(struct filler *f, str key, str *ret)
{
    const struct json *v = json_get(json_get(f->data, S("law")), key);
    if (!v)
        return err_got(FAIL_AT(f, ERR_INPUT, "数据里没有条文“%.*s”在文书日期有效的文字", STR_ARG(key)), key,
                       known_names(f->a, json_get(f->data, S("law"))), STR_NONE);
    err *e = format_value(f->a, FORMAT_LAW, v, ret);
    return e ? err_got(FAIL_AT(f, ERR_INPUT, "条文“%.*s”：%.*s", STR_ARG(key), STR_ARG(e->text)), key, e->want, STR_NONE) : NULL;
}

static err *piece_words(struct filler *f, const struct piece *p, const struct scope *scope, str *ret)
{
    const struct json *v;
    if (p->format == FORMAT_LITERAL) {
        *ret = p->text;
        return NULL;
    }
    if (p->format == FORMAT_ORDINAL) {
        while (!str_eq(scope->name, p->text)) /* the reader saw to it that there is one */
            scope = scope->up;
        *ret = arena_printf(f->a, "%zu", scope->ordinal);
        return NULL;
    }
    if (p->format == FORMAT_LAW) {
        TRY(law_words(f, p->text, ret));
        return clean(f, *ret, p->text, ret);
    }
    TRY(find(f, p->text, scope, &v));
    if (v->kind == JSON_NULL || (v->kind == JSON_STRING && !v->string.n)) {
        if (!p->otherwise.p)
            return err_got(FAIL_AT(f, ERR_INPUT, "“%.*s”没有值；可以没有的写作“{%.*s|—}”", STR_ARG(p->text), STR_ARG(p->text)),
                           p->text, S("值，或在竖线后写明没有时印什么"), S("{member.card|—}"));
        *ret = p->otherwise;
        return NULL;
    }
    err *e = format_value(f->a, p->format, v, ret);
    if (e)
        return err_got(FAIL_AT(f, ERR_INPUT, "“%.*s”：%.*s", STR_ARG(p->text), STR_ARG(e->text)), p->text, e->want, e->example);
    return clean(f, *ret, p->text, ret);
}

static err *words_fill(struct filler *f, const struct words *w, const struct scope *scope, str *ret)
{
    buf b = buf_make(f->a, LIMIT_PAPER_TEXT);
    for (size_t i = 0; i < w->n; i++) {
        str one;
        TRY(piece_words(f, &w->p[i], scope, &one));
        buf_add(&b, one);
    }
    f->bytes += b.n;
    if (b.overflow || f->bytes > LIMIT_PAPER_TEXT)
        return FAIL_AT(f, ERR_LIMIT, "文书的文字超过%d兆字节", LIMIT_PAPER_TEXT >> 20);
    *ret = buf_str(&b);
    return NULL;
}

static err *block_add(struct filler *f, struct block block)
{
    if (f->out->n == LIMIT_PAPER_BLOCKS)
        return FAIL_AT(f, ERR_LIMIT, "文书超过%d段", LIMIT_PAPER_BLOCKS);
    if (block.kind == BLOCK_ROW && ++f->rows > LIMIT_PAPER_ROWS)
        return FAIL_AT(f, ERR_LIMIT, "表格超过%d行", LIMIT_PAPER_ROWS);
    vec_push(f->a, f->out, block);
    return NULL;
}

static err *block_fill(struct filler *f, const struct node *n, enum block_kind kind, const struct scope *scope)
{
    struct block b = {.kind = kind, .line = n->line, .n = n->n, .cells = NEW_ARRAY(f->a, n->n ? n->n : 1, str), .grid = n->grid};
    for (size_t i = 0; i < n->n; i++)
        TRY(words_fill(f, &n->cells[i], scope, &b.cells[i]));
    /* GB/T 9704: the year in 六角括号, nothing else will do. */
    if (kind == BLOCK_NUMBER && (str_find(b.cells[0], S("[")) >= 0 || str_find(b.cells[0], S("【")) >= 0 ||
                                 str_find(b.cells[0], S("［")) >= 0))
        return err_got(FAIL_AT(f, ERR_INPUT, "发文字号的年份用六角括号〔〕"), b.cells[0], S("〔年份〕"), S("鄂环辅告〔2026〕1号"));
    return block_add(f, b);
}

static bool is_something(const struct json *v)
{
    switch (v->kind) {
    case JSON_NULL: return false;
    case JSON_BOOL: return v->boolean;
    case JSON_NUMBER: return v->integer ? v->i != 0 : v->number != 0;
    case JSON_STRING: return v->string.n > 0;
    default: return v->n > 0;
    }
}

static err *nodes_fill(struct filler *f, const struct nodes *nodes, const struct scope *scope);

static err *each_fill(struct filler *f, const struct node *n, const struct scope *scope)
{
    const struct json *list;
    TRY(find(f, n->path, scope, &list));
    if (list->kind != JSON_ARRAY && list->kind != JSON_NULL)
        return err_got(FAIL_AT(f, ERR_INPUT, "“%.*s”不是一列", STR_ARG(n->path)), n->path, S("数组"), STR_NONE);
    for (size_t i = 0; list->kind == JSON_ARRAY && i < list->n; i++) {
        struct scope inner = {n->name, &list->child[i], i + 1, scope};
        TRY(nodes_fill(f, &n->child, &inner));
    }
    return list->kind == JSON_ARRAY && list->n ? NULL : nodes_fill(f, &n->otherwise, scope);
}

static err *if_fill(struct filler *f, const struct node *n, const struct scope *scope)
{
    const struct json *v;
    TRY(find(f, n->path, scope, &v));
    bool yes = n->value.p ? (v->kind == JSON_STRING && str_eq(v->string, n->value)) ||
                                (v->kind == JSON_NUMBER && v->integer &&
                                 str_eq(arena_printf(f->a, "%lld", (long long)v->i), n->value))
                          : is_something(v);
    return nodes_fill(f, yes != n->negated ? &n->child : &n->otherwise, scope);
}

static err *nodes_fill(struct filler *f, const struct nodes *nodes, const struct scope *scope)
{
    for (size_t i = 0; i < nodes->n; i++) {
        const struct node *n = &nodes->p[i];
        f->line = n->line;
        if (n->kind == NODE_EACH) {
            TRY(each_fill(f, n, scope));
        } else if (n->kind == NODE_IF) {
            TRY(if_fill(f, n, scope));
        } else if (n->kind == NODE_ATTACHMENTS) {
            TRY(nodes_fill(f, &n->child, scope));
        } else if (n->kind == NODE_TABLE) {
            TRY(block_fill(f, n, BLOCK_TABLE, scope));
            TRY(nodes_fill(f, &n->child, scope));
            TRY(block_add(f, (struct block){.kind = BLOCK_TABLE_END, .line = n->line}));
        } else {
            TRY(block_fill(f, n, n->block, scope));
        }
    }
    return NULL;
}

static err *title_fill(struct filler *f, str *ret)
{
    f->line = f->w->title_line;
    return words_fill(f, &f->w->title, NULL, ret);
}

err *paper_title(struct arena *a, const struct wording *w, const struct json *data, str *ret)
{
    struct blocks none = {0};
    struct filler f = {.a = a, .w = w, .data = data, .out = &none};
    return title_fill(&f, ret);
}

err *wording_fill(struct arena *a, const struct wording *w, const struct json *data, struct blocks *ret)
{
    *ret = (struct blocks){0};
    struct filler f = {.a = a, .w = w, .data = data, .out = ret};
    str *title = NEW(a, str);
    TRY(title_fill(&f, title));
    TRY(block_add(&f, (struct block){.kind = BLOCK_TITLE, .line = f.line, .n = 1, .cells = title}));
    return nodes_fill(&f, &w->nodes, NULL);
}
