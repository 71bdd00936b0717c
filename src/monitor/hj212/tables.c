/*
 * What the standards list: factors (made by tools/csv2c from tables/hj212-factors.tsv), commands, kinds of values, plain
 * names, station types. Names are found without case, by the word their first eight bytes make: a frame is full of
 * them, and one comparison of a word is as cheap as a byte's.
 */
#include "monitor/hj212/hj212_private.h"

#include <strings.h>

enum { E5 = 1 << HJ_2005, E7 = 1 << HJ_2017, E25 = 1 << HJ_2025, COMMAND_LIMIT = 10000 };

static const struct hj_command commands[] = {
#define HJ_COMMAND(cn, editions, direction, label) {cn, editions, direction, label},
#include "monitor/hj212/commands.def"
#undef HJ_COMMAND
};

enum command_row {
#define HJ_COMMAND(cn, editions, direction, label) ROW_##cn,
#include "monitor/hj212/commands.def"
#undef HJ_COMMAND
};

static const uint8_t command_rows[COMMAND_LIMIT] = { /* row + 1 */
#define HJ_COMMAND(cn, editions, direction, label) [cn] = ROW_##cn + 1,
#include "monitor/hj212/commands.def"
#undef HJ_COMMAND
};

const struct hj_command *hj_command_find(int cn)
{
    return cn >= 0 && cn < COMMAND_LIMIT && command_rows[cn] ? &commands[command_rows[cn] - 1] : NULL;
}

/* ---- factors ---- */

size_t hj_factor_count(void)
{
    return hj_factor_table_n;
}

const struct hj_factor *hj_factor_at(size_t i)
{
    CHECK(i < hj_factor_table_n);
    return &hj_factor_table[i];
}

static int slot_find(uint64_t word)
{
    size_t slot = word * UINT64_C(0x9e3779b97f4a7c15) >> FACTOR_SHIFT;
    while (hj_factor_slots[slot].word && hj_factor_slots[slot].word != word)
        slot = (slot + 1) % FACTOR_SLOTS;
    return hj_factor_slots[slot].word ? hj_factor_slots[slot].row : -1;
}

static bool digit_byte(uint64_t word, int i)
{
    return is_digit((char)(word >> 8 * i));
}

/* e and g codes end in two digits that number the device, i333 codes in one: the table has x there. */
static int pattern_find(uint64_t word)
{
    char family = (char)word;
    const uint64_t last = UINT64_C(0xff) << 40, x = 'x';
    if (!digit_byte(word, 5))
        return -1;
    if (family == 'i')
        return slot_find((word & ~last) | x << 40);
    if ((family != 'e' && family != 'g') || !digit_byte(word, 4))
        return -1;
    return slot_find((word & ~(last | last >> 8)) | x << 40 | x << 32);
}

int hj_factor_by_word(uint64_t folded, size_t n, bool *ret_pattern)
{
    *ret_pattern = false;
    if (n == 0 || n > 8)
        return -1;
    int row = slot_find(folded);
    if (row < 0 && n == 6) {
        row = pattern_find(folded);
        *ret_pattern = row >= 0;
    }
    return row;
}

int hj_factor_find(str code)
{
    bool pattern;
    return hj_factor_by_word(name_folded(name_word(code.p, code.n, code.p + code.n), code.n), code.n, &pattern);
}

static bool same_name(str a, const char *b)
{
    return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

str hj_factor_2017(str code)
{
    int row = hj_factor_find(code);
    return row >= 0 && same_name(code, hj_factor_table[row].old2005) ? str_of(hj_factor_table[row].code) : code;
}

/* ---- kinds ---- */

/* The first KINDS_HOT are those that frames are full of. */
const struct kind hj_kinds[] = {
    {W3('A', 'v', 'g'), 3, KIND_PERIOD | KIND_CAPPED, "Avg"},
    {W4('F', 'l', 'a', 'g'), 4, KIND_TEXT | KIND_FLAG, "Flag"},
    {W3('R', 't', 'd'), 3, KIND_INSTANT | KIND_CAPPED, "Rtd"},
    {W3('M', 'i', 'n'), 3, KIND_PERIOD | KIND_CAPPED, "Min"},
    {W3('M', 'a', 'x'), 3, KIND_PERIOD | KIND_CAPPED, "Max"},
    {W3('C', 'o', 'u'), 3, KIND_PERIOD, "Cou"},
    {W5('Z', 's', 'A', 'v', 'g'), 5, KIND_PERIOD | KIND_CAPPED, "ZsAvg"},
    {W5('Z', 's', 'R', 't', 'd'), 5, KIND_INSTANT | KIND_CAPPED, "ZsRtd"},
    {W5('Z', 's', 'M', 'i', 'n'), 5, KIND_PERIOD | KIND_CAPPED, "ZsMin"},
    {W5('Z', 's', 'M', 'a', 'x'), 5, KIND_PERIOD | KIND_CAPPED, "ZsMax"},
    {W5('E', 'F', 'l', 'a', 'g'), 5, KIND_TEXT, "EFlag"},
    {W8('S', 'a', 'm', 'p', 'l', 'e', 'T', 'i'), 10, KIND_TEXT | KIND_TIME, "SampleTime"},
    {W4('D', 'a', 't', 'a'), 4, 0, "Data"},
    {W4('I', 'n', 'f', 'o'), 4, 0, "Info"},
    {W2('R', 'S'), 2, 0, "RS"},
    {W2('R', 'T'), 2, 0, "RT"},
    {W2('S', 'N'), 2, KIND_TEXT, "SN"},
    {W8('D', 'a', 'y', 'D', 'a', 't', 'a', 0), 7, 0, "DayData"},
    {W8('N', 'i', 'g', 'h', 't', 'D', 'a', 't'), 9, 0, "NightData"},
    {W3('A', 'l', 'a'), 3, KIND_CAPPED, "Ala"},
    {W8('A', 'l', 'a', 'r', 'm', 'T', 'y', 'p'), 9, 0, "AlarmType"},
    {W8('L', 'o', 'w', 'V', 'a', 'l', 'u', 'e'), 8, 0, "LowValue"},
    {W8('U', 'p', 'V', 'a', 'l', 'u', 'e', 0), 7, 0, "UpValue"},
    {W8('C', 'o', 'm', 'p', 'l', 'e', 't', 'e'), 12, KIND_TEXT | KIND_TIME, "CompleteTime"},
    {W8('S', 'a', 'm', 'p', 'l', 'e', 'T', 'y'), 10, KIND_TEXT, "SampleType"},
    {W8('S', 'a', 'm', 'p', 'l', 'e', 'R', 'd'), 8, 0, "SampleRd"},
    {W8('S', 't', 'a', 'n', 'd', 'a', 'r', 'd'), 13, 0, "StandardValue"},
    {W8('R', 'e', 's', 'u', 'l', 't', 'T', 'y'), 10, 0, "ResultType"},
    {W5('Z', 's', 'C', 'o', 'u'), 5, KIND_PERIOD | KIND_OWN, "ZsCou"},
    {W8('V', 'a', 'l', 'i', 'd', 'N', 'u', 'm'), 8, KIND_OWN, "ValidNum"},
    {W8('T', 'o', 't', 'a', 'l', 'N', 'u', 'm'), 8, KIND_OWN, "TotalNum"},
    {W5('C', 'l', 'a', 's', 's'), 5, KIND_TEXT | KIND_OWN, "Class"},
    {W5('S', 't', 'a', 't', 'e'), 5, KIND_OWN, "State"},
};
enum { KINDS = sizeof hj_kinds / sizeof *hj_kinds };
_Static_assert(sizeof hj_kinds / sizeof *hj_kinds > KINDS_HOT, "the hot kinds are some of them");

/* Longer names are told by eight bytes and their length. */
int hj_kind_find(uint64_t folded, size_t n)
{
    uint64_t small = name_small(n);
    for (int i = 0; i < KINDS; i++)
        if ((hj_kinds[i].word | small) == folded && hj_kinds[i].n == n)
            return i;
    return -1;
}

/* ---- plain names ---- */

static const struct plain plains[] = {
    {"DataTime", NAME_DATA_TIME},    {"BeginTime", NAME_TIME},       {"EndTime", NAME_TIME},
    {"SystemTime", NAME_TIME},       {"RestartTime", NAME_TIME},     {"AlarmTime", NAME_TIME},
    {"SKCreateTime", NAME_TIME},     {"QN", NAME_TEXT},              {"CN", NAME_TEXT},
    {"PNUM", NAME_NUMBER},           {"PNO", NAME_NUMBER},           {"PolId", NAME_TEXT},
    {"InfoId", NAME_TEXT},           {"QnRtn", NAME_NUMBER},         {"ExeRtn", NAME_NUMBER},
    {"RtdInterval", NAME_NUMBER},    {"MinInterval", NAME_NUMBER},   {"OverTime", NAME_NUMBER},
    {"ReCount", NAME_NUMBER},        {"WarnTime", NAME_NUMBER},      {"NewPW", NAME_TEXT},
    {"PW", NAME_TEXT},               {"NewSK", NAME_TEXT},           {"AlarmTarget", NAME_TEXT},
    {"ReportTime", NAME_TEXT},       {"VaseNo", NAME_NUMBER},        {"CstartTime", NAME_TEXT},
    {"CTime", NAME_NUMBER},          {"Stime", NAME_NUMBER},         {"CalibrationType", NAME_NUMBER},
    {"AlarmType", NAME_NUMBER},      {"Flag", NAME_TEXT},            {"MN", NAME_TEXT},
};

const struct plain *hj_plain_find(str name)
{
    for (size_t i = 0; i < sizeof plains / sizeof *plains; i++)
        if (same_name(name, plains[i].name))
            return &plains[i];
    return NULL;
}

bool hj_station_type_known(str st)
{
    static const bool known[100] = {[21] = true, [22] = true, [23] = true, [24] = true, [25] = true, [26] = true, [27] = true,
                                    [31] = true, [32] = true, [33] = true, [34] = true, [35] = true, [36] = true, [37] = true,
                                    [38] = true, [39] = true, [41] = true, [44] = true, [45] = true, [51] = true, [52] = true,
                                    [91] = true};
    return st.n == 2 && is_digit(st.p[0]) && is_digit(st.p[1]) && known[10 * (st.p[0] - '0') + st.p[1] - '0'];
}

/* ---- findings ---- */

static const struct { const char *name, *text; } findings[HJ_FINDINGS] = {
#define HJ_FINDING(id, name, text) {name, text},
#include "monitor/hj212/findings.def"
#undef HJ_FINDING
};

const char *hj_finding_name(enum hj_finding f)
{
    CHECK(f < HJ_FINDINGS);
    return findings[f].name;
}

const char *hj_finding_text(enum hj_finding f)
{
    CHECK(f < HJ_FINDINGS);
    return findings[f].text;
}
