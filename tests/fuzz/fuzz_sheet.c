/*
 * The reader of foreign workbooks, in this process and without its sandbox: packages as bytes, and parts of a package as
 * bytes (first byte 1..4) so that mutations get past the ZIP. What comes out is well-formed: columns rise, texts are short.
 */
#include "sheet/child.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);
const char *__asan_default_options(void) /* a refusal leaves by longjmp, where the program ends by _exit: an open part is left */
{
    return "detect_leaks=0";
}

struct emitter { uint32_t last_column, last_row; };
static struct emitter here;
static jmp_buf out;

void emit_sheet(struct emitter *e, str name, bool hidden)
{
    (void)hidden;
    CHECK(utf8_bad(name) < 0);
    *e = (struct emitter){0};
}

void emit_cell(struct emitter *e, uint32_t column, enum sheet_kind kind, str text)
{
    CHECK(column > e->last_column && column <= LIMIT_SHEET_COLUMNS && kind <= SHEET_ERROR && text.n <= LIMIT_SHEET_TEXT);
    CHECK(utf8_bad(text) < 0);
    e->last_column = column;
}

void emit_row_end(struct emitter *e, uint32_t row, bool hidden)
{
    (void)hidden;
    CHECK(row > e->last_row && (row <= LIMIT_SHEET_ROWS || !e->last_column) && !(row & RECORD_HIDDEN));
    e->last_row = row;
    e->last_column = 0;
}

_Noreturn void emit_fault(struct emitter *e, enum err_kind kind, const char *text)
{
    (void)e;
    CHECK(kind < ERR_KINDS && utf8_bad(str_of(text)) < 0);
    longjmp(out, 1);
}

static void add(zip_t *zip, const char *name, str bytes)
{
    zip_int64_t at = zip_file_add(zip, name, zip_source_buffer(zip, bytes.p ? bytes.p : "", bytes.n, 0), 0);
    CHECK(at >= 0);
    zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0);
}

static const struct { const char *name, *bytes; } parts[] = {
    {"xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='b'/></sheets></workbook>"},
    {"xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='22'/></cellXfs></styleSheet>"},
    {"xl/sharedStrings.xml", "<sst><si><t>x</t></si><si><r><t>y</t></r></si></sst>"},
    {"xl/s.xml", "<worksheet><row><c t='s'><v>1</v></c></row></worksheet>"},
    {"xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='b' Target='s.xml'/></Relationships>"},
    {"word/document.xml", "<w:document xmlns:w='w'><w:p><w:r><w:t>x</w:t></w:r></w:p></w:document>"}};

static str packed(struct arena *a, size_t which, str bytes)
{
    zip_error_t error;
    zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(memory);
    zip_t *zip = zip_open_from_source(memory, ZIP_TRUNCATE, &error);
    CHECK(zip);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        add(zip, parts[i].name, i == which ? bytes : str_of(parts[i].bytes));
    CHECK(zip_close(zip) == 0);
    zip_stat_t info;
    CHECK(zip_source_stat(memory, &info) == 0 && zip_source_open(memory) == 0);
    char *p = arena_alloc(a, info.size, 1);
    CHECK(zip_source_read(memory, p, info.size) == (zip_int64_t)info.size);
    zip_source_close(memory);
    zip_source_free(memory);
    return (str){p, info.size};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    str bytes = {(const char *)data, size};
    if (size && data[0] >= 1 && data[0] <= 4)
        bytes = packed(a, data[0] - 1u, str_sub(bytes, 1, size));
    if (!setjmp(out))
        xlsx_read(&here, a, bytes, STR_NONE);
    here = (struct emitter){0};
    if (size && data[0] == 5)
        bytes = packed(a, sizeof parts / sizeof *parts - 1, str_sub(bytes, 1, size));
    if (!setjmp(out))
        docx_read(&here, a, bytes);
    err_clear();
    return 0;
}
