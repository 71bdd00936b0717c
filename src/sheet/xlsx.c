/*
 * Inside the child: parts of the package by libzip, XML by expat, one part after the other, each in pieces. Elements are
 * known by local name: prefixes and the two sets of namespaces (transitional, strict) say nothing more. Only what rows need
 * is read: workbook (names, epoch), relationships, number formats, shared strings, then the sheets in order.
 */
#include "sheet/child.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { PART_BYTES = 64 << 10, LIMIT_STYLES = 65536, LIMIT_XML_DEPTH = 64, LIMIT_RATIO_FROM = 1 << 20, LIMIT_FORMATS = 8192 };

struct named { str name, id, target; bool hidden; };
struct format { int id; struct number_style style; };
struct package {
    struct emitter *out;
    struct arena *a;
    zip_t *zip;
    int64_t unpacked;
    XML_Parser parser;
    int depth;
    bool epoch_1904;
    VEC(struct named) sheets;
    VEC(struct named) relations;
    VEC(struct format) formats;
    VEC(struct number_style) styles;
    VEC(str) strings;
    bool in_styles, in_text, in_value, in_phonetic;
    buf text;              /* of the string or cell being read */
    /* the cell and row being read */
    uint32_t row, column, last_row, last_column;
    char type[12];
    int style;
    bool in_cell, in_formula, hidden;
    int tables;            /* of a Word document: how deep in rows of tables */
};

static _Noreturn void refuse(struct package *p, enum err_kind kind, const char *why)
{
    emit_fault(p->out, kind, why);
}

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static const char *attribute(const char **list, const char *name)
{
    for (; *list; list += 2)
        if (!strcmp(local(list[0]), name))
            return list[1];
    return NULL;
}

static int number(const char *text, int missing)
{
    int64_t n;
    return text && str_int64(str_of(text), &n) && n >= 0 && n < INT32_MAX ? (int)n : missing;
}

/* ---- a part ---- */

static void no_doctype(void *context, const char *name, const char *system, const char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    refuse(context, ERR_INPUT, "工作簿里有文档类型声明（DTD），正常的表格软件不会写它，不予读取");
}

static void check_part(struct package *p, const zip_stat_t *info)
{
    if ((info->valid & ZIP_STAT_ENCRYPTION_METHOD) && info->encryption_method != ZIP_EM_NONE)
        refuse(p, ERR_INPUT, "工作簿是加密的，请去掉密码后重新保存");
    if ((info->valid & ZIP_STAT_SIZE) && (info->valid & ZIP_STAT_COMP_SIZE) && info->size > LIMIT_RATIO_FROM &&
        info->size / LIMIT_SHEET_RATIO > info->comp_size)
        refuse(p, ERR_LIMIT, "工作簿的压缩比异常（疑似压缩炸弹），不予读取");
}

static void parser_drop(void *package)
{
    struct package *p = package;
    if (p->parser)
        XML_ParserFree(p->parser);
    p->parser = NULL;
}

static void zip_drop(void *package)
{
    struct package *p = package;
    if (p->zip)
        zip_discard(p->zip);
    p->zip = NULL;
}

/* False: there is no such part. */
static bool part(struct package *p, str name, XML_StartElementHandler start, XML_EndElementHandler end, XML_CharacterDataHandler text)
{
    zip_stat_t info;
    const char *path = arena_cstr(p->a, name);
    if (zip_stat(p->zip, path, ZIP_FL_NOCASE, &info) != 0)
        return false;
    check_part(p, &info);
    zip_file_t *file = zip_fopen_index(p->zip, info.index, 0);
    XML_Parser parser = XML_ParserCreate(NULL);
    if (!file || !parser)
        refuse(p, ERR_DAMAGED, "工作簿的压缩内容已损坏，请用表格软件打开后重新另存");
    p->parser = parser;
    p->depth = 0;
    XML_SetUserData(parser, p);
    XML_SetElementHandler(parser, start, end);
    XML_SetCharacterDataHandler(parser, text);
    XML_SetStartDoctypeDeclHandler(parser, no_doctype);
    for (;;) {
        void *room = XML_GetBuffer(parser, PART_BYTES);
        zip_int64_t n = room ? zip_fread(file, room, PART_BYTES) : -1;
        if (n < 0)
            refuse(p, ERR_DAMAGED, "工作簿的压缩内容已损坏，请用表格软件打开后重新另存");
        if ((p->unpacked += n) > LIMIT_SHEET_UNPACKED)
            refuse(p, ERR_LIMIT, "工作簿解压后超过1 GB，请分成几个文件");
        if (XML_ParseBuffer(parser, (int)n, n == 0) != XML_STATUS_OK)
            refuse(p, ERR_DAMAGED, "工作簿内部的XML不完整或已损坏，请用表格软件打开后重新另存");
        if (n == 0)
            break;
    }
    parser_drop(p);
    zip_fclose(file);
    return true;
}

static void deeper(struct package *p)
{
    if (++p->depth > LIMIT_XML_DEPTH)
        refuse(p, ERR_LIMIT, "工作簿内部的XML嵌套过深，不予读取");
}

static void XMLCALL shallower(void *context, const char *name)
{
    struct package *p = context;
    (void)name;
    p->depth--;
}

/* ---- workbook, relationships, styles ---- */

/* Macros lie where the package's list of contents says; xl/vbaProject.bin is only where Excel puts them. */
static void XMLCALL contents_start(void *context, const char *name, const char **list)
{
    struct package *p = context;
    const char *type = attribute(list, "ContentType");
    deeper(p);
    (void)name;
    if (type && (strcasestr(type, "macro") || strcasestr(type, "vbaProject")))
        refuse(p, ERR_INPUT, "工作簿带有宏，请另存为不带宏的.xlsx");
}

static void XMLCALL workbook_start(void *context, const char *name, const char **list)
{
    struct package *p = context;
    deeper(p);
    if (!strcmp(local(name), "workbookPr")) {
        const char *epoch = attribute(list, "date1904");
        p->epoch_1904 = epoch && (!strcmp(epoch, "1") || !strcmp(epoch, "true"));
    } else if (!strcmp(local(name), "sheet")) {
        const char *title = attribute(list, "name"), *state = attribute(list, "state"), *id = NULL;
        for (const char **at = list; *at; at += 2) /* r:id, not sheetId */
            if (strchr(at[0], ':') && !strcmp(local(at[0]), "id"))
                id = at[1];
        if (p->sheets.n == LIMIT_SHEET_SHEETS)
            refuse(p, ERR_LIMIT, "工作簿超过100张工作表，请分成几个文件");
        vec_push(p->a, &p->sheets, ((struct named){.name = arena_str(p->a, str_of(title)), .id = arena_str(p->a, str_of(id)),
                                                   .hidden = state && strcmp(state, "visible") != 0}));
    }
}

static void XMLCALL relation_start(void *context, const char *name, const char **list)
{
    struct package *p = context;
    deeper(p);
    if (strcmp(local(name), "Relationship") || p->relations.n == LIMIT_SHEET_PARTS)
        return;
    const char *type = attribute(list, "Type"), *mode = attribute(list, "TargetMode");
    if (type && (strcasestr(type, "/vbaProject") || strcasestr(type, "macrosheet")))
        refuse(p, ERR_INPUT, "工作簿带有宏，请另存为不带宏的.xlsx");
    if (mode && !strcmp(mode, "External"))
        return;
    vec_push(p->a, &p->relations, ((struct named){.id = arena_str(p->a, str_of(attribute(list, "Id"))),
                                                  .target = arena_str(p->a, str_of(attribute(list, "Target")))}));
}

static struct number_style style_of(const struct package *p, int id)
{
    for (size_t i = 0; i < p->formats.n; i++)
        if (p->formats.p[i].id == id)
            return p->formats.p[i].style;
    return style_of_format(id, STR_NONE);
}

static void XMLCALL styles_start(void *context, const char *name, const char **list)
{
    struct package *p = context;
    deeper(p);
    if (!strcmp(local(name), "numFmt") && p->formats.n < LIMIT_FORMATS) {
        int id = number(attribute(list, "numFmtId"), -1);
        vec_push(p->a, &p->formats, ((struct format){id, style_of_format(id, str_of(attribute(list, "formatCode")))}));
    } else if (!strcmp(local(name), "cellXfs")) {
        p->in_styles = true;
    } else if (p->in_styles && !strcmp(local(name), "xf") && p->styles.n < LIMIT_STYLES) {
        vec_push(p->a, &p->styles, style_of(p, number(attribute(list, "numFmtId"), 0)));
    }
}

static void XMLCALL styles_end(void *context, const char *name)
{
    struct package *p = context;
    if (!strcmp(local(name), "cellXfs"))
        p->in_styles = false;
    shallower(p, name);
}

/* ---- strings ---- */

static void start_text(struct package *p)
{
    p->text.n = 0;
    p->text.overflow = false;
}

static void XMLCALL take_text(void *context, const char *bytes, int n)
{
    struct package *p = context;
    if (!p->in_text && !p->in_value)
        return;
    size_t room = LIMIT_SHEET_TEXT - p->text.n, take = (size_t)n < room ? (size_t)n : room;
    buf_add(&p->text, (str){bytes, take});
}

/* What was read, cut back to whole characters. */
static str text_read(const struct package *p)
{
    str text = buf_str(&p->text);
    ptrdiff_t bad = text.n == LIMIT_SHEET_TEXT ? utf8_bad(text) : -1;
    return bad >= 0 ? str_sub(text, 0, (size_t)bad) : text;
}

static void XMLCALL strings_start(void *context, const char *name, const char **list)
{
    struct package *p = context;
    (void)list;
    deeper(p);
    if (!strcmp(local(name), "si"))
        start_text(p);
    else if (!strcmp(local(name), "rPh"))
        p->in_phonetic = true;
    else if (!strcmp(local(name), "t"))
        p->in_text = !p->in_phonetic;
}

static void XMLCALL strings_end(void *context, const char *name)
{
    struct package *p = context;
    if (!strcmp(local(name), "si")) {
        if (p->strings.n == LIMIT_SHEET_STRINGS)
            refuse(p, ERR_LIMIT, "工作簿的文字超过200万条，请分成几个文件");
        vec_push(p->a, &p->strings, arena_str(p->a, text_read(p)));
    } else if (!strcmp(local(name), "rPh")) {
        p->in_phonetic = false;
    } else if (!strcmp(local(name), "t")) {
        p->in_text = false;
    }
    shallower(p, name);
}

/* ---- cells ---- */

/* "BC17": column and row; false when it is neither. */
static bool place_of(const char *text, uint32_t *ret_column, uint32_t *ret_row)
{
    uint32_t column = 0;
    int64_t row;
    while (*text >= 'A' && *text <= 'Z' && column <= LIMIT_SHEET_COLUMNS)
        column = column * 26 + (uint32_t)(*text++ - 'A') + 1;
    if (!column || !str_int64(str_of(text), &row) || row < 1 || row > INT32_MAX)
        return false;
    *ret_column = column, *ret_row = (uint32_t)row;
    return true;
}

static void row_starts(struct package *p, const char **list)
{
    p->row = (uint32_t)number(attribute(list, "r"), (int)p->last_row + 1);
    if (p->row <= p->last_row)
        refuse(p, ERR_DAMAGED, "工作簿的行号没有递增，文件已损坏");
    const char *hidden = attribute(list, "hidden");
    p->hidden = hidden && (!strcmp(hidden, "1") || !strcmp(hidden, "true"));
    p->last_row = p->row;
    p->last_column = 0;
}

static void cell_starts(struct package *p, const char **list)
{
    const char *place = attribute(list, "r"), *type = attribute(list, "t");
    uint32_t row = p->row;
    p->column = p->last_column + 1;
    if (place && (!place_of(place, &p->column, &row) || row != p->row || p->column <= p->last_column))
        refuse(p, ERR_DAMAGED, "工作簿的单元格位置错乱，文件已损坏");
    if (p->column > LIMIT_SHEET_COLUMNS)
        refuse(p, ERR_LIMIT, "工作表超过2000列，请删去空列后重新保存");
    p->last_column = p->column;
    snprintf(p->type, sizeof p->type, "%s", type ? type : "n");
    p->style = number(attribute(list, "s"), -1);
    p->in_cell = true;
    p->in_formula = false;
    start_text(p);
}

static void XMLCALL cells_start(void *context, const char *name, const char **list)
{
    struct package *p = context;
    deeper(p);
    name = local(name);
    if (!strcmp(name, "row"))
        row_starts(p, list);
    else if (!strcmp(name, "c"))
        cell_starts(p, list);
    else if (!strcmp(name, "v"))
        p->in_value = p->in_cell;
    else if (!strcmp(name, "f"))
        p->in_formula = p->in_cell;
    else if (!strcmp(name, "rPh"))
        p->in_phonetic = true;
    else if (!strcmp(name, "t"))
        p->in_text = p->in_cell && !p->in_phonetic;
}

/* Rows that only have a format are no content: programs write them to the end of the sheet. */
static void put(struct package *p, enum sheet_kind kind, str text)
{
    if (p->row > LIMIT_SHEET_ROWS)
        refuse(p, ERR_LIMIT, "工作表超过100万行，请分成几个文件");
    emit_cell(p->out, p->column, kind, text);
}

static void emit_number(struct package *p, str text)
{
    char out[48], in[64], *end;
    snprintf(in, sizeof in, "%.*s", STR_ARG(text));
    double value = strtod(in, &end);
    struct number_style none = {false, false};
    struct number_style style = p->style >= 0 && (size_t)p->style < p->styles.n ? p->styles.p[p->style] : none;
    if (*end || !text.n || text.n >= sizeof in || !(value > -1e300 && value < 1e300))
        put(p, SHEET_TEXT, text);
    else if (style.time && sheet_time_text(value, p->epoch_1904, out))
        put(p, SHEET_TIME, str_of(out));
    else
        sheet_number_text(value, out), put(p, SHEET_NUMBER, str_of(out));
}

static void cell_ends(struct package *p)
{
    str text = text_read(p);
    int64_t index;
    p->in_cell = false;
    if (!strcmp(p->type, "s")) {
        if (!text.n)
            return;
        if (!str_int64(str_trim(text), &index) || index < 0 || (size_t)index >= p->strings.n)
            refuse(p, ERR_DAMAGED, "工作簿引用了不存在的文字，文件已损坏");
        text = p->strings.p[index];
    }
    if (!text.n && p->in_formula && !strcmp(p->type, "n")) /* an empty text would be of type "str" */
        put(p, SHEET_ERROR, S("公式没有保存结果"));
    if (!text.n)
        return;
    if (!strcmp(p->type, "b"))
        put(p, SHEET_BOOL, text);
    else if (!strcmp(p->type, "e"))
        put(p, SHEET_ERROR, text);
    else if (!strcmp(p->type, "d"))
        put(p, SHEET_TIME, text);
    else if (!strcmp(p->type, "n"))
        emit_number(p, str_trim(text));
    else
        put(p, SHEET_TEXT, text);
}

static void XMLCALL cells_end(void *context, const char *name)
{
    struct package *p = context;
    const char *word = local(name);
    if (!strcmp(word, "c"))
        cell_ends(p);
    else if (!strcmp(word, "row"))
        emit_row_end(p->out, p->row, p->hidden);
    else if (!strcmp(word, "v"))
        p->in_value = false;
    else if (!strcmp(word, "rPh"))
        p->in_phonetic = false;
    else if (!strcmp(word, "t"))
        p->in_text = false;
    shallower(p, name);
}

/* ---- the package ---- */

static void open_package(struct package *p, str bytes)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
    p->zip = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : NULL;
    if (!p->zip)
        refuse(p, ERR_DAMAGED, "工作簿的压缩包已损坏或不完整，请重新保存或重新传送");
    zip_int64_t parts = zip_get_num_entries(p->zip, 0);
    if (parts > LIMIT_SHEET_PARTS)
        refuse(p, ERR_LIMIT, "工作簿的部件过多，不予读取");
    if (zip_name_locate(p->zip, "xl/vbaProject.bin", ZIP_FL_NOCASE) >= 0)
        refuse(p, ERR_INPUT, "工作簿带有宏，请另存为不带宏的.xlsx");
    part(p, S("[Content_Types].xml"), contents_start, shallower, NULL);
    if (zip_name_locate(p->zip, "EncryptedPackage", ZIP_FL_NOCASE) >= 0)
        refuse(p, ERR_INPUT, "工作簿是加密的，请去掉密码后重新保存");
}

static str target_of(const struct package *p, str id)
{
    for (size_t i = 0; i < p->relations.n; i++)
        if (str_eq(p->relations.p[i].id, id)) {
            str target = p->relations.p[i].target;
            return str_starts(target, S("/")) ? str_sub(target, 1, target.n) : arena_printf(p->a, "xl/%.*s", STR_ARG(target));
        }
    return STR_NONE;
}

void xlsx_read(struct emitter *out, struct arena *a, str bytes, str only)
{
    struct package *p = NEW(a, struct package);
    *p = (struct package){.out = out, .a = a, .text = buf_make(a, LIMIT_SHEET_TEXT)};
    arena_defer(a, zip_drop, p);
    arena_defer(a, parser_drop, p);
    open_package(p, bytes);
    if (!part(p, S("xl/workbook.xml"), workbook_start, shallower, NULL) ||
        !part(p, S("xl/_rels/workbook.xml.rels"), relation_start, shallower, NULL) || !p->sheets.n)
        refuse(p, ERR_INPUT, "压缩包里没有工作簿，不是.xlsx文件");
    part(p, S("xl/styles.xml"), styles_start, styles_end, NULL);
    part(p, S("xl/sharedStrings.xml"), strings_start, strings_end, take_text);
    size_t read = 0;
    for (size_t i = 0; i < p->sheets.n; i++) {
        emit_sheet(out, p->sheets.p[i].name, p->sheets.p[i].hidden);
        if (only.n && !str_eq(only, p->sheets.p[i].name))
            continue;
        str target = target_of(p, p->sheets.p[i].id);
        p->row = p->last_row = p->last_column = 0;
        if (!target.n || !part(p, target, cells_start, cells_end, take_text))
            refuse(p, ERR_DAMAGED, "工作簿缺少其中一张工作表的内容，文件已损坏");
        read++;
    }
    if (!read)
        refuse(p, ERR_INPUT, "工作簿里没有这个名称的工作表");
}

/* ---- Word documents: paragraphs, and the rows of tables with a cell to a column ---- */

static void word_cell(struct package *p)
{
    str text = text_read(p);
    if (text.n && p->column <= LIMIT_SHEET_COLUMNS)
        emit_cell(p->out, p->column, SHEET_TEXT, text);
    start_text(p);
}

static void word_row(struct package *p)
{
    if (++p->row > LIMIT_SHEET_ROWS)
        refuse(p, ERR_LIMIT, "文档超过100万段，请分成几个文件");
    emit_row_end(p->out, p->row, false);
    p->column = 1;
}

static void XMLCALL words_start(void *context, const char *name, const char **list)
{
    struct package *p = context;
    (void)list;
    deeper(p);
    name = local(name);
    if (!strcmp(name, "t"))
        p->in_text = true;
    else if ((!strcmp(name, "tab") || !strcmp(name, "br")) && p->text.n < LIMIT_SHEET_TEXT)
        buf_char(&p->text, ' ');
    else if (!strcmp(name, "tr") && p->tables++ == 0)
        p->column = 1;
}

static void XMLCALL words_end(void *context, const char *name)
{
    struct package *p = context;
    const char *what = local(name);
    if (!strcmp(what, "t")) {
        p->in_text = false;
    } else if (!strcmp(what, "p") && p->tables == 0) {
        word_cell(p);
        word_row(p);
    } else if (!strcmp(what, "tc") && p->tables == 1) {
        word_cell(p);
        p->column++;
    } else if (!strcmp(what, "tr") && --p->tables == 0) {
        word_row(p);
    }
    shallower(p, name);
}

void docx_read(struct emitter *out, struct arena *a, str bytes)
{
    struct package *p = NEW(a, struct package);
    *p = (struct package){.out = out, .a = a, .text = buf_make(a, LIMIT_SHEET_TEXT), .column = 1};
    arena_defer(a, zip_drop, p);
    arena_defer(a, parser_drop, p);
    open_package(p, bytes);
    emit_sheet(out, S("document"), false);
    if (!part(p, S("word/document.xml"), words_start, words_end, take_text))
        refuse(p, ERR_INPUT, "压缩包里没有文档，不是.docx文件");
}
