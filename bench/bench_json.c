/* Acts of a ledger in and out, against cJSON alone (its own malloc, its own printer) and, as the
 * bound that no reader of bytes passes, memcpy. */
#include "bench.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 7, ACTS = 20000, LIMIT = 4096 };

static const char act[] =
    "{\"act\":\"entrustment.release\",\"at\":\"2026-03-02T09:30:00.123456+08:00\",\"by\":"
    "\"01kjtq9v3r8w5m2x7c4d6e0f1g\",\"content\":{\"codes\":[420100,420102,420103,420104],\"final\":"
    "true,\"amount\":1250000,\"ratio\":0.75,\"note\":null,\"reason\":"
    "\"该第三方机构在协助执法过程中未按规定回避,经查实予以解除委托\\n附:调查报告一份\",\"who\":"
    "\"湖北省某某检测技术有限公司\"},\"prev\":"
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"seq\":123456,\"sign\":"
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}";

/* Best of ROUNDS: megabytes a second. */
#define RATE(statement)                                \
    __extension__({                                    \
        double best = 1e9;                             \
        for (int round = 0; round < ROUNDS; round++) { \
            double start = bench_cpu();                \
            for (int i = 0; i < ACTS; i++)             \
                statement;                             \
            double took = bench_cpu() - start;         \
            best = took < best ? took : best;          \
        }                                              \
        ACTS *(double)(sizeof act - 1) / best / 1e6;   \
    })

static void peer_read(void)
{
    cJSON *value = cJSON_ParseWithLength(act, sizeof act - 1);
    CHECK(value);
    cJSON_Delete(value);
}

static void peer_write(const cJSON *value)
{
    char *text = cJSON_PrintUnformatted(value);
    CHECK(text);
    free(text);
}

static const struct json *read_act(struct arena *a)
{
    const struct json *value;
    arena_reset(a);
    CHECK(!json_parse(a, (str){act, sizeof act - 1}, LIMIT, &value));
    return value;
}

static void write_act(struct arena *a, const struct json *value)
{
    arena_reset(a);
    buf b = buf_make(a, LIMIT);
    struct json_out o = {&b, false};
    json_canonical(&o, value);
    CHECK(!b.overflow);
}

static void copy_act(void)
{
    static char to[sizeof act];
    memcpy(to, act, sizeof act);
    __asm__ volatile("" ::"r"(to) : "memory");
}

int main(void)
{
    AUTO_ARENA(a);
    AUTO_ARENA(scratch);
    /* cJSON goes first: json_parse gives it our memory for the rest of the process. */
    double peer_in = RATE(peer_read());
    cJSON *tree = cJSON_ParseWithLength(act, sizeof act - 1);
    double peer_out = RATE(peer_write(tree));
    cJSON_Delete(tree);
    double in = RATE(read_act(a));
    const struct json *value = read_act(a);
    double out = RATE(write_act(scratch, value)), copy = RATE(copy_act());
    bench_line("json read, strict", in, "MB/s", in / peer_in, "cJSON");
    bench_line("json write, canonical", out, "MB/s", out / peer_out, "cJSON");
    bench_line("json read, strict", in, "MB/s", in / copy, "memcpy");
    bench_line("json write, canonical", out, "MB/s", out / copy, "memcpy");
    return 0;
}
