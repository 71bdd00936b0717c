/*
 * Reading a wording, line by line, into a tree. The reader knows one thing a line; what a line may stand in is said by
 * `place`, so that a row outside a table or a paragraph inside one is an error with its line, not a guess.
 */
#include "papers/paper_private.h"

#include <stdio.h>

enum place { PLACE_BODY, PLACE_ROWS, PLACE_ATTACHMENTS };
enum layout_bits { ON_OFFICIAL = 1 << LAYOUT_OFFICIAL, ON_PLAIN = 1 << LAYOUT_INTERNAL | 1 << LAYOUT_TABLE,
                   ON_ALL = ON_OFFICIAL | ON_PLAIN };

/* Lines that hold words: how many cells they take, and on which layouts they mean something. */
static const struct word_line { str name; enum block_kind block; int least, most; unsigned layouts; } word_lines[] = {
    {S("@mark"), BLOCK_MARK, 1, 1, ON_OFFICIAL}, {S("@organ"), BLOCK_ORGAN, 1, 1, ON_ALL},
    {S("@number"), BLOCK_NUMBER, 1, 1, ON_ALL}, {S("@to"), BLOCK_TO, 1, 1, ON_ALL}, {S("@h1"), BLOCK_H1, 1, 1, ON_ALL},
    {S("@h2"), BLOCK_H2, 1, 1, ON_ALL}, {S("@plain"), BLOCK_PLAIN, 1, 1, ON_ALL}, {S("@center"), BLOCK_CENTER, 1, 1, ON_ALL},
    {S("@right"), BLOCK_RIGHT, 1, 1, ON_ALL}, {S("@note"), BLOCK_NOTE, 1, 1, ON_ALL}, {S("@big"), BLOCK_BIG, 1, 1, ON_ALL},
    {S("@sign"), BLOCK_SIGN, 2, 2, ON_ALL}, {S("@seal"), BLOCK_SEAL, 0, 0, ON_ALL}, {S("@fill"), BLOCK_FILL, 1, 4, ON_ALL},
    {S("@space"), BLOCK_SPACE, 0, 0, ON_ALL}, {S("@page"), BLOCK_PAGE, 0, 0, ON_ALL},
    {S("@copies"), BLOCK_COPIES, 1, 1, ON_OFFICIAL}, {S("@printed"), BLOCK_PRINTED, 2, 2, ON_OFFICIAL},
    {S("@footer"), BLOCK_FOOTER, 1, 1, ON_PLAIN}};

struct node_list { struct node *p; size_t n, capacity; };
struct scope { str name; const struct scope *up; };

struct wording_reader {
    struct arena *a;
    struct wording *w;
    str rest;
    int line;                  /* of `word` and `text` */
    int next_line;
    str word, text;            /* "@each" and what follows; word "" a paragraph, "|" a row; absent: the end */
    bool head_code, head_title, head_layout, head_version, head_from;
    struct { struct wording_law *p; size_t n, capacity; } laws;
    struct { str *p; size_t n, capacity; } names;
};

err *wording_err(enum err_kind kind, str file, int line, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char place[200];
    snprintf(place, sizeof place, "%.*s:%d", STR_ARG(str_sub(file, 0, 160)), line);
    return err_at(err_new(kind, "%.*s", STR_ARG(utf8_whole(str_of(text)))), str_of(place));
}

static err *here(const struct wording_reader *r, err *e)
{
    char place[200];
    if (!e)
        return NULL;
    snprintf(place, sizeof place, "%.*s:%d", STR_ARG(str_sub(r->w->file, 0, 160)), r->line);
    return err_at(e, str_of(place));
}

#define FAIL(r, ...) return wording_err(ERR_INPUT, (r)->w->file, (r)->line, __VA_ARGS__)

/* ---- lines ---- */

static bool raw_line(struct wording_reader *r, str *ret)
{
    if (!r->rest.p || !r->rest.n)
        return false;
    str_next(&r->rest, '\n', ret);
    if (ret->n && ret->p[ret->n - 1] == '\r')
        ret->n--;
    r->next_line++;
    return true;
}

/* The next line that means something, its continuations joined to it. */
static err *line_next(struct wording_reader *r)
{
    str raw = STR_NONE;
    r->word = STR_NONE;
    do {
        if (!raw_line(r, &raw))
            return NULL;
        if (r->next_line > LIMIT_WORDING_LINES)
            return wording_err(ERR_LIMIT, r->w->file, r->next_line, "文本超过%d行", LIMIT_WORDING_LINES);
    } while (!str_trim(raw).n || raw.p[0] == '#');
    r->line = r->next_line;
    buf joined = buf_make(r->a, LIMIT_WORDING_BYTES + 1);
    while (raw.n && raw.p[raw.n - 1] == '\\') {
        buf_add(&joined, str_sub(raw, 0, raw.n - 1));
        if (!raw_line(r, &raw))
            FAIL(r, "最后一行以“\\”结尾，后面没有接续的行");
    }
    buf_add(&joined, raw);
    str text = str_trim(buf_str(&joined));
    if (text.n && text.p[0] == '@') {
        size_t end = 0;
        while (end < text.n && text.p[end] != ' ' && text.p[end] != '\t')
            end++;
        r->word = str_sub(text, 0, end);
        r->text = str_trim(str_sub(text, end, text.n));
    } else if (text.n && text.p[0] == '|') {
        r->word = S("|");
        r->text = text;
    } else {
        r->word = S("");
        r->text = text.n && text.p[0] == '\\' ? str_sub(text, 1, text.n) : text;
    }
    return NULL;
}

/* Cells between bars; \| is a bar. A bar inside braces belongs to the value. */
static err *cells_split(struct wording_reader *r, str text, str *cells, size_t most, size_t *ret_n)
{
    size_t n = 0;
    int depth = 0;
    buf cell = buf_make(r->a, text.n + 1);
    for (size_t i = 0; i <= text.n; i++) {
        char c = i < text.n ? text.p[i] : '|';
        if (i < text.n && c == '\\' && i + 1 < text.n && text.p[i + 1] == '|') {
            buf_char(&cell, '|');
            i++;
        } else if (c == '|' && (!depth || i == text.n)) {
            if (n == most)
                FAIL(r, "一行最多%zu格", most);
            cells[n++] = arena_str(r->a, str_trim(buf_str(&cell)));
            cell = buf_make(r->a, text.n + 1);
        } else {
            if (c == '{' || c == '}') { /* {{ and }} are words */
                if (i + 1 < text.n && text.p[i + 1] == c) {
                    buf_char(&cell, c);
                    i++;
                } else {
                    depth = c == '{';
                }
            }
            buf_char(&cell, c);
        }
    }
    *ret_n = n;
    return NULL;
}

/* ---- what the words name ---- */

static void name_note(struct wording_reader *r, str path, const struct scope *scope)
{
    str name;
    str_next(&path, '.', &name);
    for (; scope; scope = scope->up)
        if (str_eq(scope->name, name))
            return;
    for (size_t i = 0; i < r->names.n; i++)
        if (str_eq(r->names.p[i], name))
            return;
    vec_push(r->a, &r->names, name);
}

static void law_note(struct wording_reader *r, str key)
{
    str article = key, instrument;
    str_next(&article, ':', &instrument);
    for (size_t i = 0; i < r->laws.n; i++)
        if (str_eq(r->laws.p[i].instrument, instrument) && str_eq(r->laws.p[i].article, article))
            return;
    vec_push(r->a, &r->laws, ((struct wording_law){instrument, article, r->line}));
}

static err *words_read(struct wording_reader *r, str text, const struct scope *scope, struct words *ret)
{
    TRY(here(r, pieces_read(r->a, text, ret)));
    for (size_t i = 0; i < ret->n; i++) {
        const struct piece *p = &ret->p[i];
        const struct scope *s = scope;
        while (s && !str_eq(s->name, p->text))
            s = s->up;
        if (p->format == FORMAT_ORDINAL && !s)
            FAIL(r, "“{#%.*s}”：外面没有叫这个名字的@each", STR_ARG(p->text));
        if (p->format == FORMAT_LAW)
            law_note(r, p->text);
        else if (p->format != FORMAT_LITERAL && p->format != FORMAT_ORDINAL)
            name_note(r, p->text, scope);
    }
    return NULL;
}

static err *value_path_read(struct wording_reader *r, str path, const struct scope *scope, str *ret)
{
    if (!path_is_sound(path))
        return here(r, err_got(err_new(ERR_INPUT, "数据的名称写得不对"), path,
                               S("名称用点连接；小写字母、数字、下划线"), S("agency.name")));
    *ret = path;
    name_note(r, path, scope);
    return NULL;
}

/* ---- blocks ---- */

static err *body(struct wording_reader *r, enum place place, const struct scope *scope, int depth, bool may_else, struct nodes *ret);

static err *cells_words(struct wording_reader *r, const str *cells, size_t n, const struct scope *scope, struct node *ret)
{
    ret->cells = NEW_ARRAY(r->a, n, struct words);
    ret->n = n;
    for (size_t i = 0; i < n; i++)
        TRY(words_read(r, cells[i], scope, &ret->cells[i]));
    return NULL;
}

static err *row(struct wording_reader *r, const struct scope *scope, struct node *ret)
{
    str cells[LIMIT_WORDING_COLUMNS], text = str_sub(r->text, 1, r->text.n);
    size_t n;
    if (str_ends(text, S("|")) && !str_ends(text, S("\\|")))
        text.n--;
    TRY(cells_split(r, text, cells, LIMIT_WORDING_COLUMNS, &n));
    *ret = (struct node){.kind = NODE_BLOCK, .block = BLOCK_ROW, .line = r->line};
    return cells_words(r, cells, n, scope, ret);
}

static err *words_line(struct wording_reader *r, enum place place, const struct scope *scope, struct node *ret)
{
    str cells[LIMIT_WORDING_COLUMNS];
    size_t n = 0, i = 0, count = sizeof word_lines / sizeof *word_lines;
    while (i < count && !str_eq(word_lines[i].name, r->word))
        i++;
    if (i == count)
        FAIL(r, "没有“%.*s”这种行；以@开头的正文请在前面加“\\”", STR_ARG(r->word));
    const struct word_line *l = &word_lines[i];
    if (place != PLACE_BODY)
        FAIL(r, "“%.*s”不能写在表格或附件里；是不是少了@end", STR_ARG(r->word));
    if (!(l->layouts & 1u << r->w->info.layout))
        FAIL(r, "“%.*s”只用于%s", STR_ARG(r->word), l->layouts == ON_OFFICIAL ? "公文版式（official）" : "内部版式（internal、table）");
    if (l->most == 1 && r->text.n) {
        cells[n++] = r->text;
    } else if (r->text.n) {
        TRY(cells_split(r, r->text, cells, LIMIT_WORDING_COLUMNS, &n));
    }
    if (n < (size_t)l->least || n > (size_t)l->most)
        FAIL(r, "“%.*s”要%d格，读到%zu格（用“|”分开）", STR_ARG(r->word), l->least, n);
    *ret = (struct node){.kind = NODE_BLOCK, .block = l->block, .line = r->line};
    return cells_words(r, cells, n, scope, ret);
}

/* "@each NAME in PATH" */
static err *each(struct wording_reader *r, enum place place, const struct scope *scope, int depth, struct node *ret)
{
    str rest = r->text, name;
    str_next(&rest, ' ', &name);
    rest = str_trim(rest);
    if (!str_starts(rest, S("in ")) || !path_is_sound(name) || str_find(name, S(".")) >= 0)
        FAIL(r, "写作“@each 名字 in 数据”，例如“@each m in members”");
    *ret = (struct node){.kind = NODE_EACH, .line = r->line, .name = name};
    TRY(value_path_read(r, str_trim(str_sub(rest, 3, rest.n)), scope, &ret->path));
    struct scope inner = {name, scope};
    TRY(body(r, place, &inner, depth + 1, true, &ret->child));
    if (str_eq(r->word, S("@else")))
        TRY(body(r, place, scope, depth + 1, false, &ret->otherwise));
    return NULL;
}

/* "@if [not] PATH [is [not] WORDS]" */
static err *condition(struct wording_reader *r, enum place place, const struct scope *scope, int depth, struct node *ret)
{
    str rest = r->text, path;
    *ret = (struct node){.kind = NODE_IF, .line = r->line};
    if (str_starts(rest, S("not "))) {
        ret->negated = true;
        rest = str_trim(str_sub(rest, 4, rest.n));
    }
    str_next(&rest, ' ', &path);
    TRY(value_path_read(r, path, scope, &ret->path));
    rest = str_trim(rest);
    if (rest.n) {
        if (!str_starts(rest, S("is ")) || ret->negated)
            FAIL(r, "写作“@if 数据”、“@if not 数据”、“@if 数据 is 文字”或“@if 数据 is not 文字”");
        rest = str_trim(str_sub(rest, 3, rest.n));
        if (str_starts(rest, S("not "))) {
            ret->negated = true;
            rest = str_trim(str_sub(rest, 4, rest.n));
        }
        ret->value = rest;
    }
    TRY(body(r, place, scope, depth + 1, true, &ret->child));
    if (str_eq(r->word, S("@else")))
        TRY(body(r, place, scope, depth + 1, false, &ret->otherwise));
    return NULL;
}

/* A width with its alignment: "6", "4>", "2=". */
static bool width_read(str text, double *ret_width, char *ret_align)
{
    int64_t n;
    *ret_align = '<';
    if (text.n && (text.p[text.n - 1] == '>' || text.p[text.n - 1] == '=')) {
        *ret_align = text.p[text.n - 1];
        text.n--;
    }
    if (!str_int64(text, &n) || n < 1 || n > 1000)
        return false;
    *ret_width = (double)n;
    return true;
}

static err *columns(struct wording_reader *r, const struct scope *scope, struct grid *g, struct node *node)
{
    str cells[LIMIT_WORDING_COLUMNS], names[LIMIT_WORDING_COLUMNS];
    size_t n = 0;
    if (r->text.n)
        TRY(cells_split(r, r->text, cells, LIMIT_WORDING_COLUMNS, &n));
    for (size_t i = 0; i < n; i++) {
        str width = cells[i];
        size_t at = width.n;
        while (at && width.p[at - 1] != ' ')
            at--;
        width = str_sub(width, at, width.n);
        names[i] = str_trim(str_sub(cells[i], 0, at));
        if (!width_read(width, &g->width[i], &g->align[i]) || (!g->facts && !names[i].n) || (g->facts && names[i].n))
            FAIL(r, g->facts ? "@facts后面只写各列的宽度，例如“@facts 2 | 5 | 2 | 5”"
                             : "@table后面写各列的名称和宽度，例如“@table 序号 2= | 姓名 4 | 金额 3>”");
    }
    if (!n && !g->facts)
        FAIL(r, "@table后面要写各列的名称和宽度，例如“@table 序号 2= | 姓名 4”");
    g->n = n;
    return g->facts ? NULL : cells_words(r, names, n, scope, node);
}

static err *table(struct wording_reader *r, enum place place, const struct scope *scope, int depth, struct node *ret)
{
    if (place != PLACE_BODY)
        FAIL(r, "“%.*s”不能写在表格或附件里；是不是少了@end", STR_ARG(r->word));
    struct grid *g = NEW(r->a, struct grid);
    g->facts = str_eq(r->word, S("@facts"));
    *ret = (struct node){.kind = NODE_TABLE, .line = r->line, .grid = g};
    TRY(columns(r, scope, g, ret));
    return body(r, PLACE_ROWS, scope, depth + 1, false, &ret->child);
}

static err *statement(struct wording_reader *r, enum place place, const struct scope *scope, int depth, struct node *ret)
{
    if (str_eq(r->word, S("@each")))
        return each(r, place, scope, depth, ret);
    if (str_eq(r->word, S("@if")))
        return condition(r, place, scope, depth, ret);
    if (str_eq(r->word, S("@table")) || str_eq(r->word, S("@facts")))
        return table(r, place, scope, depth, ret);
    if (str_eq(r->word, S("@attachments"))) {
        if (place != PLACE_BODY)
            FAIL(r, "@attachments不能写在表格里；是不是少了@end");
        *ret = (struct node){.kind = NODE_ATTACHMENTS, .line = r->line};
        return body(r, PLACE_ATTACHMENTS, scope, depth + 1, false, &ret->child);
    }
    if (str_eq(r->word, S("|"))) {
        if (place != PLACE_ROWS)
            FAIL(r, "以“|”开头的行只能写在@table或@facts里；正文请在前面加“\\”");
        return row(r, scope, ret);
    }
    if (r->word.n)
        return words_line(r, place, scope, ret);
    if (place == PLACE_ROWS)
        FAIL(r, "表格里的行以“|”开头；是不是少了@end");
    *ret = (struct node){.kind = NODE_BLOCK, .line = r->line,
                         .block = place == PLACE_ATTACHMENTS ? BLOCK_ATTACHMENT : BLOCK_PARAGRAPH};
    return cells_words(r, &r->text, 1, scope, ret);
}

/* Statements up to @end or @else, which stands in r->word afterwards; at depth 0 up to the end of the text. */
static err *body(struct wording_reader *r, enum place place, const struct scope *scope, int depth, bool may_else, struct nodes *ret)
{
    struct node_list list = {0};
    int opened = r->line;
    str opener = r->word;
    if (depth > LIMIT_WORDING_DEPTH)
        return wording_err(ERR_LIMIT, r->w->file, r->line, "@each、@if、@table套得超过%d层", LIMIT_WORDING_DEPTH);
    for (;;) {
        TRY(line_next(r));
        if (!r->word.p) {
            if (depth)
                return wording_err(ERR_INPUT, r->w->file, opened, "这里的%.*s没有@end", STR_ARG(opener));
            break;
        }
        bool end = str_eq(r->word, S("@end")), other = str_eq(r->word, S("@else"));
        if ((end && depth) || (other && may_else)) {
            if (r->text.n)
                FAIL(r, "%.*s后面不写别的", STR_ARG(r->word));
            break;
        }
        if (end || other)
            FAIL(r, "这里的%.*s没有对应的@each、@if或表格", STR_ARG(r->word));
        struct node node;
        TRY(statement(r, place, scope, depth, &node));
        vec_push(r->a, &list, node);
    }
    *ret = (struct nodes){list.p, list.n};
    return NULL;
}

/* ---- head ---- */

static bool is_code(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return s.n && s.n <= 32;
}

static err *head_line(struct wording_reader *r, bool *ret_known)
{
    struct wording_info *i = &r->w->info;
    bool *seen = str_eq(r->word, S("@form")) ? &r->head_code : str_eq(r->word, S("@title")) ? &r->head_title
                 : str_eq(r->word, S("@layout")) ? &r->head_layout : str_eq(r->word, S("@version")) ? &r->head_version
                 : str_eq(r->word, S("@from")) ? &r->head_from : NULL;
    *ret_known = seen != NULL;
    if (!seen)
        return NULL;
    if (*seen)
        FAIL(r, "%.*s写了两次", STR_ARG(r->word));
    *seen = true;
    int64_t version = 0;
    if (seen == &r->head_code) {
        if (!is_code(r->text))
            FAIL(r, "@form后面是文书代号：字母、数字、连字符，例如A09");
        i->code = r->text;
    } else if (seen == &r->head_title) {
        if (!r->text.n)
            FAIL(r, "@title后面是文书名称");
        i->title = r->text;
        r->w->title_line = r->line;
        TRY(words_read(r, r->text, NULL, &r->w->title));
    } else if (seen == &r->head_layout) {
        if (str_eq(r->text, S("official")))
            i->layout = LAYOUT_OFFICIAL;
        else if (str_eq(r->text, S("internal")))
            i->layout = LAYOUT_INTERNAL;
        else if (str_eq(r->text, S("table")))
            i->layout = LAYOUT_TABLE;
        else
            FAIL(r, "@layout后面是official、internal或table");
    } else if (seen == &r->head_version) {
        if (!str_int64(r->text, &version) || version < 1 || version > 1000000)
            FAIL(r, "@version后面是1以上的整数");
        i->version = (int)version;
    } else {
        TRY(here(r, day_parse(r->text, &i->from)));
    }
    return NULL;
}

static err *head(struct wording_reader *r)
{
    static const char *const names[] = {"@form", "@title", "@layout", "@version", "@from"};
    bool *const seen[] = {&r->head_code, &r->head_title, &r->head_layout, &r->head_version, &r->head_from};
    for (int n = 0; n < 5; n++) {
        bool known = false;
        TRY(line_next(r));
        if (r->word.p)
            TRY(head_line(r, &known));
        for (int i = 0; i < 5 && !known; i++)
            if (!*seen[i])
                FAIL(r, "文首缺少%s（@form、@title、@layout、@version、@from要写在最前面）", names[i]);
    }
    return NULL;
}

err *wording_parse(struct arena *a, str text, str file, const struct wording **ret)
{
    struct wording *w = NEW(a, struct wording);
    w->file = arena_str(a, file.n ? file : S("文本"));
    if (text.n > LIMIT_WORDING_BYTES)
        return wording_err(ERR_LIMIT, w->file, 1, "文本超过%d字节", LIMIT_WORDING_BYTES);
    struct wording_reader r = {.a = a, .w = w, .rest = arena_str(a, text), .line = 1};
    ptrdiff_t bad = utf8_bad(text);
    if (bad >= 0) {
        for (ptrdiff_t i = 0; i < bad; i++)
            r.line += text.p[i] == '\n';
        FAIL(&r, "这一行不是UTF-8；请把文件另存为UTF-8");
    }
    if (str_starts(r.rest, S("\xef\xbb\xbf")))
        r.rest = str_sub(r.rest, 3, r.rest.n);
    for (str left = r.rest; left.n;) {
        uint32_t c = utf8_next(&left);
        r.line += c == '\n';
        bool line_end = c == '\n' || (c == '\r' && left.n && left.p[0] == '\n');
        if (!line_end && c != '\t' && (text_hides(c) || c == 0x2028 || c == 0x2029))
            FAIL(&r, "这一行有看不见的字符U+%04X，请删去", c);
    }
    r.line = 1;
    TRY(head(&r));
    TRY(body(&r, PLACE_BODY, NULL, 0, false, &w->nodes));
    w->info.digest = sm3_of(text.p ? text.p : "", text.n);
    w->laws = r.laws.p;
    w->laws_n = r.laws.n;
    w->names = r.names.p;
    w->names_n = r.names.n;
    *ret = w;
    return NULL;
}

const struct wording_info *wording_info(const struct wording *w)
{
    return &w->info;
}

const struct wording_law *wording_laws(const struct wording *w, size_t *ret_n)
{
    *ret_n = w->laws_n;
    return w->laws;
}

const str *wording_names(const struct wording *w, size_t *ret_n)
{
    *ret_n = w->names_n;
    return w->names;
}
