/* The way of a document through the house, and the wordings that come with the program. */
#include "base/embedded.h"
#include "papers/paper_private.h"

extern const struct embedded paper_wordings[];
extern const size_t paper_wordings_count;

static err *printed(struct arena *a, const struct wording *w, const struct blocks *b, const struct paper_options *o,
                    struct press *p, struct pdf *ret)
{
    struct sheets sheets;
    TRY(paper_set(a, w, b, o, p, &sheets));
    TRY(pdf_write(a, &sheets, o, p, &ret->bytes));
    ret->pages = (int)sheets.n;
    ret->text = sheets_text(a, &sheets);
    ret->digest = sm3_of(ret->bytes.p, ret->bytes.n);
    return NULL;
}

err *paper_render(struct arena *a, const struct wording *w, const struct json *data, const struct paper_options *o, struct pdf *ret)
{
    AUTO_ARENA(work); /* marks and glyphs are many times the file */
    struct blocks blocks;
    struct press *press;
    struct pdf pdf = {0};
    str code = STR_NONE;
    if (o->code.n && !paper_code_read(work, o->code, &code))
        return err_got(err_new(ERR_INPUT, "验证码不对"), o->code, S("16个字符，末位是校验字符"), STR_NONE);
    TRY(wording_fill(work, w, data, &blocks));
    TRY(press_take(o, &press));
    err *e = printed(work, w, &blocks, o, press, &pdf);
    press_give(press);
    TRY(e);
    pdf.bytes = arena_str(a, pdf.bytes);
    pdf.text = arena_str(a, pdf.text);
    *ret = pdf;
    return NULL;
}

str wording_builtin_at(size_t index, str *ret_code)
{
    const struct embedded *e = &paper_wordings[index];
    str name = str_of(e->name);
    *ret_code = str_sub(name, 0, name.n - (sizeof ".txt" - 1));
    return (str){(const char *)e->bytes, e->size};
}

size_t wording_builtin_count(void)
{
    return paper_wordings_count;
}

str wording_builtin(str code)
{
    for (size_t i = 0; i < paper_wordings_count; i++) {
        str name, text = wording_builtin_at(i, &name);
        if (str_eq(name, code))
            return text;
    }
    return STR_NONE;
}
