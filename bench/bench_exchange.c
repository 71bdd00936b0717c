/*
 * Sheets in and out. In: a workbook of subjects read in the child, header and cells understood (read + check), and then with
 * the acts performed on an empty store. Out: the same subjects as workbook and CSV. Peer: openpyxl (read-only and write-only modes)
 * on the same file in the same run; it only reads or writes cells and checks nothing. Figures are processor seconds of all processes.
 */
#include "bench.h"
#include "exchange/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ROWS = 100000, ACTED = 20000 };

/* Of this process and of the children it has waited for. */
static double cpu_all(void)
{
    struct rusage self, children;
    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec + children.ru_stime.tv_sec) +
           (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec + children.ru_utime.tv_usec + children.ru_stime.tv_usec) / 1e6;
}

static str code(struct arena *a, int n)
{
    static const char digits[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char text[32];
    snprintf(text, sizeof text, "91420100MA%06d00", n);
    for (int i = 0; i < 31; i++)
        for (int k = 0; k < 31; k++) {
            text[16] = digits[i], text[17] = digits[k];
            if (uscc_valid(str_of(text)))
                return arena_str(a, str_of(text));
        }
    return S("");
}

static void write_book(struct arena *a, str path, int rows)
{
    static const char *const labels[] = {"企业名称", "统一社会信用代码", "所属区县", "监管级别", "行业类别", "中心经度", "中心纬度", "年度检查上限（次）"};
    struct out_column columns[8];
    struct sheet_out *out;
    int64_t n;
    for (int i = 0; i < 8; i++)
        columns[i] = (struct out_column){str_of(labels[i]), i == 1 ? OUT_CODE : i == 5 || i == 6 ? OUT_DECIMAL : i == 7 ? OUT_INT : OUT_TEXT, 0};
    must(sheet_out_open(a, path, SHEET_XLSX, S("企业"), columns, 8, NULL, &out));
    for (int i = 0; i < rows; i++) {
        AUTO_ARENA(row);
        struct db_value values[8] = {db_text_value(arena_printf(row, "第%d化工有限公司", i)), db_text_value(code(row, i)), db_text_value(S("420102")),
                                     db_text_value(S("重点")), db_text_value(S("基础化学原料制造")), db_text_value(S("114.31")),
                                     db_text_value(S("30.59")), {DB_INT, 4, STR_NONE}};
        must(sheet_out_row(out, values));
    }
    must(sheet_out_close(out, &n));
}

static double peer(struct arena *a, const char *mode, str path, int rows)
{
    char line[100];
    double seconds = 0;
    long done = 0;
    FILE *f = popen(arena_cstr(a, arena_printf(a, "/usr/bin/python3 %s/openpyxl_rows.py %s %.*s %d 2>/dev/null", PEERS, mode, STR_ARG(path), rows)), "r");
    if (!f || !fgets(line, sizeof line, f) || sscanf(line, "%ld %lf", &done, &seconds) != 2 || done != rows)
        seconds = 0;
    if (f)
        pclose(f);
    return seconds > 0 ? rows / seconds : 0;
}

static void say(const char *name, double rate, double peer_rate)
{
    if (peer_rate > 0)
        bench_line(name, rate, "rows/s", rate / peer_rate, "openpyxl");
    else
        printf("%-40s %14.1f %-12s (openpyxl left out: python3-openpyxl is not installed)\n", name, rate, "rows/s");
}

static void found(struct acts *acts, const char *json)
{
    AUTO_ARENA(a);
    struct act_answer answer;
    must(act_perform(acts, a, &(struct act_request){.json = str_of(json), .by = S("system"), .received_at = day_start(20500)}, &answer));
    CHECK(answer.verdict == ACT_ALLOWED);
}

static struct acts *bureau(struct arena *a, str folder, struct store **ret)
{
    struct acts *acts;
    int applied;
    must(store_open(arena_printf(a, "sqlite:%.*s/bench.db", STR_ARG(folder)), S(""), STORE_CREATE, ret));
    must(store_migrate(*ret, true, &applied));
    must(acts_open(*ret, ACTS_NO_THREAD, &acts));
    found(acts, "{\"act\":\"agency.register\",\"id\":\"wuhan\",\"name\":\"武汉支队\",\"region\":\"420100\",\"level\":\"city\"}");
    found(acts, "{\"act\":\"user.register\",\"id\":\"wei\",\"name\":\"魏队\",\"roles\":[\"officer\"],\"agency\":\"wuhan\"}");
    found(acts, "{\"act\":\"user.register\",\"id\":\"sys\",\"name\":\"系统\",\"roles\":[\"sysadmin\"],\"agency\":\"wuhan\"}");
    return acts;
}

/* Read and understood, nothing done. */
static void bench_read(struct arena *a, str path)
{
    AUTO_ARENA(job);
    struct exchange_table t;
    struct exchange_map m;
    str bytes;
    size_t good, bad;
    double peers = peer(a, "read", path, ROWS), start = cpu_all();
    must(file_read(job, path, LIMIT_SHEET_FILE, &bytes));
    must(exchange_read(job, bytes, S(""), &t));
    must(exchange_map_header(job, exchange_kind_find(S("subjects")), &t, S(""), &m));
    must(exchange_check(&t, &m, &good, &bad));
    CHECK(good == ROWS && !bad);
    say("import xlsx: read and check", ROWS / (cpu_all() - start), peers);
}

static void bench_acts(struct arena *a, struct acts *acts, str path, bool dry)
{
    AUTO_ARENA(job);
    struct exchange_table t;
    struct exchange_map m;
    struct exchange_result *results;
    struct db *db;
    str bytes;
    size_t n;
    (void)a;
    double start = bench_wall();
    must(db_open(acts_store(acts), false, &db));
    must(file_read(job, path, LIMIT_SHEET_FILE, &bytes));
    must(exchange_read(job, bytes, S(""), &t));
    must(exchange_map_header(job, exchange_kind_find(S("subjects")), &t, S(""), &m));
    struct exchange_import todo = {.acts = acts, .db = db, .table = &t, .map = &m, .by = S("wei"), .dry = dry};
    must(exchange_import(job, &todo, &results, &n));
    for (size_t i = 0; i < n; i++)
        CHECK(results[i].outcome == ROW_NEW);
    db_close(db);
    printf("%-40s %14.1f %-12s wall clock, %d rows, every row judged%s\n", dry ? "import xlsx: dry run" : "import xlsx: acts performed",
           (double)n / (bench_wall() - start), "rows/s", ACTED, dry ? "" : ", in the ledger, durable");
}

/* Subjects straight into the table: what is measured is the way out. */
static void stock(struct store *s)
{
    struct db *d;
    AUTO_ARENA(a);
    must(db_open(s, true, &d));
    must(db_begin_write(d));
    for (int i = 0; i < ROWS; i++) {
        must(db_put(d, "INSERT INTO subject (id, seq, name, uscc, region, class, industry, lon, lat, visits_per_year) VALUES (:id, 1, :name, :uscc,"
                       " 420102, 'key', '基础化学原料制造', 1143100000, 305900000, 4) ON CONFLICT DO NOTHING",
                    DB_ARGS(DB_T("id", arena_printf(a, "b%06d", i)), DB_T("name", arena_printf(a, "第%d化工有限公司", i)), DB_T("uscc", code(a, i)))));
        arena_reset(a);
    }
    must(db_commit(d));
    db_close(d);
}

static double bench_out(struct arena *a, struct store *s, str folder, enum sheet_format format)
{
    struct db *db;
    int64_t rows;
    str path = arena_printf(a, "%.*s/out.%s", STR_ARG(folder), format == SHEET_CSV ? "csv" : "xlsx");
    must(db_open(s, false, &db));
    struct exchange_export x = {.db = db, .thing = thing_find(S("subjects")), .format = format, .path = path};
    double start = cpu_all();
    must(exchange_export(&x, &rows));
    double rate = (double)rows / (cpu_all() - start);
    db_close(db);
    if (format == SHEET_XLSX)
        say("export xlsx", rate, peer(a, "write", path, ROWS));
    return rate;
}

int main(void)
{
    AUTO_ARENA(a);
    char folder[] = "/tmp/xiezhi-bench-exchange-XXXXXX";
    struct store *store;
    if (!mkdtemp(folder))
        return 3;
    str book = arena_printf(a, "%s/in.xlsx", folder), few = arena_printf(a, "%s/few.xlsx", folder);
    write_book(a, book, ROWS);
    write_book(a, few, ACTED);
    bench_read(a, book);
    struct acts *acts = bureau(a, str_of(folder), &store);
    bench_acts(a, acts, few, true);
    bench_acts(a, acts, few, false);
    acts_close(acts);
    stock(store);
    double xlsx = bench_out(a, store, str_of(folder), SHEET_XLSX), csv = bench_out(a, store, str_of(folder), SHEET_CSV);
    bench_line("export csv", csv, "rows/s", csv / xlsx, "our own workbook");
    store_close(store);
    return system(arena_cstr(a, arena_printf(a, "rm -r %s", folder))) ? 3 : 0;
}
