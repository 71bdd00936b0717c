/* SM3 of many short messages, in lanes and one by one, against OpenSSL's EVP (context and digest
 * kept, which is its best case); sealing and opening of short items. */
#include "bench.h"
#include "crypto/sm3_lanes.h"

#include <openssl/evp.h>

enum { MESSAGES = 4096, ROUNDS = 25, LEAF = 300 };

static struct sm3 pairs[2 * MESSAGES], digests[MESSAGES];
static char leaves[MESSAGES][LEAF];
static str messages[MESSAGES];

static void evp(size_t n, const str *text, int prefix, struct sm3 *ret)
{
    EVP_MD *md = EVP_MD_fetch(NULL, "SM3", NULL);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    uint8_t mark = (uint8_t)prefix;
    for (size_t i = 0; i < n; i++) {
        CHECK(EVP_DigestInit_ex2(c, md, NULL) && EVP_DigestUpdate(c, &mark, 1) &&
              EVP_DigestUpdate(c, text[i].p, text[i].n) &&
              EVP_DigestFinal_ex(c, ret[i].byte, NULL));
    }
    EVP_MD_CTX_free(c);
    EVP_MD_free(md);
}

static void lanes(unsigned most, size_t n, const str *text, int prefix, struct sm3 *ret)
{
    sm3_lanes_disable(most == 0);
    if (most == 0 || most == SM3_LANES_MAX)
        sm3_many(n, text, prefix, ret);
    else
        sm3_many_on(sm3_engine(most), n, text, prefix, ret);
}

static void nodes(unsigned most, size_t n)
{
    sm3_lanes_disable(most == 0);
    if (most == 0 || most == SM3_LANES_MAX)
        sm3_nodes(n, pairs, digests);
    else
        sm3_nodes_on(sm3_engine(most), n, pairs, digests);
}

/* Best of ROUNDS: messages a second. */
#define RATE(statement)                                \
    __extension__({                                    \
        double best = 1e9;                             \
        for (int round = 0; round < ROUNDS; round++) { \
            double start = bench_cpu();                \
            statement;                                 \
            double took = bench_cpu() - start;         \
            best = took < best ? took : best;          \
        }                                              \
        MESSAGES / best;                               \
    })

static void bench_hash(const char *what, size_t bytes, bool tree)
{
    for (size_t i = 0; i < MESSAGES; i++)
        messages[i] = tree ? (str){(const char *)&pairs[2 * i], 64} : (str){leaves[i], bytes - 1};
    double peer = RATE(evp(MESSAGES, messages, tree, digests));
    char name[64];
    snprintf(name, sizeof name, "sm3_%s_openssl_evp", what);
    bench_line(name, peer, "messages/s", 1, "openssl evp");
    for (unsigned most = 0; most <= SM3_LANES_MAX; most = most ? most * 2 : 8) {
        if (most && (!sm3_engine(most) || sm3_engine(most)->lanes != most))
            continue;
        double rate =
            tree ? RATE(nodes(most, MESSAGES)) : RATE(lanes(most, MESSAGES, messages, 0, digests));
        snprintf(name, sizeof name, "sm3_%s_%u_lanes", what, most ? most : 1);
        bench_line(name, rate, "messages/s", rate / peer, "openssl evp");
    }
}

static void bench_seal(void)
{
    static str sealed[MESSAGES];
    struct seal_key master = {{1}};
    uint8_t random[64] = {2};
    struct sm3 digest;
    str plain;
    AUTO_ARENA(a);
    double hash = RATE(for (size_t i = 0; i < MESSAGES; i++) digests[i] = sm3_of(leaves[i], LEAF));
    bench_line("sm3_of_300", hash, "messages/s", 1, "itself");
    double close = RATE({
        arena_reset(a);
        for (size_t i = 0; i < MESSAGES; i++)
            sealed[i] = seal_close(a, &master, random, S("who.name"), S("某某某"), &digest);
    });
    bench_line("seal_close", close, "items/s", close / hash, "sm3_of of 300 bytes");
    AUTO_ARENA(b);
    double open = RATE({
        arena_reset(b);
        for (size_t i = 0; i < MESSAGES; i++)
            CHECK(!seal_open(b, &master, S("who.name"), sealed[i], &plain, &digest));
    });
    bench_line("seal_open", open, "items/s", open / hash, "sm3_of of 300 bytes");
    static str names[MESSAGES], plains[MESSAGES];
    for (size_t i = 0; i < MESSAGES; i++)
        names[i] = S("who.name");
    double many = RATE({
        arena_reset(b);
        for (size_t i = 0; i < MESSAGES; i += 256)
            seal_open_many(b, &master, 256, names + i, sealed + i, plains + i, digests + i);
    });
    bench_line("seal_open_many", many, "items/s", many / open, "seal_open");
}

int main(void)
{
    for (size_t i = 0; i < 2 * MESSAGES; i++)
        pairs[i] = sm3_of(&i, sizeof i);
    bench_hash("node_65", 65, true);
    bench_hash("leaf_300", LEAF, false);
    bench_hash("leaf_100", 100, false);
    bench_seal();
    return 0;
}
