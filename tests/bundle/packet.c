#include "bundle/packet.h"

#include <sys/stat.h>

static const char picture[] = "\xff\xd8\xff\xe0 not a picture, but begins like one";

static void original_put(struct packet *p)
{
    struct sm3 digest;
    char act[1000];
    assert_ok(blob_put(p->life->scene->store, (str){picture, sizeof picture - 1}, &digest));
    str text = sm3_text(p->arena, &digest);
    snprintf(act, sizeof act,
             "{\"by\":\"wei\",\"act\":\"case.attach\",\"case\":\"k1\",\"kind\":\"photo\",\"form\":\"P06\",\"ref\":\"现场照片\",\"date\":\"2026-03-05\","
             "\"at\":\"2026-03-13T10:30:00+08:00\",\"captured_at\":\"2026-03-05T10:00:00+08:00\",\"pages\":3,\"original\":\"%.*s\"}",
             STR_ARG(text));
    struct act_answer answer = life_do(p->life, "wei", act);
    if (answer.verdict != ACT_ALLOWED)
        print_error("%.*s\n", STR_ARG(answer.json));
    assert_int_equal(answer.verdict, ACT_ALLOWED);
    assert_int_equal(answer.n, 0);
}

/* The story up to the papers, the photo, then the rest: the file is sealed with it. */
static void play(struct packet *p, void (*before_seal)(struct packet *))
{
    static const char *const parts[] = {"01-bureau", "02-agreement", "03-draft", "04-task", "05-plan", "06-notice",
                                        "07-officers-enter", "08-helper-enters", "09-clue", "10-visit-ends", "11-case",
                                        "12-verified", "13-record", "14-paid", "15-papers", NULL, "16-decision", "17-sealed"};
    assert_ok(acts_batch_begin(p->life->acts));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char path[4096];
        if (!parts[i]) {
            original_put(p);
            if (before_seal) {
                assert_ok(acts_batch_end(p->life->acts));
                before_seal(p);
                assert_ok(acts_batch_begin(p->life->acts));
            }
            continue;
        }
        snprintf(path, sizeof path, STORIES "/parts/%s.jsonl", parts[i]);
        life_play(p->life->acts, path);
    }
    assert_ok(acts_batch_end(p->life->acts));
}

err *packet_write(struct packet *p, usec as_of)
{
    AUTO_DB struct db *d = NULL;
    TRY(db_open(p->life->scene->store, false, &d));
    struct bundle_request r = {.case_id = S("k1"), .by = S("dang"), .as_of = as_of, .now = time_now(), .path = p->path,
                               .checker = S("<!doctype html>"), .bare = !p->printed};
    TRY(bundle_write(p->life->acts, d, p->arena, &r, &p->made));
    return file_read(p->arena, p->path, 64 << 20, &p->bytes);
}

int packet_setup(void **state)
{
    return packet_setup_with(state, NULL);
}

int packet_setup_with(void **state, void (*before_seal)(struct packet *))
{
    struct packet *p = calloc(1, sizeof *p);
    void *life;
    life_setup(&life);
    p->life = life;
    p->arena = arena_new();
    life_open(p->life, ACTS_SIMULATE | ACTS_NO_THREAD);
    play(p, before_seal);
    p->path = arena_printf(p->arena, "%.*s/k1.zip", STR_ARG(store_folder(p->life->scene->store)));
    assert_ok(packet_write(p, USEC_NONE));
    *state = p;
    return 0;
}

int packet_teardown(void **state)
{
    struct packet *p = *state;
    void *life = p->life;
    arena_free(p->arena);
    free(p);
    return life_teardown(&life);
}

struct bundle_report packet_verify(struct packet *p, str bytes)
{
    struct bundle_report r;
    assert_ok(bundle_verify_bytes(p->arena, bytes, STR_NONE, &r));
    return r;
}

str packet_member(const struct packet *p, const char *name)
{
    str wanted = str_of(name);
    for (size_t at = 0; at + BUNDLE_LOCAL_BYTES < p->bytes.n;) {
        const uint8_t *h = (const uint8_t *)p->bytes.p + at;
        size_t n = h[18] | (size_t)h[19] << 8 | (size_t)h[20] << 16 | (size_t)h[21] << 24, name_n = h[26] | (size_t)h[27] << 8;
        if (h[0] != 'P' || h[2] != 3)
            break;
        if (str_eq(str_sub(p->bytes, at + BUNDLE_LOCAL_BYTES, name_n), wanted))
            return str_sub(p->bytes, at + BUNDLE_LOCAL_BYTES + name_n, n);
        at += BUNDLE_LOCAL_BYTES + name_n + n;
    }
    print_error("no member %s\n", name);
    fail();
    return STR_NONE;
}
