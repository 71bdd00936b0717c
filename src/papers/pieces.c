/* The text of one cell: words and {values}. */
#include "papers/paper_private.h"

#include <string.h>

static const struct { str name; enum paper_format format; } formats[] = {
    {S("date"), FORMAT_DATE}, {S("time"), FORMAT_TIME}, {S("money"), FORMAT_MONEY}, {S("capital"), FORMAT_CAPITAL},
    {S("workdays"), FORMAT_WORKDAYS}, {S("days"), FORMAT_DAYS}, {S("digits"), FORMAT_DIGITS}, {S("han"), FORMAT_HAN},
    {S("percent"), FORMAT_PERCENT}, {S("yesno"), FORMAT_YESNO}, {S("law"), FORMAT_LAW}};
static const char formats_known[] = "date、time、money、capital、workdays、days、digits、han、percent、yesno、law";

static bool is_name(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (i && ((c >= '0' && c <= '9') || c == '_'))))
            return false;
    }
    return s.n > 0;
}

bool path_is_sound(str path)
{
    str part;
    bool any = false;
    while (str_next(&path, '.', &part)) {
        if (!is_name(part))
            return false;
        any = true;
    }
    return any;
}

static bool is_law(str s)
{
    str instrument;
    if (!str_next(&s, ':', &instrument) || !instrument.n || !s.p || !s.n)
        return false;
    for (size_t i = 0; i < instrument.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", instrument.p[i]))
            return false;
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789-", s.p[i]))
            return false;
    return true;
}

static err *wrong(str got, const char *want, const char *example)
{
    return err_got(err_new(ERR_INPUT, "花括号里的写法不对"), got, str_of(want), str_of(example));
}

/* What stands between the braces. */
static err *value_read(struct arena *a, str inside, struct piece *ret)
{
    str rest = inside, body, first;
    *ret = (struct piece){.format = FORMAT_TEXT};
    str_next(&rest, '|', &body);
    if (rest.p)
        ret->otherwise = arena_str(a, rest.n ? rest : S(""));
    body = str_trim(body);
    if (str_starts(body, S("#"))) {
        ret->format = FORMAT_ORDINAL;
        ret->text = str_sub(body, 1, body.n);
        if (!is_name(ret->text) || rest.p)
            return wrong(inside, "@each里给的名字", "{#m}");
        return NULL;
    }
    rest = body;
    str_next(&rest, ':', &first);
    if (rest.p) {
        size_t i = 0;
        while (i < sizeof formats / sizeof *formats && !str_eq(formats[i].name, first))
            i++;
        if (i == sizeof formats / sizeof *formats)
            return err_got(err_new(ERR_INPUT, "没有这种格式"), first, str_of(formats_known), S("{date:paper.date}"));
        ret->format = formats[i].format;
        body = rest;
    }
    ret->text = body;
    if (ret->format == FORMAT_LAW && (!is_law(body) || ret->otherwise.p))
        return wrong(inside, "law:法规代号:条", "{law:hubei-2022-71:8}");
    if (ret->format != FORMAT_LAW && !path_is_sound(body))
        return wrong(inside, "数据的名称，用点连接；小写字母、数字、下划线", "{agency.name}");
    return NULL;
}

struct piece_list { struct piece *p; size_t n, capacity; };

static void literal_end(struct arena *a, buf *b, struct piece_list *pieces)
{
    if (b->n)
        vec_push(a, pieces, ((struct piece){FORMAT_LITERAL, arena_str(a, buf_str(b)), STR_NONE}));
    b->n = 0;
}

err *pieces_read(struct arena *a, str text, struct words *ret)
{
    struct piece_list pieces = {0};
    buf literal = buf_make(a, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if ((c == '{' || c == '}') && i + 1 < text.n && text.p[i + 1] == c) {
            buf_char(&literal, c);
            i++;
        } else if (c == '}') {
            return wrong(str_sub(text, i, 20), "右花括号前要有左花括号；花括号本身写作“}}”", "}}");
        } else if (c == '{') {
            ptrdiff_t end = str_find(str_sub(text, i, text.n), S("}"));
            if (end < 0)
                return wrong(str_sub(text, i, 20), "左花括号要有右花括号；花括号本身写作“{{”", "{agency.name}");
            struct piece piece;
            TRY(value_read(a, str_sub(text, i + 1, (size_t)end - 1), &piece));
            literal_end(a, &literal, &pieces);
            vec_push(a, &pieces, piece);
            i += (size_t)end;
        } else {
            buf_char(&literal, c);
        }
    }
    literal_end(a, &literal, &pieces);
    *ret = (struct words){pieces.p, pieces.n};
    return NULL;
}
