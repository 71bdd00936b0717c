/*
 * The engine: one writer, one order. Callers put requests into a queue and wait; the writer thread takes everything
 * that waits, performs it act by act (a savepoint each) in one transaction, and answers all of it after the one
 * commit: that is the group commit. Whoever was answered is on disk; whoever was not is not.
 *
 * One lock guards the queue. Everything else belongs to the writer thread.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include "acts/act.h"
#include "acts/ties.h"

enum { LIMIT_BATCH = 512 };

struct job {
    struct job *next;
    struct arena *arena;
    const struct act_request *requests;
    struct act_answer *answers;
    size_t n;
    bool atomic, done;
    bool rehearsal; /* undone when it is through */
    bool sign;      /* answered when everything so far stands under a signed checkpoint */
    pthread_cond_t answered; /* one each: a shared one would wake every waiter for every batch */
    enum err_kind kind; /* of the system's error */
    str failed;         /* its text; absent: none */
};

struct acts {
    struct store *store;
    struct db *db;
    struct ledger_keys keys;
    struct ledger *ledger;
    struct world world;
    struct relations relations; /* of readers */
    unsigned flags;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct job *head, *tail;
    bool stop, batching;
    bool forgot; /* something was erased: what the log of the database still holds of it goes, too */
    usec signed_at; /* of the newest checkpoint */
};

/* ---- one act inside the transaction ---- */

static err *repeated(struct acts *e, struct act *a, int64_t *ret_seq)
{
    *ret_seq = 0;
    if (!a->key.p)
        return NULL;
    return db_one_int(e->db, "SELECT seq FROM act_key WHERE author = :by AND key = :key",
                      DB_ARGS(DB_T("by", a->by), DB_T("key", a->key)), 0, ret_seq);
}

static bool is_invalid(const err *e)
{
    return e->kind == ERR_INPUT || e->kind == ERR_LIMIT;
}

/* Reads and judges. *ret_invalid holds the reader's complaint; the function's error is the system's. */
static err *prepare(struct acts *e, struct act *a, const struct act_request *r, int64_t *ret_again, err **ret_invalid)
{
    const struct json *json;
    *ret_invalid = act_json(a->arena, r->json, LIMIT_ACT_BYTES_LARGE, &json);
    if (*ret_invalid)
        return NULL;
    if (json->kind != JSON_OBJECT) {
        *ret_invalid = err_new(ERR_INPUT, "一项行为应是一个JSON对象");
        return NULL;
    }
    str name = json_string(json, S("act"));
    a->type = act_type_find(name);
    if (!a->type) {
        *ret_invalid = err_got(err_at(err_new(ERR_INPUT, "没有“%.*s”这种行为", STR_ARG(name)), S("act")), name,
                               S("行为目录中的名称"), S("entrustment.draft"));
        return NULL;
    }
    if (r->json.n > act_limit_bytes(a->type)) {
        *ret_invalid = err_new(ERR_LIMIT, "“%s”有%zu字节，超过%zu字节的上限", a->type->label, r->json.n, act_limit_bytes(a->type));
        return NULL;
    }
    a->simulate = (e->flags & ACTS_SIMULATE) != 0;
    a->by = a->simulate ? json_string(json, S("by")) : r->by;
    a->received_at = r->received_at ? r->received_at : time_now();
    err *bad = act_read_head(a, json);
    if (!bad)
        bad = world_load(a->world, a->db);
    if (!bad)
        bad = act_load_actor(a);
    if (!bad)
        bad = repeated(e, a, ret_again); /* a repeat is known before its id is found taken */
    if (!bad && *ret_again)
        return NULL;
    if (!bad)
        bad = act_read(a, json);
    if (!bad)
        bad = act_load_facts(a);
    if (bad && !is_invalid(bad))
        return bad;
    *ret_invalid = bad;
    if (!bad)
        act_judge(a, false);
    return NULL;
}

static err *conclude(struct acts *e, struct act *a)
{
    bool hold = strcmp(a->type->name, "hold.approve") == 0;
    a->seq = ledger_size(e->ledger) + 1;
    if (hold && a->verdict == VERDICT_ALLOWED)
        TRY(hold_rejudge(a, &e->keys));
    TRY(act_record(a, e->ledger));
    TRY(act_apply(a));
    struct act *done = a->effect ? a->effect : a; /* an approval takes the held act's effect */
    if (done->verdict == VERDICT_ALLOWED && strcmp(done->type->name, "secret.erase") == 0) {
        TRY(act_erase(done, &e->keys));
        e->forgot = true;
        world_drop(&e->world);
    }
    if (done->verdict == VERDICT_ALLOWED && world_changed_by(done->type))
        world_drop(&e->world);
    return NULL;
}

static struct act *act_new(struct acts *e, struct arena *arena)
{
    struct act *a = NEW(arena, struct act);
    a->arena = arena;
    a->db = e->db;
    a->world = &e->world;
    a->keys = &e->keys;
    return a;
}

static err *perform_one(struct acts *e, struct arena *arena, const struct act_request *r, struct act_answer *ret)
{
    struct act *a = act_new(e, arena);
    int64_t again = 0;
    err *invalid = NULL;
    TRY(prepare(e, a, r, &again, &invalid));
    if (again)
        return act_answer_again(e->db, arena, &e->keys, again, a->outside, ret);
    if (invalid) {
        act_answer_invalid(arena, a->type ? str_of(a->type->name) : STR_NONE, a->id, invalid, ret);
        return NULL;
    }
    TRY(conclude(e, a));
    act_answer_of(a, ret, a->outside);
    return NULL;
}

/* An atomic list that did not pass: nothing of it happened, but the refusal itself is recorded. */
static err *record_refusal(struct acts *e, struct arena *arena, const struct act_request *r, struct act_answer *ret)
{
    struct act *a = act_new(e, arena);
    int64_t again = 0;
    err *invalid = NULL;
    TRY(prepare(e, a, r, &again, &invalid));
    if (again || invalid || a->verdict != VERDICT_REFUSED)
        return NULL; /* judged differently without its predecessors: the first answer stands, unrecorded */
    TRY(conclude(e, a));
    act_answer_of(a, ret, a->outside);
    return NULL;
}

/* What was asked for, where nothing was done about it yet. */
static struct act_answer asked(struct arena *arena, const struct act_request *r)
{
    struct act_answer answer = {.act = S(""), .id = S("")};
    const struct json *o, *act = NULL, *id = NULL;
    if (json_parse(arena, r->json, LIMIT_ACT_BYTES, &o))
        err_clear();
    else if (o->kind == JSON_OBJECT)
        act = json_get(o, S("act")), id = json_get(o, S("id"));
    if (act && act->kind == JSON_STRING)
        answer.act = act->string;
    if (id && id->kind == JSON_STRING)
        answer.id = id->string;
    return answer;
}

static void answer_undone(struct arena *arena, size_t failed, struct act_answer *ret)
{
    str act = ret->act, id = ret->id;
    buf b = buf_make(arena, 2000);
    struct json_out o = {&b, false};
    *ret = (struct act_answer){.verdict = ACT_REFUSED, .act = act, .id = id};
    json_open(&o, '{');
    json_put_str(&o, S("verdict"), S("refused"));
    json_put_int(&o, S("seq"), 0);
    json_put_str(&o, S("act"), act);
    json_key(&o, S("reasons"));
    json_open(&o, '[');
    json_close(&o, ']');
    json_put_int(&o, S("undone_because_of"), (int64_t)failed);
    json_put_str(&o, S("note"), arena_printf(arena, "同一批办理的第%zu项未通过，本项未办理", failed + 1));
    json_close(&o, '}');
    ret->json = buf_str(&b);
}

/* A single act needs no list's care: what refuses it records it. */
static err *perform_atomic(struct acts *e, struct job *j, bool *ret_undoable)
{
    size_t failed = j->n;
    int64_t size = ledger_size(e->ledger);
    for (size_t i = 0; i < j->n && failed == j->n; i++) {
        TRY(perform_one(e, j->arena, &j->requests[i], &j->answers[i]));
        if (j->answers[i].verdict == ACT_REFUSED || j->answers[i].verdict == ACT_INVALID)
            failed = i;
    }
    if (failed == j->n)
        return NULL;
    db_undo(e->db);
    world_drop(&e->world);
    ledger_rewind(e->ledger, size);
    *ret_undoable = false;
    TRY(db_savepoint(e->db));
    *ret_undoable = true;
    for (size_t i = 0; i < j->n; i++) {
        if (i > failed)
            j->answers[i] = asked(j->arena, &j->requests[i]);
        if (i != failed)
            answer_undone(j->arena, failed, &j->answers[i]);
    }
    if (j->answers[failed].verdict == ACT_REFUSED)
        return record_refusal(e, j->arena, &j->requests[failed], &j->answers[failed]);
    return NULL;
}

/* Performed and taken back. What an engine still owes of it (a statement in the pipeline) must fail here, not in silence. */
static err *rehearse(struct acts *e, struct job *j, bool *ret_undoable)
{
    int64_t size = ledger_size(e->ledger), one;
    bool forgot = e->forgot;
    for (size_t i = 0; i < j->n; i++) {
        TRY(perform_one(e, j->arena, &j->requests[i], &j->answers[i]));
        j->answers[i].seq = j->answers[i].repeated ? j->answers[i].seq : 0;
    }
    TRY(db_one_int(e->db, "SELECT 1", NULL, 0, &one));
    db_undo(e->db);
    world_drop(&e->world);
    ledger_rewind(e->ledger, size);
    e->forgot = forgot;
    *ret_undoable = false;
    TRY(db_savepoint(e->db)); /* for the caller to release */
    *ret_undoable = true;
    return NULL;
}

static err *perform_job(struct acts *e, struct job *j, bool *ret_undoable)
{
    if (j->rehearsal)
        return rehearse(e, j, ret_undoable);
    bool atomic = j->atomic && j->n > 1;
    for (size_t i = 0; i < j->n && !atomic; i++)
        TRY(perform_one(e, j->arena, &j->requests[i], &j->answers[i]));
    return atomic ? perform_atomic(e, j, ret_undoable) : NULL;
}

/* ---- batches ---- */

static void job_fail(struct job *j, const err *why)
{
    j->kind = why->kind;
    j->failed = arena_str(j->arena, why->text);
}

static err *begin(struct acts *e)
{
    int64_t size = ledger_size(e->ledger);
    TRY(db_begin_write(e->db));
    err *bad = ledger_refresh(e->ledger, e->db);
    if (bad)
        db_rollback(e->db);
    else if (ledger_size(e->ledger) != size) /* another process wrote: perhaps a setting */
        world_drop(&e->world);
    if (!bad)
        world_settle(&e->world, ledger_size(e->ledger));
    return bad;
}

/* SQLite's write-ahead log keeps old pages until it is taken over. A reader may be in the way: the next commit tries
 * again. (PostgreSQL: old rows go with its VACUUM.) */
static void forget_log(struct acts *e)
{
    int64_t busy = 0;
    if (!e->forgot || store_engine_of(e->store) != STORE_SQLITE)
        return;
    err *bad = db_one_int(e->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, 0, &busy);
    if (bad)
        log_err("wal", bad);
    e->forgot = bad || busy;
}

static err *finish(struct acts *e)
{
    err *bad = ledger_flush(e->ledger, e->db);
    if (!bad)
        bad = db_commit(e->db);
    if (!bad) {
        forget_log(e);
        return NULL;
    }
    db_rollback(e->db);
    world_drop(&e->world);
    err *reset = ledger_reset(e->ledger, e->db);
    if (reset)
        log_err("ledger_reset", reset);
    return bad;
}

static void run_job(struct acts *e, struct job *j)
{
    int64_t size = ledger_size(e->ledger);
    bool undoable = false;
    err *bad = db_savepoint(e->db);
    if (!bad) {
        undoable = true;
        bad = perform_job(e, j, &undoable);
    }
    if (!bad)
        bad = db_release(e->db);
    if (!bad)
        return;
    log_err("act", bad);
    job_fail(j, bad);
    if (undoable) /* else the transaction is past saving, and its commit will say so */
        db_undo(e->db);
    world_drop(&e->world);
    ledger_rewind(e->ledger, size);
}

/* A list needs a savepoint to come back to; single acts only when something goes wrong. */
static err *run_trusting(struct acts *e, struct job *first)
{
    for (struct job *j = first; j; j = j->next) {
        if (j->rehearsal || (j->atomic && j->n > 1))
            run_job(e, j);
        else {
            bool undoable;
            TRY(perform_job(e, j, &undoable));
        }
        if (j->failed.p)
            return err_new(j->kind, "%.*s", STR_ARG(j->failed));
    }
    return NULL;
}

/* Undoes the whole batch, as if it had not begun. */
static err *run_back(struct acts *e, struct job *first)
{
    db_rollback(e->db);
    world_drop(&e->world);
    for (struct job *j = first; j; j = j->next)
        j->failed = STR_NONE;
    TRY(ledger_reset(e->ledger, e->db));
    return begin(e);
}

/* First without savepoints, which cost as much as a statement each. An error of the system (there is hardly one that
 * is not the end of the batch anyway) undoes all of it, and it is run again with one around each act. */
static void run_batch(struct acts *e, struct job *first)
{
    err *bad = begin(e);
    if (!bad && run_trusting(e, first)) {
        bad = run_back(e, first);
        for (struct job *j = first; j && !bad; j = j->next)
            run_job(e, j);
    }
    if (!bad)
        bad = finish(e);
    if (!bad)
        return;
    log_err("commit", bad);
    for (struct job *j = first; j; j = j->next)
        job_fail(j, bad);
}

enum { CHECKPOINT_EVERY_SECONDS = 10 };

static void sign_now_and_then(struct acts *e)
{
    usec now = time_now();
    if (now - e->signed_at < CHECKPOINT_EVERY_SECONDS * USEC_SECOND)
        return;
    e->signed_at = now;
    err *bad = ledger_checkpoint(e->ledger, e->db, now);
    if (bad)
        log_err("checkpoint", bad);
}

/* Also when nobody acts any more, what was done last gets its signature. */
static void wait_for_work(struct acts *e)
{
    while (!e->head && !e->stop) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += CHECKPOINT_EVERY_SECONDS;
        if (pthread_cond_timedwait(&e->work, &e->lock, &until) != ETIMEDOUT || e->head || e->stop)
            continue;
        pthread_mutex_unlock(&e->lock);
        sign_now_and_then(e);
        err_clear();
        pthread_mutex_lock(&e->lock);
    }
}

static bool wants_signature(const struct job *batch)
{
    while (batch && !batch->sign)
        batch = batch->next;
    return batch != NULL;
}

static struct job *take_batch(struct acts *e)
{
    struct job *first = e->head, *last = first;
    for (int n = 1; last && last->next && n < LIMIT_BATCH; n++)
        last = last->next;
    if (last) {
        e->head = last->next;
        last->next = NULL;
    }
    if (!e->head)
        e->tail = NULL;
    return first;
}

static void *writer(void *context)
{
    struct acts *e = context;
    pthread_mutex_lock(&e->lock);
    for (;;) {
        wait_for_work(e);
        if (!e->head)
            break;
        struct job *batch = take_batch(e);
        pthread_mutex_unlock(&e->lock);
        run_batch(e, batch);
        if (wants_signature(batch)) {
            e->signed_at = 0;
            sign_now_and_then(e);
        }
        pthread_mutex_lock(&e->lock);
        for (struct job *j = batch, *next; j; j = next) {
            next = j->next; /* j is its caller's stack: gone once done is seen */
            j->done = true;
            pthread_cond_signal(&j->answered);
        }
        pthread_mutex_unlock(&e->lock);
        err_clear();
        sign_now_and_then(e);
        pthread_mutex_lock(&e->lock);
    }
    pthread_mutex_unlock(&e->lock);
    return NULL;
}

/* ---- the door ---- */

static void wait_for_writer(struct acts *e, struct job *j)
{
    pthread_cond_init(&j->answered, NULL);
    pthread_mutex_lock(&e->lock);
    if (e->tail)
        e->tail->next = j;
    else
        e->head = j;
    e->tail = j;
    pthread_cond_signal(&e->work);
    while (!j->done)
        pthread_cond_wait(&j->answered, &e->lock);
    pthread_mutex_unlock(&e->lock);
    pthread_cond_destroy(&j->answered);
}

static err *do_job(struct acts *e, struct job *j)
{
    if (j->n > LIMIT_ACT_JOB)
        return err_new(ERR_LIMIT, "一次最多办理%d项，收到%zu项", LIMIT_ACT_JOB, j->n);
    if (e->flags & ACTS_NO_THREAD) {
        if (!e->batching)
            TRY(begin(e));
        run_job(e, j);
        if (!e->batching) {
            err *bad = finish(e);
            if (bad)
                return bad;
        }
    } else {
        wait_for_writer(e, j);
    }
    if (j->failed.p)
        return err_new(j->kind, "%.*s", STR_ARG(j->failed));
    return NULL;
}

err *act_perform_list(struct acts *e, struct arena *a, const struct act_request *requests, size_t n, bool atomic,
                      struct act_answer *ret)
{
    return do_job(e, &(struct job){.arena = a, .requests = requests, .answers = ret, .n = n, .atomic = atomic});
}

err *act_rehearse(struct acts *e, struct arena *a, const struct act_request *requests, size_t n, struct act_answer *ret)
{
    return do_job(e, &(struct job){.arena = a, .requests = requests, .answers = ret, .n = n, .rehearsal = true});
}

err *act_perform(struct acts *e, struct arena *a, const struct act_request *request, struct act_answer *ret)
{
    return act_perform_list(e, a, request, 1, false, ret);
}

err *acts_batch_begin(struct acts *e)
{
    CHECK((e->flags & ACTS_NO_THREAD) && !e->batching);
    TRY(begin(e));
    e->batching = true;
    return NULL;
}

err *acts_batch_end(struct acts *e)
{
    CHECK(e->batching);
    e->batching = false;
    return finish(e);
}

err *acts_checkpoint(struct acts *e, usec now)
{
    if (e->flags & ACTS_NO_THREAD)
        return ledger_checkpoint(e->ledger, e->db, now);
    AUTO_ARENA(a);
    return do_job(e, &(struct job){.arena = a, .sign = true}); /* the ledger is the writer's: it signs, by its own clock */
}

struct store *acts_store(struct acts *e)
{
    return e->store;
}

const struct ledger_keys *acts_keys(struct acts *e)
{
    return &e->keys;
}

static err *acts_start(struct acts *e)
{
    TRY(db_open(e->store, true, &e->db));
    TRY(ledger_keys_load(e->store, true, &e->keys));
    TRY(ledger_open(e->store, e->db, &e->keys, &e->ledger));
    e->signed_at = time_now();
    if (!(e->flags & ACTS_NO_THREAD) && pthread_create(&e->thread, NULL, writer, e) != 0)
        return err_errno(S("启动写入线程"));
    return NULL;
}

static void acts_release(struct acts *e)
{
    ledger_close(e->ledger);
    ledger_keys_clear(&e->keys);
    db_close(e->db);
    world_end(&e->world);
    graph_free(e->relations.graph);
    graph_scratch_free(e->relations.scratch);
    pthread_mutex_destroy(&e->relations.lock);
    pthread_mutex_destroy(&e->lock);
    pthread_cond_destroy(&e->work);
    free(e);
}

err *acts_open(struct store *s, unsigned flags, struct acts **ret)
{
    struct acts *e = calloc(1, sizeof *e);
    CHECK(e);
    e->store = s;
    e->flags = flags;
    pthread_mutex_init(&e->lock, NULL);
    pthread_mutex_init(&e->relations.lock, NULL);
    pthread_cond_init(&e->work, NULL);
    err *bad = acts_start(e);
    if (bad) {
        acts_release(e);
        return bad;
    }
    *ret = e;
    return NULL;
}

void acts_close(struct acts *e)
{
    if (!e)
        return;
    if (!(e->flags & ACTS_NO_THREAD)) {
        pthread_mutex_lock(&e->lock);
        e->stop = true;
        pthread_cond_signal(&e->work);
        pthread_mutex_unlock(&e->lock);
        pthread_join(e->thread, NULL);
    }
    err *bad = ledger_checkpoint(e->ledger, e->db, time_now());
    if (bad)
        log_err("checkpoint", bad);
    acts_release(e);
}

/* ---- dry run ---- */

err *act_try(struct acts *e, struct db *reader, struct arena *arena, const struct act_request *r, struct act_answer *ret)
{
    struct world world = {.shared = &e->relations};
    struct acts view = {.store = e->store, .db = reader, .keys = e->keys, .flags = e->flags, .world = world};
    struct act *a = act_new(&view, arena);
    int64_t again = 0;
    err *invalid = NULL;
    err *bad = prepare(&view, a, r, &again, &invalid);
    if (!bad && invalid)
        act_answer_invalid(arena, a->type ? str_of(a->type->name) : STR_NONE, a->id, invalid, ret);
    else if (!bad && again)
        bad = act_answer_again(reader, arena, &e->keys, again, a->outside, ret);
    else if (!bad)
        act_answer_of(a, ret, a->outside);
    world_end(&view.world);
    return bad;
}

err *act_prospects(struct acts *e, struct db *reader, struct arena *arena, const struct act_request *requests, size_t n,
                   struct act_prospect *ret)
{
    struct world world = {.shared = &e->relations};
    struct acts view = {.store = e->store, .db = reader, .keys = e->keys, .flags = e->flags, .world = world};
    err *bad = NULL;
    for (size_t i = 0; i < n && !bad; i++) {
        struct act *a = act_new(&view, arena);
        int64_t again = 0;
        err *invalid = NULL;
        ret[i] = (struct act_prospect){0};
        bad = prepare(&view, a, &requests[i], &again, &invalid);
        if (bad || invalid || again)
            continue;
        ret[i].type = a->type;
        ret[i].facts = a->facts;
        struct act_text *said = NEW_ARRAY(arena, a->said.n + 1, struct act_text);
        for (size_t k = 0; k < a->said.n; k++)
            said[ret[i].said_n++] = (struct act_text){a->said.p[k].name, act_said(a, a->said.p[k].name)};
        ret[i].said = said;
    }
    world_end(&view.world);
    return bad;
}

err *relations_screen(struct acts *e, struct db *reader, struct arena *a, str entrustment, usec now, struct relation_found **ret,
                      size_t *ret_n)
{
    struct world world = {.shared = &e->relations};
    struct act view = {.type = act_type_find(S("relation.screen")), .arena = a, .db = reader, .world = &world, .at = now};
    err *bad = world_load(&world, reader);
    if (!bad)
        bad = ties_of_entrustment(&view, entrustment);
    *ret = view.found.p;
    *ret_n = view.found.n;
    world_end(&world);
    return bad;
}
