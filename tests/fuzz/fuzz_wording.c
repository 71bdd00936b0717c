/*
 * Wordings as strangers may write them, and data to fill them with (behind a line `%%%`). Nothing crashes; an error names
 * FILE:LINE within the text and says something in sound UTF-8; what was read is read again the same; what was filled in is
 * UTF-8 without control characters, rows are closed tables, no cell is missing.
 */
#include "papers/paper_private.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sound_error(const err *e, str text)
{
    int64_t line, lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    CHECK(e->text.n && utf8_bad(e->text) < 0 && utf8_bad(e->got) < 0 && utf8_bad(e->want) < 0 && utf8_bad(e->example) < 0);
    CHECK(e->kind == ERR_INPUT || e->kind == ERR_LIMIT);
    CHECK(str_starts(e->field, S("w.txt:")) && str_int64(str_sub(e->field, 6, e->field.n), &line) && line >= 1 && line <= lines);
}

static void sound_text(str s)
{
    CHECK(utf8_bad(s) < 0);
    for (str rest = s; rest.n;) {
        uint32_t c = utf8_next(&rest);
        CHECK(c == '\t' || !text_hides(c));
    }
}

static void sound_blocks(const struct blocks *b)
{
    bool table = false;
    CHECK(b->n >= 1 && b->n <= LIMIT_PAPER_BLOCKS && b->p[0].kind == BLOCK_TITLE);
    for (size_t i = 0; i < b->n; i++) {
        const struct block *one = &b->p[i];
        CHECK(one->kind < BLOCK_KINDS && one->n <= LIMIT_WORDING_COLUMNS);
        CHECK((one->kind == BLOCK_ROW) <= table && (one->kind != BLOCK_TABLE || !table));
        table = one->kind == BLOCK_TABLE || (table && one->kind != BLOCK_TABLE_END);
        for (size_t k = 0; k < one->n; k++)
            sound_text(one->cells[k]);
    }
    CHECK(!table);
}

static void fill(struct arena *a, const struct wording *w, str text, str data)
{
    const struct json *json;
    struct blocks blocks;
    str title;
    if (json_parse(a, data, 1 << 16, &json))
        return;
    const err *e = wording_fill(a, w, json, &blocks);
    if (e) {
        sound_error(e, text);
        return;
    }
    sound_blocks(&blocks);
    CHECK(!paper_title(a, w, json, &title) && str_eq(title, blocks.p[0].cells[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO_ARENA(a);
    str text = {(const char *)bytes, size}, data = S("{}");
    ptrdiff_t cut = str_find(text, S("\n%%%\n"));
    if (cut >= 0) {
        data = str_sub(text, (size_t)cut + 5, text.n);
        text = str_sub(text, 0, (size_t)cut);
    }
    const struct wording *w, *again;
    const err *e = wording_parse(a, text, S("w.txt"), &w);
    if (e) {
        sound_error(e, text);
    } else {
        size_t laws, names;
        wording_laws(w, &laws);
        const str *name = wording_names(w, &names);
        for (size_t i = 0; i < names; i++)
            CHECK(path_is_sound(name[i]));
        CHECK(wording_info(w)->version >= 1 && wording_info(w)->code.n);
        CHECK(!wording_parse(a, text, S("w.txt"), &again));
        CHECK(!memcmp(&wording_info(w)->digest, &wording_info(again)->digest, sizeof(struct sm3)));
        fill(a, w, text, data);
    }
    err_clear();
    return 0;
}
