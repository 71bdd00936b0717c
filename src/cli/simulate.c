/*
 * xiezhi simulate STORY…: performs the acts of a story, in order, on an empty store in memory (or on the empty
 * database --db names). Times and actors come from the story. A line may say what it expects: `expect` (allowed
 * when absent), `article`, `rule`; the first mismatch ends the story and names line, act, verdict and reasons.
 * A line {"include": "FILE"} stands for the lines of that file, found beside the one that includes it.
 *
 * --facts FILE keeps what every act was judged by, as JSON lines: the answer's reasons by seq, then the entries' spines. Who judges
 * them anew (tests/field/judge.mjs does, with law.wasm) has to reach the same.
 *
 * Several stories each get a store of their own; on PostgreSQL they take turns in a schema, emptied after each.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_STORY_BYTES = 64 << 20, LIMIT_STORY_INCLUDES = 8 };

struct story {
    struct cli *cli;
    struct acts *acts;
    struct arena *files; /* texts, for the length of the story */
    FILE *facts;         /* NULL: not asked for */
    bool json, quiet, mismatch;
    int64_t acts_n;
};

/* ---- what was judged by ---- */

static str reason_article(const struct act_reason *r) { return r->article; }
static str reason_rule(const struct act_reason *r) { return str_of(law_rule_info[r->rule].name); }

static void facts_of_answer(struct arena *a, FILE *to, const struct act_answer *answer)
{
    static const char *const severities[] = {"warn", "hold", "refuse"};
    buf b = buf_make(a, 1 << 20);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_int(&o, S("seq"), answer->seq);
    json_key(&o, S("reasons"));
    json_open(&o, '[');
    for (size_t i = 0; i < answer->n; i++) {
        json_open(&o, '{');
        json_put_str(&o, S("rule"), reason_rule(&answer->reasons[i]));
        json_put_str(&o, S("instrument"), answer->reasons[i].instrument);
        json_put_str(&o, S("article"), answer->reasons[i].article);
        json_put_str(&o, S("severity"), str_of(severities[answer->reasons[i].severity]));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    fprintf(to, "%.*s\n", STR_ARG(buf_str(&b)));
}

static err *facts_of_entry(void *context, struct arena *a, const struct ledger_entry *entry)
{
    (void)a;
    fprintf(context, "{\"spine\":%.*s}\n", STR_ARG(entry->spine));
    return NULL;
}

static err *facts_of_ledger(struct acts *acts, FILE *to)
{
    AUTO_DB struct db *d = NULL;
    int64_t last;
    TRY(db_open(acts_store(acts), false, &d));
    TRY(db_one_int(d, "SELECT COUNT(*) FROM ledger_entry", NULL, 0, &last));
    return last ? ledger_scan(d, acts_keys(acts), 1, last, facts_of_entry, to) : NULL;
}

static bool among(str wanted, const struct act_answer *answer, str (*of)(const struct act_reason *))
{
    for (size_t i = 0; i < answer->n; i++)
        if (str_eq(of(&answer->reasons[i]), wanted))
            return true;
    return false;
}

/* What the line expected and did not get; NULL when all is as expected. */
static const char *mismatch(const struct json *line, const struct act_answer *answer)
{
    str expect = json_string(line, S("expect")), article = json_string(line, S("article")),
        rule = json_string(line, S("rule"));
    if (!str_eq(verdict_id(answer->verdict), json_get(line, S("expect")) ? expect : S("allowed")))
        return "expect";
    if (article.p && !among(article, answer, reason_article))
        return "article";
    if (rule.p && !among(rule, answer, reason_rule))
        return "rule";
    return NULL;
}

static void print_mismatch(str where, const struct json *line, const struct act_answer *answer, const char *what)
{
    str wanted = json_string(line, str_of(what));
    fflush(stdout);
    fprintf(stderr, "%.*s：%.*s（%.*s）应为%s“%.*s”，答复是%.*s\n", STR_ARG(where), STR_ARG(answer->act), STR_ARG(answer->id),
            strcmp(what, "expect") == 0 ? "" : what, STR_ARG(wanted.p ? wanted : S("allowed")),
            STR_ARG(verdict_id(answer->verdict)));
    if (answer->invalid)
        fprintf(stderr, "    %.*s：%.*s（读到%.*s，应为%.*s）\n", STR_ARG(answer->invalid->field),
                STR_ARG(answer->invalid->text), STR_ARG(answer->invalid->got), STR_ARG(answer->invalid->want));
    for (size_t i = 0; i < answer->n; i++) {
        const struct act_reason *r = &answer->reasons[i];
        fprintf(stderr, "    %s %.*s %.*s：%.*s\n", law_rule_info[r->rule].name, STR_ARG(r->instrument),
                STR_ARG(r->article), STR_ARG(r->because));
    }
}

/* The answer with "line" in front (and "file" where it came from an included one). */
static void print_line(struct arena *a, str path, bool included, int64_t number, const struct act_answer *answer)
{
    buf b = buf_make(a, answer->json.n + path.n * 2 + 100);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_int(&o, S("line"), number);
    if (included)
        json_put_str(&o, S("file"), path);
    buf_char(&b, ',');
    buf_add(&b, str_sub(answer->json, 1, answer->json.n));
    cli_print(buf_str(&b));
}

static err *play_line(struct story *s, str path, bool included, int64_t number, str text, const struct json *line)
{
    AUTO_ARENA(a);
    struct act_answer answer;
    TRY(act_perform(s->acts, a, &(struct act_request){.json = text}, &answer));
    s->acts_n++;
    if (s->json)
        print_line(a, path, included, number, &answer);
    else if (!s->quiet) {
        printf("%4lld ", (long long)number);
        cli_print_answer(&answer);
    }
    if (s->facts && answer.verdict != ACT_INVALID)
        facts_of_answer(a, s->facts, &answer);
    const char *what = mismatch(line, &answer);
    s->mismatch = what != NULL;
    if (what)
        print_mismatch(arena_printf(a, "%.*s:%lld", STR_ARG(path), (long long)number), line, &answer, what);
    err_clear();
    return NULL;
}

static str beside(struct arena *a, str path, str name)
{
    size_t folder = path.n;
    while (folder && path.p[folder - 1] != '/')
        folder--;
    return name.n && name.p[0] == '/' ? name : arena_printf(a, "%.*s%.*s", (int)folder, path.p, STR_ARG(name));
}

static err *play_file(struct story *s, str path, int depth)
{
    str text, line;
    int64_t number = 0;
    TRY(file_read(s->files, path, LIMIT_STORY_BYTES, &text));
    while (!s->mismatch && str_next(&text, '\n', &line)) {
        AUTO_ARENA(a);
        const struct json *json;
        number++;
        line = str_trim(line);
        if (!line.n)
            continue;
        err *bad = act_json(a, line, LIMIT_ACT_BYTES_LARGE, &json);
        if (bad)
            return err_at(bad, arena_printf(s->files, "%.*s:%lld", STR_ARG(path), (long long)number));
        str include = json_string(json, S("include"));
        if (include.n && depth == LIMIT_STORY_INCLUDES)
            return err_new(ERR_LIMIT, "%.*s:%lld：包含的层数超过%d", STR_ARG(path), (long long)number, LIMIT_STORY_INCLUDES);
        TRY(include.n ? play_file(s, beside(s->files, path, include), depth + 1)
                      : play_line(s, path, depth > 0, number, line, json));
    }
    return NULL;
}

static err *play_in(struct cli *c, struct store *store, str path, FILE *facts, bool *ret_mismatch, int64_t *ret_acts)
{
    int applied;
    int64_t entries;
    struct db *d;
    TRY(store_migrate(store, true, &applied));
    TRY(db_open(store, false, &d));
    err *bad = db_one_int(d, "SELECT COUNT(*) FROM ledger_entry", NULL, 0, &entries);
    db_close(d);
    if (bad)
        return bad;
    if (entries)
        return err_new(ERR_CONFLICT, "故事要在空的数据库上进行，这里已有%lld条记录", (long long)entries);
    AUTO_ACTS *acts = NULL;
    AUTO_ARENA(files);
    TRY(acts_open(store, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
    struct story s = {.cli = c, .acts = acts, .files = files, .facts = facts, .json = cli_has(c, "json"), .quiet = cli_has(c, "summary")};
    if (facts)
        fprintf(facts, "{\"story\":\"%.*s\"}\n", STR_ARG(path));
    TRY(play_file(&s, path, 0));
    if (facts)
        TRY(facts_of_ledger(acts, facts));
    *ret_mismatch = s.mismatch;
    *ret_acts = s.acts_n;
    return NULL;
}

static err *run_sql(str url, const char *sql)
{
    AUTO_STORE *s = NULL;
    struct db *d;
    TRY(store_open(url, S("/tmp"), STORE_EXISTING, &s));
    TRY(db_open(s, true, &d));
    err *bad = db_exec(d, sql, NULL, NULL);
    db_close(d);
    return bad;
}

/* Everything but the record of the schema's steps: making a hundred and fifty tables takes longer than most stories. */
static err *empty_schema(str url)
{
    AUTO_STORE *s = NULL;
    AUTO_DB struct db *d = NULL;
    AUTO_ARENA(a);
    str *tables;
    size_t n;
    TRY(store_open(url, S("/tmp"), STORE_EXISTING, &s));
    TRY(db_open(s, true, &d));
    TRY(store_tables(d, a, &tables, &n));
    TRY(db_begin_write(d));
    for (size_t i = 0; i < n; i++)
        if (!str_eq(tables[i], S("schema_step")))
            TRY(db_exec(d, arena_cstr(a, arena_printf(a, "DELETE FROM %.*s", STR_ARG(tables[i]))), NULL, NULL));
    return db_commit(d);
}

/* An empty store for this story: memory, the named database when there is one story, else the schema all of them use in turn. */
static err *play(struct cli *c, str path, str url, FILE *facts, bool own_schema, bool *ret_mismatch, int64_t *ret_acts)
{
    AUTO_ARENA(a);
    str data = cli_text(c, "data", "");
    bool own_data = !str_starts(url, S("sqlite:")) && !data.n;
    if (own_data)
        TRY(folder_temporary(a, "story", &data));
    AUTO_STORE *store = NULL;
    err *bad = store_open(url, data, STORE_CREATE, &store);
    if (!bad)
        bad = play_in(c, store, path, facts, ret_mismatch, ret_acts);
    store_close_at(&store);
    if (own_data)
        folder_remove(data);
    if (own_schema) {
        err *left = empty_schema(url);
        bad = bad ? bad : left;
    }
    return bad;
}

static err *simulate(struct cli *c, int *ret_exit)
{
    str db = cli_text(c, "db", "sqlite::memory:");
    if (c->n > 1 && str_starts(db, S("sqlite:")) && !str_eq(db, S("sqlite::memory:")))
        return cli_usage("几个故事不能共用一个SQLite文件，请逐个进行");
    bool own_schema = c->n > 1 && !str_starts(db, S("sqlite:"));
    str url = db, schema = arena_printf(c->arena, "xiezhi_stories_%d", (int)getpid());
    if (own_schema) {
        url = arena_printf(c->arena, "%.*s%coptions=-csearch_path%%3D%.*s", STR_ARG(db), str_find(db, S("?")) < 0 ? '?' : '&', STR_ARG(schema));
        TRY(run_sql(db, arena_cstr(c->arena, arena_printf(c->arena, "CREATE SCHEMA %.*s", STR_ARG(schema)))));
    }
    str file = cli_text(c, "facts", "");
    FILE *facts = file.n ? fopen(arena_cstr(c->arena, file), "we") : NULL;
    if (file.n && !facts)
        return err_errno(file);
    struct progress progress = progress_start("故事");
    for (int i = 0; i < c->n; i++) {
        bool wrong = false;
        int64_t acts = 0;
        err *bad = play(c, str_of(c->arguments[i]), url, facts, own_schema, &wrong, &acts);
        if (bad && (c->n == 1 || err_exit_code(bad->kind) == 3)) {
            if (facts)
                fclose(facts);
            return bad;
        }
        if (bad)
            fprintf(stderr, "%s：%.*s %.*s\n", c->arguments[i], STR_ARG(bad->field), STR_ARG(bad->text));
        wrong = wrong || bad;
        if (wrong)
            *ret_exit = 1;
        if (cli_has(c, "summary"))
            printf("%s %s（%lld项）\n", wrong ? "not ok" : "ok", c->arguments[i], (long long)acts);
        progress_step(&progress, i + 1, c->n);
        err_clear();
    }
    progress_end(&progress);
    if (facts && fclose(facts))
        return err_errno(file);
    if (own_schema)
        TRY(run_sql(db, arena_cstr(c->arena, arena_printf(c->arena, "DROP SCHEMA %.*s CASCADE", STR_ARG(schema)))));
    return NULL;
}

const struct command command_simulate = {
    "simulate", "STORY…", "在空库上依次办理故事里的行为，核对每一行的预期",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {"summary", NULL, "每个故事只印一行结果"},
                                {"facts", "FILE", "把每一项的判定依据写入文件（逐行JSON）"}, {0}},
    1, LIMIT_CLI_ARGUMENTS, simulate};
