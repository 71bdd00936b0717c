/*
 * The act reader and the judge, through act_try on a small lived store: never a crash, always one of the four verdicts,
 * nothing written. Each input is tried as an importer sends it ("by" in the act counts) and as a signed-in member and
 * officer send it.
 */
#include "acts/act.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct store *store;
static struct acts *simulating, *live;
static struct db *reader;
static int64_t entries;

static void must(err *e)
{
    if (!e)
        return;
    fprintf(stderr, "%.*s (%.*s)\n", STR_ARG(e->text), STR_ARG(e->detail));
    abort();
}

static int64_t count(const char *sql)
{
    int64_t n;
    must(db_one_int(reader, sql, NULL, 0, &n));
    return n;
}

static int64_t written(void)
{
    return count("SELECT COUNT(*) FROM ledger_entry") + count("SELECT COUNT(*) FROM act_log") + count("SELECT COUNT(*) FROM act_key");
}

static void play(str path)
{
    AUTO_ARENA(a);
    str text, line;
    must(file_read(a, path, 1 << 20, &text));
    while (str_next(&text, '\n', &line)) {
        struct act_answer answer;
        if (str_trim(line).n && str_find(line, S("\"include\"")) < 0)
            must(act_perform(simulating, a, &(struct act_request){.json = line}, &answer));
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    int applied;
    (void)argc, (void)argv;
    must(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &store));
    must(store_migrate(store, true, &applied));
    must(acts_open(store, ACTS_SIMULATE | ACTS_NO_THREAD, &simulating));
    must(acts_batch_begin(simulating));
    play(S(PREFIX));
    play(S(LIFE));
    must(acts_batch_end(simulating));
    must(acts_open(store, ACTS_NO_THREAD, &live));
    must(db_open(store, false, &reader));
    entries = written();
    return 0;
}

static void try(struct acts *acts, str json, str by)
{
    AUTO_ARENA(a);
    struct act_answer answer;
    must(act_try(acts, reader, a, &(struct act_request){.json = json, .by = by}, &answer));
    CHECK(answer.verdict == ACT_ALLOWED || answer.verdict == ACT_HELD || answer.verdict == ACT_REFUSED ||
          answer.verdict == ACT_INVALID);
    CHECK((answer.verdict == ACT_INVALID) == (answer.invalid != NULL));
    CHECK(answer.seq == 0 || answer.repeated);
    CHECK(answer.json.n > 2 && utf8_bad(answer.json) < 0);
    err_clear();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    str json = {(const char *)bytes, n};
    try(simulating, json, S(""));
    try(live, json, S("mei-u"));
    try(live, json, S("wei"));
    CHECK(written() == entries);
    return 0;
}
