/*
 * csv2c TABLE IN.csv OUT.c: turns a table of tables/ into a constant C array at build time, so that
 * dates, deadlines and region codes are kept as data and never typed twice. It runs on the machine
 * that builds and trusts nothing: unknown columns, values or orders stop the build.
 * A file named .tsv has tabs between its cells, and quotes mean nothing there.
 */
#define _GNU_SOURCE /* strptime, timegm */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIMIT_FILE = 1 << 20, LIMIT_ROWS = 4096, LIMIT_COLUMNS = 16 };

static char text[LIMIT_FILE + 1];
static const char *cells[LIMIT_ROWS][LIMIT_COLUMNS]; /* row 0 holds the names */
static int lines[LIMIT_ROWS];
static int rows, columns;
static const char *in_name;
static char separator_of_cells = ',';

__attribute__((format(printf, 2, 3))) static _Noreturn void stop(int line, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fprintf(stderr, "%s:%d: ", in_name, line);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

static void load(const char *name)
{
    FILE *f = fopen(name, "rb");
    if (!f)
        stop(0, "%s", strerror(errno));
    size_t n = fread(text, 1, LIMIT_FILE + 1, f);
    if (ferror(f) || n > LIMIT_FILE)
        stop(0, "cannot be read or is larger than %d bytes", LIMIT_FILE);
    fclose(f);
    text[n] = '\0';
    if (strlen(text) != n)
        stop(0, "holds a NUL");
}

/* One cell, unquoted in place; *p is left on the separator behind it. */
static const char *cell(char **p, int *line)
{
    char *from = *p, *start = *p, *to = *p;
    const char ends[] = {separator_of_cells, '\r', '\n', '\0'};
    if (*from != '"' || separator_of_cells == '\t') {
        *p += strcspn(*p, ends);
        if (separator_of_cells == ',' && memchr(start, '"', (size_t)(*p - start)))
            stop(*line, "a quote inside a cell without quotes");
        return start;
    }
    for (from++;; *to++ = *from++) {
        if (*from == '\0')
            stop(*line, "the quoted cell does not end");
        if (*from == '"' && *++from != '"')
            break;
        *line += *from == '\n';
    }
    if (*from && !strchr(ends, *from))
        stop(*line, "text behind the closing quote");
    *p = from;
    memset(to, 0, (size_t)(from - to)); /* ends the cell; the separator stays for the caller */
    return start;
}

/* Moves *p behind the separator, overwrites that with NUL and says whether the row goes on. */
static bool row_goes_on(char **p, int *line)
{
    char *at = *p;
    char separator = *at;
    if (separator == '\r' && at[1] != '\n')
        stop(*line, "carriage return without line feed");
    *p += separator == '\r' ? 2 : separator != '\0';
    *at = '\0';
    *line += separator == '\r' || separator == '\n';
    return separator == separator_of_cells;
}

static void parse(void)
{
    int line = 1;
    for (char *p = text; *p; rows++) {
        if (rows == LIMIT_ROWS)
            stop(line, "more than %d rows", LIMIT_ROWS);
        int n = 0;
        lines[rows] = line;
        do {
            if (n == LIMIT_COLUMNS)
                stop(line, "more than %d columns", LIMIT_COLUMNS);
            cells[rows][n++] = cell(&p, &line);
        } while (row_goes_on(&p, &line));
        if (rows == 0)
            columns = n;
        else if (n != columns)
            stop(lines[rows], "%d cells, the first row has %d", n, columns);
    }
    if (rows < 2)
        stop(line, "no rows");
}

static const char *get(int row, const char *column)
{
    for (int i = 0; i < columns; i++)
        if (strcmp(cells[0][i], column) == 0)
            return cells[row][i];
    stop(1, "no column %s", column);
}

static int number(int row, const char *column, int least, int most)
{
    const char *value = get(row, column);
    char *end;
    errno = 0;
    long n = strtol(value, &end, 10);
    if (errno || *value < '0' || *value > '9' || *end || n < least || n > most)
        stop(lines[row], "%s \"%s\" is not a number from %d to %d", column, value, least, most);
    return (int)n;
}

struct choice {
    const char *value, *c;
};

static const char *choose(int row, const char *column, const struct choice *choices)
{
    const char *value = get(row, column);
    for (; choices->value; choices++)
        if (strcmp(value, choices->value) == 0)
            return choices->c;
    stop(lines[row], "unknown %s \"%s\"", column, value);
}

static void put_string(FILE *out, const char *s)
{
    fputc('"', out);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fputc('\\', out);
        if ((unsigned char)*s < ' ')
            fprintf(out, "\\%03o", *s);
        else
            fputc(*s, out);
    }
    fputc('"', out);
}

static int day_number(int row, const char *column)
{
    const char *date = get(row, column);
    struct tm tm = {0};
    char back[16];
    const char *end = strptime(date, "%Y-%m-%d", &tm);
    long day = timegm(&tm) / 86400; /* normalises: 02-30 comes back as 03-02 */
    if (!end || *end || !strftime(back, sizeof back, "%Y-%m-%d", &tm) || strcmp(back, date) != 0)
        stop(lines[row], "\"%s\" is no date", date);
    return (int)day;
}

static void holidays(FILE *out)
{
    static const struct choice kinds[] = {{"OFF", "HOLIDAY_OFF"}, {"WORK", "HOLIDAY_WORK"}, {0}};
    int before = 0, year = 0, years = 0;
    fprintf(out, "static const struct holiday days[] = {\n");
    for (int i = 1; i < rows; i++) {
        int day = day_number(i, "date");
        if (i > 1 && day <= before)
            stop(lines[i], "days must ascend");
        before = day;
        fprintf(out, "    {%d, %s}, /* %s */\n", day, choose(i, "kind", kinds), get(i, "date"));
    }
    fprintf(out, "};\nstatic const int years[] = {");
    for (int i = 1; i < rows; i++) {
        int notice = number(i, "notice_year", 1949, 2199);
        if (notice < year)
            stop(lines[i], "notice years must ascend");
        if (notice != year)
            fprintf(out, "%s%d", years++ ? ", " : "", notice);
        year = notice;
    }
    fprintf(out, "};\nconst struct calendar calendar_builtin = {days, %d, years, %d};\n", rows - 1,
            years);
}

static void deadlines(FILE *out)
{
    static const struct choice units[] = {{"WORKDAY", "UNIT_WORKDAY"}, {"NATURAL", "UNIT_NATURAL"},
                                          {"HOUR", "UNIT_HOUR"},       {"MONTH", "UNIT_MONTH"},
                                          {"YEAR", "UNIT_YEAR"},       {"DATE", "UNIT_DATE"},
                                          {"TEXT", "UNIT_TEXT"},       {0}};
    static const struct choice forces[] = {
        {"hard", "hard"}, {"warn", "warn"}, {"info", "info"}, {"policy", "policy"}, {0}};
    static const struct choice truths[] = {
        {"yes", "true"}, {"partial", "false"}, {"no", "false"}, {0}};
    fprintf(out, "const struct deadline deadline_table[] = {\n");
    for (int i = 1; i < rows; i++) {
        for (int j = 1; j < i; j++)
            if (strcmp(get(i, "key"), get(j, "key")) == 0)
                stop(lines[i], "key \"%s\" again", get(i, "key"));
        const char *unit = choose(i, "unit", units);
        bool dated = strcmp(unit, "UNIT_DATE") == 0, numbered = !dated && strcmp(unit, "UNIT_TEXT");
        if (dated && strcmp(get(i, "n"), "31-MAR-NEXT-YEAR") != 0)
            stop(lines[i], "unknown date \"%s\"", get(i, "n"));
        fprintf(out, "    {");
        put_string(out, get(i, "key"));
        fprintf(out, ", ");
        put_string(out, get(i, "trigger"));
        fprintf(out, ", %d, %s, \"%s\", ", numbered ? number(i, "n", 1, 4000) : 0, unit,
                choose(i, "hard_or_warn", forces));
        put_string(out, get(i, "source"));
        fprintf(out, ", %s},\n", choose(i, "verified", truths));
    }
    fprintf(out, "};\nconst size_t deadline_table_n = %d;\n", rows - 1);
}

/* 429000 is a placeholder for four cities that belong to the province itself; it is no authority
 * and is left out. Codes that only statistics use stay: their places do exist and have counties'
 * duties. */
static void regions(FILE *out)
{
    static const struct choice levels[] = {{"province", "P"},
                                           {"city", "C"},
                                           {"city_equivalent", "C"},
                                           {"county", "D"},
                                           {"county_statistical", "D"},
                                           {"placeholder", ""},
                                           {0}};
    int before = 0, n = 0;
    fprintf(out, "const struct region region_table[] = {\n");
    for (int i = 1; i < rows; i++) {
        int code = number(i, "code", 100000, 999999);
        if (code <= before)
            stop(lines[i], "codes must ascend");
        before = code;
        const char *level = choose(i, "level", levels);
        if (!*level)
            continue;
        fprintf(out, "    {%d, ", code);
        put_string(out, get(i, "name"));
        fprintf(out, ", '%s', %d},\n", level,
                *level == 'P' ? 0 : number(i, "parent_code", 100000, 999999));
        n++;
    }
    fprintf(out, "};\nconst size_t region_table_n = %d;\n", n);
}

static void put_cells(FILE *out, int row, const char *const *names)
{
    for (; *names; names++) {
        put_string(out, get(row, *names));
        fputs(", ", out);
    }
}

/* The order is T01.. then X01..: nothing depends on it but the reader of a form. */
static void tasks(FILE *out)
{
    static const struct choice forbidden[] = {
        {"allowed", "false, false"}, {"allowed_with_officers", "false, true"}, {"forbidden", "true, false"}, {0}};
    static const struct choice entries[] = {
        {"no", "ENTRY_NO"}, {"depends", "ENTRY_DEPENDS"}, {"yes", "ENTRY_YES"}, {0}};
    fprintf(out, "const struct law_task law_tasks[] = {\n");
    for (int i = 1; i < rows; i++) {
        const char *code = get(i, "code"), *verdict = choose(i, "verdict", forbidden);
        if (strlen(code) != 3 || *code != (strncmp(verdict, "true", 4) == 0 ? 'X' : 'T'))
            stop(lines[i], "code \"%s\" does not go with its verdict", code);
        if (i > 1 && strcmp(get(i - 1, "code"), code) >= 0)
            stop(lines[i], "codes must ascend");
        fprintf(out, "    {");
        put_cells(out, i, (const char *const[]){"code", "name", "article", NULL});
        fprintf(out, "%s, %s, ", verdict, choose(i, "enters_site_default", entries));
        put_cells(out, i, (const char *const[]){"guard", "typical_output", NULL});
        fprintf(out, "},\n");
    }
    fprintf(out, "    {0},\n};\n");
}

static void instruments(FILE *out)
{
    fprintf(out, "const struct law_instrument law_instruments[] = {\n");
    for (int i = 1; i < rows; i++) {
        for (int j = 1; j < i; j++)
            if (strcmp(get(i, "id"), get(j, "id")) == 0)
                stop(lines[i], "id \"%s\" again", get(i, "id"));
        int from = day_number(i, "effective_from");
        bool ended = *get(i, "effective_to");
        int to = ended ? day_number(i, "effective_to") : INT_MAX;
        if (to < from)
            stop(lines[i], "ends before it begins");
        fprintf(out, "    {");
        put_cells(out, i, (const char *const[]){"id", "subject", "title", "doc_no", NULL});
        fprintf(out, "%d, %d, ", from, to);
        put_cells(out, i, (const char *const[]){"replaced_by", "note", NULL});
        fprintf(out, "},\n");
    }
    fprintf(out, "};\nconst size_t law_instrument_count = %d;\n", rows - 1);
}

/* Yuan in the table, fen in the program. Tiers are found by name; a later row of a tier replaces an earlier one. */
static void limits(FILE *out)
{
    fprintf(out, "const struct law_limit law_limits[] = {\n");
    for (int i = 1; i < rows; i++) {
        int dispersed = number(i, "goods_services_dispersed_limit_cny", 1, 1000000000);
        int tender = number(i, "open_tender_goods_services_cny", 1, 1000000000);
        if (tender <= dispersed)
            stop(lines[i], "open tender begins below the limit of dispersed purchase");
        fprintf(out, "    {");
        put_cells(out, i, (const char *const[]){"tier", NULL});
        fprintf(out, "INT64_C(%d00), INT64_C(%d00), %d},\n", dispersed, tender, day_number(i, "effective_from"));
    }
    fprintf(out, "    {0},\n};\n");
}

/*
 * Codes of HJ 212, and an open table over them and their codes of 2005: keys are up to eight small letters and digits
 * as one little-endian word, 0 is free. A code printed twice means its first row. The hash is that of
 * hj_factor_by_word().
 */
enum { FACTOR_SLOTS = 1024, FACTOR_SHIFT = 54 };
static unsigned long long factor_keys[FACTOR_SLOTS];
static int factor_rows[FACTOR_SLOTS];

static void factor_slot(int row, const char *code)
{
    unsigned long long key = 0;
    size_t n = strlen(code);
    if (n > 8)
        stop(lines[row], "code \"%s\" is longer than 8 bytes", code);
    for (size_t i = 0; i < n; i++) {
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", code[i]))
            stop(lines[row], "code \"%s\" has a strange character", code);
        key |= (unsigned long long)(unsigned char)(code[i] | 0x20) << 8 * i;
    }
    unsigned slot = (unsigned)(key * 0x9e3779b97f4a7c15 >> FACTOR_SHIFT);
    while (factor_keys[slot] && factor_keys[slot] != key)
        slot = (slot + 1) % FACTOR_SLOTS;
    if (factor_keys[slot])
        return;
    factor_keys[slot] = key;
    factor_rows[slot] = row - 1;
}

/* N5.2: digits in front of the point and behind it; C890 and an empty cell: none. */
static void put_cap(FILE *out, int row)
{
    const char *cap = get(row, "datatype");
    int whole = -1, decimals = -1;
    if (*cap == 'N') {
        char *end;
        whole = (int)strtol(cap + 1, &end, 10);
        decimals = *end == '.' ? (int)strtol(end + 1, &end, 10) : 0;
        if (*end || whole < 1 || whole > 18 || decimals < 0 || decimals > 9)
            stop(lines[row], "datatype \"%s\" is not understood", cap);
    } else if (*cap && *cap != 'C') {
        stop(lines[row], "datatype \"%s\" is not understood", cap);
    }
    fprintf(out, "%d, %d},\n", whole, decimals);
}

static void factors(FILE *out)
{
    fprintf(out, "const struct hj_factor hj_factor_table[] = {\n");
    for (int i = 1; i < rows; i++) {
        fprintf(out, "    {");
        put_cells(out, i, (const char *const[]){"code", "name", "old2005", "unit", "emission_unit", "datatype", NULL});
        put_cap(out, i);
        factor_slot(i, get(i, "code"));
    }
    for (int i = 1; i < rows; i++)
        if (*get(i, "old2005"))
            factor_slot(i, get(i, "old2005"));
    fprintf(out, "};\nconst size_t hj_factor_table_n = %d;\n", rows - 1);
    fprintf(out, "const struct factor_slot hj_factor_slots[FACTOR_SLOTS] = {\n");
    for (int i = 0; i < FACTOR_SLOTS; i++)
        if (factor_keys[i])
            fprintf(out, "    [%d] = {UINT64_C(0x%llx), %d},\n", i, factor_keys[i], factor_rows[i]);
    fprintf(out, "};\n");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name, *header;
        void (*emit)(FILE *);
    } tables[] = {{"holidays", "calendar/tables.h", holidays},
                  {"deadlines", "calendar/tables.h", deadlines},
                  {"regions", "calendar/tables.h", regions},
                  {"tasks", "law/law.h", tasks},
                  {"instruments", "law/law.h", instruments},
                  {"limits", "law/law.h", limits},
                  {"factors", "monitor/hj212/hj212_private.h", factors}};
    if (argc != 4) {
        fprintf(stderr, "usage: csv2c holidays|deadlines|regions|tasks|instruments|limits|factors IN.csv OUT.c\n");
        return 2;
    }
    in_name = argv[2];
    const char *dot = strrchr(in_name, '.');
    if (dot && strcmp(dot, ".tsv") == 0)
        separator_of_cells = '\t';
    load(in_name);
    parse();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (strcmp(argv[1], tables[i].name) != 0)
            continue;
        FILE *out = fopen(argv[3], "w");
        if (!out)
            stop(0, "cannot write %s: %s", argv[3], strerror(errno));
        const char *slash = strrchr(in_name, '/');
        fprintf(out, "/* Made by tools/csv2c from %s. */\n#include \"%s\"\n\n",
                slash ? slash + 1 : in_name, tables[i].header);
        tables[i].emit(out);
        if (fclose(out) != 0)
            stop(0, "cannot write %s: %s", argv[3], strerror(errno));
        return 0;
    }
    stop(0, "no table %s", argv[1]);
}
