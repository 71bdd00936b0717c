/* A series' month as bytes: how many chunks, a directory (day, revision, made, length), then the chunks as they were. */
#include "monitor/series/drain.h"

#include <string.h>

enum { ENTRY = 20, HEAD = 8 };
static const char magic[4] = {'S', 'M', 'B', '1'};

static void put_le(char *p, uint64_t v, int n)
{
    for (int i = 0; i < n; i++)
        p[i] = (char)(v >> 8 * i);
}

static uint64_t get_le(const char *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++)
        v |= (uint64_t)(uint8_t)p[i] << 8 * i;
    return v;
}

str month_blob_encode(struct arena *a, const struct month_entry *e, size_t n)
{
    size_t bytes = HEAD + n * ENTRY;
    for (size_t i = 0; i < n; i++)
        bytes += e[i].bytes.n;
    char *blob = arena_alloc(a, bytes, 1), *at = blob + HEAD + n * ENTRY;
    memcpy(blob, magic, sizeof magic);
    put_le(blob + 4, n, 4);
    for (size_t i = 0; i < n; i++) {
        char *d = blob + HEAD + i * ENTRY;
        put_le(d, (uint32_t)e[i].day, 4);
        put_le(d + 4, (uint32_t)e[i].revision, 4);
        put_le(d + 8, (uint64_t)e[i].made, 8);
        put_le(d + 16, e[i].bytes.n, 4);
        memcpy(at, e[i].bytes.p, e[i].bytes.n);
        at += e[i].bytes.n;
    }
    return (str){blob, bytes};
}

err *month_blob_decode(struct arena *a, str blob, struct month_entry **ret, size_t *ret_n)
{
    if (blob.n < HEAD || memcmp(blob.p, magic, sizeof magic) != 0)
        return err_new(ERR_DAMAGED, "月数据块已损坏：开头不是SMB1");
    size_t n = get_le(blob.p + 4, 4);
    if (n > (blob.n - HEAD) / ENTRY)
        return err_new(ERR_DAMAGED, "月数据块已损坏：目录超出长度");
    struct month_entry *e = NEW_ARRAY(a, n ? n : 1, struct month_entry);
    size_t at = HEAD + n * ENTRY;
    for (size_t i = 0; i < n; i++) {
        const char *d = blob.p + HEAD + i * ENTRY;
        size_t bytes = get_le(d + 16, 4);
        if (bytes > blob.n - at)
            return err_new(ERR_DAMAGED, "月数据块已损坏：第%zu块超出长度", i + 1);
        e[i] = (struct month_entry){(day)get_le(d, 4), (int32_t)get_le(d + 4, 4), (usec)get_le(d + 8, 8), {blob.p + at, bytes}};
        at += bytes;
    }
    if (at != blob.n)
        return err_new(ERR_DAMAGED, "月数据块已损坏：末尾多出字节");
    *ret = e;
    *ret_n = n;
    return NULL;
}
