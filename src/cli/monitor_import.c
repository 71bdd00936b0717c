/*
 * xiezhi monitor import FILE…: captures of HJ 212 and tables of values into the readings.
 *
 * A capture goes the way of the gateway: cut, its head read, accepted or quarantined, into the spool as it is, then drained. A
 * row of a CSV becomes a frame of 2017 first: so there is one kind of evidence, and what reads frames reads these, too. Its QN
 * comes from the row's time, so the same file twice is the same frames, and they collapse.
 */
#include "cli/cli.h"
#include "monitor/series/readings.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH_FRAMES = 5000, BATCH_BYTES = 4 << 20, BLOCK = 1 << 20, LIMIT_CSV = 256 << 20, LIMIT_COLUMNS = 512 };

struct import {
    struct cli *cli;
    struct readings *r;
    struct arena *batch;
    VEC(struct spool_frame) frames;
    size_t bytes;
    int64_t accepted, quarantined, batches;
    str name;
};

static err *commit(struct import *m)
{
    int64_t batch;
    struct spool_clock clock = {0};
    if (!m->frames.n)
        return NULL;
    TRY(spool_append(m->r, m->frames.p, m->frames.n, &clock, &batch));
    TRY(device_note_frames(m->r, m->frames.p, m->frames.n, batch));
    m->batches++;
    m->bytes = 0;
    memset(&m->frames, 0, sizeof m->frames);
    arena_reset(m->batch);
    return NULL;
}

static bool blank(str s)
{
    return str_trim(s).n == 0;
}

static err *add(struct import *m, const struct hj_cut *cut)
{
    static const struct hj_options options = {.crc = HJ_CRC_ANY, .edition_2025 = true};
    struct hj_frame hj = {0};
    usec now = time_now();
    if (cut->kind == HJ_CUT_FRAME)
        hj_decode_head(cut, &options, &hj);
    else if (blank(cut->raw))
        return NULL;
    hj.accepted ? m->accepted++ : m->quarantined++;
    struct spool_frame f = {.arrived = now, .arrived_mono = time_monotonic(), .peer = S("import"),
                            .crc = (uint8_t)(cut->kind == HJ_CUT_FRAME ? hj.crc : HJ_CRC_NONE),
                            .state = hj.accepted ? SPOOL_ACCEPTED : SPOOL_QUARANTINED, .raw = arena_str(m->batch, cut->raw)};
    vec_push(m->batch, &m->frames, f);
    m->bytes += f.raw.n;
    return m->frames.n >= BATCH_FRAMES || m->bytes >= BATCH_BYTES ? commit(m) : NULL;
}

/* ---- captures ---- */

static err *take_stream(struct import *m, int fd, int64_t size)
{
    AUTO_ARENA(a);
    char *block = arena_alloc(a, BLOCK + HJ_LIMIT_FRAME + 64, 1);
    size_t have = 0;
    int64_t done = 0;
    struct progress progress = progress_start("导入报文");
    err *bad = NULL;
    for (bool last = false; !bad && !last;) {
        ssize_t n = read(fd, block + have, BLOCK);
        if (n < 0) {
            bad = err_errno(m->name);
            break;
        }
        last = n == 0;
        have += (size_t)n;
        done += n;
        str rest = {block, have};
        while (!bad && rest.n) {
            struct hj_cut cut = hj_cut(rest, last);
            if (cut.kind == HJ_CUT_NONE)
                break;
            bad = add(m, &cut);
            rest = str_sub(rest, cut.n, rest.n);
        }
        memmove(block, rest.p, rest.n);
        have = rest.n;
        progress_step(&progress, done, size);
    }
    progress_end(&progress);
    return bad;
}

/* ---- tables ---- */

struct column { str factor, kind; };
struct csv {
    struct import *m;
    str mn, cn;
    size_t n;
    struct column column[LIMIT_COLUMNS];
    int64_t line;
};

static str field(str f)
{
    f = str_trim(f);
    return f.n >= 2 && f.p[0] == '"' && f.p[f.n - 1] == '"' ? str_sub(f, 1, f.n - 2) : f;
}

static err *bad_line(const struct csv *c, str got, const char *what, const char *want)
{
    err *e = err_new(ERR_INPUT, "%.*s第%lld行：%s", STR_ARG(c->m->name), (long long)c->line, what);
    return err_got(e, got, str_of(want), STR_NONE);
}

/* Nothing that would mean something inside a frame. */
static bool plain(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || strchr(",;=&#|", s.p[i]))
            return false;
    return true;
}

static err *read_head(struct csv *c, str line)
{
    str part, rest = line;
    str_next(&rest, ',', &part);
    while (str_next(&rest, ',', &part)) {
        str name = field(part), factor;
        if (c->n == LIMIT_COLUMNS)
            return bad_line(c, name, "列太多", "最多512列");
        if (!str_next(&name, '-', &factor) || !factor.n || !name.n || !plain(factor) || !plain(name))
            return bad_line(c, field(part), "表头看不懂", "因子-类型，如a21026-Avg");
        c->column[c->n++] = (struct column){factor, name};
    }
    return c->n ? NULL : bad_line(c, line, "表头没有数据列", "time,a21026-Avg,…");
}

static void row_data(buf *b, const struct csv *c, const str *value, const char *time)
{
    buf_printf(b, "DataTime=%s", time);
    bool open = false;
    for (size_t i = 0; i < c->n; i++) {
        bool same = i > 0 && open && str_eq(c->column[i].factor, c->column[i - 1].factor);
        if (i > 0 && !str_eq(c->column[i].factor, c->column[i - 1].factor))
            open = false;
        if (!value[i].n)
            continue;
        buf_printf(b, "%s%.*s-%.*s=%.*s", same && open ? "," : ";", STR_ARG(c->column[i].factor), STR_ARG(c->column[i].kind),
                   STR_ARG(value[i]));
        open = true;
    }
}

static err *add_row(struct csv *c, str line)
{
    AUTO_ARENA(a);
    str rest = line, part, *value = NEW_ARRAY(a, c->n, str);
    str_next(&rest, ',', &part);
    usec at = hj_time(field(part));
    if (at == USEC_NONE)
        return bad_line(c, field(part), "时间看不懂", "2026-01-02 03:04:00 或 20260102030400");
    size_t n = 0;
    bool any = false;
    for (; n < c->n && str_next(&rest, ',', &part); n++) {
        value[n] = field(part);
        any |= value[n].n > 0;
        if (!plain(value[n]))
            return bad_line(c, value[n], "数值里有不能写进报文的字符", "数、NaN或标记字母");
    }
    if (n != c->n || rest.p)
        return bad_line(c, line, "列数与表头不同", "与表头一样多的列");
    if (!any)
        return NULL;
    struct civil t = civil_of(at);
    char time[80], qn[84];
    snprintf(time, sizeof time, "%04d%02d%02d%02d%02d%02d", t.year, t.month, t.dom, t.hour, t.minute, t.second);
    snprintf(qn, sizeof qn, "%s000", time);
    buf data = buf_make(a, 64 << 10), frames = buf_make(a, 128 << 10);
    row_data(&data, c, value, time);
    if (data.overflow)
        return bad_line(c, STR_NONE, "一行太长", "64 KB以内");
    struct hj_head h = {.edition = HJ_2017, .qn = str_of(qn), .st = c->column[0].factor.p[0] == 'w' ? S("32") : S("31"), .cn = c->cn,
                        .pw = S("000000"), .mn = c->mn, .flag = 4, .crc = HJ_CRC_OK};
    TRY(hj_encode_split(&frames, &h, buf_str(&data)));
    for (str left = buf_str(&frames); left.n;) {
        struct hj_cut cut = hj_cut(left, true);
        TRY(add(c->m, &cut));
        left = str_sub(left, cut.n, left.n);
    }
    return NULL;
}

static err *take_csv(struct import *m, str path)
{
    struct cli *cli = m->cli;
    str all, line, period = cli_text(cli, "period", "minute");
    struct csv *c = NEW(cli->arena, struct csv);
    *c = (struct csv){.m = m, .mn = cli_text(cli, "mn", "")};
    c->cn = str_eq(period, S("hour")) ? S("2061") : str_eq(period, S("day")) ? S("2031") : str_eq(period, S("live")) ? S("2011") : S("2051");
    if (!c->mn.n || !plain(c->mn) || c->mn.n > HJ_LIMIT_MN)
        return err_got(cli_usage("导入CSV要用--mn指明设备"), c->mn, S("设备的MN"), STR_NONE);
    if (!str_eq(period, S("minute")) && str_eq(c->cn, S("2051")))
        return err_got(cli_usage("选项--period看不懂"), period, S("live minute hour day"), STR_NONE);
    TRY(file_read(cli->arena, path, LIMIT_CSV, &all));
    str rest = str_starts(all, S("\xef\xbb\xbf")) ? str_sub(all, 3, all.n) : all;
    struct progress progress = progress_start("导入表格");
    err *bad = NULL;
    while (!bad && str_next(&rest, '\n', &line)) {
        c->line++;
        if (blank(line))
            continue;
        bad = c->n ? add_row(c, line) : read_head(c, line);
        progress_step(&progress, (int64_t)(all.n - rest.n), (int64_t)all.n);
    }
    progress_end(&progress);
    return bad;
}

/* ---- both ---- */

static err *take_file(struct import *m, const char *path)
{
    m->name = str_of(path);
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0)
        return err_errno(m->name);
    char head[8] = {0};
    bool capture = !str_ends(m->name, S(".csv"));
    if (!capture && pread(fd, head, sizeof head, 0) >= 2)
        capture = memcmp(head, "##", 2) == 0;
    err *bad = capture ? take_stream(m, fd, info.st_size) : take_csv(m, m->name);
    close(fd);
    return bad ? bad : commit(m);
}

static void print_report(const struct import *m, const struct drain_report *d)
{
    if (!cli_has(m->cli, "json")) {
        printf("收下%lld帧，另存原文%lld段；读数%lld个，重复%lld帧，不同值%lld个，看不懂%lld帧，数据块%lld个\n", (long long)m->accepted,
               (long long)m->quarantined, (long long)d->readings, (long long)d->duplicates, (long long)d->versions,
               (long long)d->unreadable, (long long)d->chunks);
        return;
    }
    buf b = buf_make(m->cli->arena, 1000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_int(&o, S("accepted"), m->accepted);
    json_put_int(&o, S("quarantined"), m->quarantined);
    json_put_int(&o, S("readings"), d->readings);
    json_put_int(&o, S("duplicates"), d->duplicates);
    json_put_int(&o, S("versions"), d->versions);
    json_put_int(&o, S("unreadable"), d->unreadable);
    json_put_int(&o, S("chunks"), d->chunks);
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static err *import_all(struct import *m)
{
    struct cli *c = m->cli;
    for (int i = 0; i < c->n; i++)
        TRY(take_file(m, c->arguments[i]));
    struct drain_report report = {0};
    TRY(readings_drain(m->r, time_now(), &report));
    print_report(m, &report);
    return NULL;
}

static err *import(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    AUTO_STORE *store = NULL;
    struct import m = {.cli = c};
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(readings_open(store, READINGS_WRITE, &m.r));
    m.batch = arena_new();
    err *bad = import_all(&m);
    arena_free(m.batch);
    readings_close(m.r);
    return bad;
}

const struct command command_monitor_import = {
    "monitor import", "FILE…", "导入HJ 212报文记录，或time,因子-类型,…的CSV表（--mn --period）",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {"mn", "MN", "CSV的数据属于哪台设备"},
                                {"period", "PERIOD", "CSV每行是 live、minute（默认）、hour 或 day"}, {0}},
    1, LIMIT_CLI_ARGUMENTS, import};
