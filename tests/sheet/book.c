#include "book.h"

#include <zip.h>
#include <string.h>

str package_of(struct arena *a, const struct part *parts, size_t n)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(memory);
    zip_t *zip = zip_open_from_source(memory, ZIP_TRUNCATE, &error);
    CHECK(zip);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *s = zip_source_buffer(zip, parts[i].bytes.p, parts[i].bytes.n, 0);
        zip_int64_t at = zip_file_add(zip, parts[i].name, s, ZIP_FL_ENC_UTF_8);
        CHECK(at >= 0);
        zip_set_file_compression(zip, (zip_uint64_t)at, parts[i].stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
    }
    CHECK(zip_close(zip) == 0);
    zip_stat_t info;
    CHECK(zip_source_stat(memory, &info) == 0);
    char *bytes = arena_alloc(a, info.size, 1);
    zip_source_open(memory);
    CHECK(zip_source_read(memory, bytes, info.size) == (zip_int64_t)info.size);
    zip_source_close(memory);
    zip_source_free(memory);
    return (str){bytes, info.size};
}

str book_of(struct arena *a, const char *rows, const char *strings, const char *formats)
{
    struct part parts[] = {
        {"xl/workbook.xml", S("<workbook xmlns:r=\"r\"><sheets><sheet name=\"表1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"), false},
        {"xl/_rels/workbook.xml.rels", S("<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"), false},
        {"xl/styles.xml", arena_printf(a, "<styleSheet><cellXfs>%s</cellXfs></styleSheet>", formats), false},
        {"xl/sharedStrings.xml", arena_printf(a, "<sst>%s</sst>", strings), false},
        {"xl/worksheets/sheet1.xml", arena_printf(a, "<worksheet><sheetData>%s</sheetData></worksheet>", rows), false}};
    return package_of(a, parts, sizeof parts / sizeof *parts);
}
