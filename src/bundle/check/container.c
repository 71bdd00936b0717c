/*
 * The container. A ZIP says everything twice and leaves room for a third thing: bytes in front, between members, behind
 * the end, in extra fields, in comments, in times. So nothing is read out of headers but names, sizes and checksums; the
 * headers that these call for are then written again and compared byte by byte.
 */
#include "bundle/check/check_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { LOCAL_BYTES = BUNDLE_LOCAL_BYTES, CENTRAL_BYTES = BUNDLE_CENTRAL_BYTES, END_BYTES = BUNDLE_END_BYTES };
enum { FLAG_UTF8 = 0x0800, VERSION = 10, DATE_1980 = 0x0021 };

static uint32_t get(const uint8_t *p, int bytes)
{
    uint32_t v = 0;
    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | p[i];
    return v;
}

static void put(uint8_t **to, int bytes, uint32_t v)
{
    for (int i = 0; i < bytes; i++, v >>= 8)
        *(*to)++ = (uint8_t)v;
}

err *source_read(const struct source *s, int64_t at, size_t n, void *ret)
{
    CHECK(at >= 0 && at + (int64_t)n <= s->size);
    if (s->bytes.p) {
        memcpy(ret, s->bytes.p + at, n);
        return NULL;
    }
    for (size_t done = 0; done < n;) {
        ssize_t got = pread(s->fd, (char *)ret + done, n - done, at + (int64_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(S("读取案卷包"));
        if (got == 0)
            return err_new(ERR_IO, "案卷包在核验时变短了，请复制一份再核验");
        done += (size_t)got;
    }
    return NULL;
}

/* The 22 bytes both headers share: version needed to size. */
static void put_shared(uint8_t **p, const struct member *m)
{
    put(p, 2, VERSION);
    put(p, 2, FLAG_UTF8);
    put(p, 2, 0);
    put(p, 2, 0);
    put(p, 2, DATE_1980);
    put(p, 4, m->crc);
    put(p, 4, (uint32_t)m->bytes);
    put(p, 4, (uint32_t)m->bytes);
}

void bundle_local_header(const struct bundle_header *h, uint8_t ret[BUNDLE_LOCAL_BYTES])
{
    uint8_t *p = ret;
    struct member m = {.crc = h->crc, .bytes = h->bytes};
    put(&p, 4, 0x04034b50);
    put_shared(&p, &m);
    put(&p, 2, (uint32_t)h->name.n);
    put(&p, 2, 0);
    CHECK(p == ret + LOCAL_BYTES);
}

void bundle_central_header(const struct bundle_header *h, uint8_t ret[BUNDLE_CENTRAL_BYTES])
{
    uint8_t *p = ret;
    struct member m = {.crc = h->crc, .bytes = h->bytes};
    put(&p, 4, 0x02014b50);
    put(&p, 2, VERSION);
    put_shared(&p, &m);
    put(&p, 2, (uint32_t)h->name.n);
    put(&p, 4, 0); /* extra, comment */
    put(&p, 4, 0); /* disk, internal attributes */
    put(&p, 4, 0);
    put(&p, 4, (uint32_t)h->at);
    CHECK(p == ret + CENTRAL_BYTES);
}

void bundle_end_record(size_t members, int64_t directory_at, int64_t directory_bytes, uint8_t ret[BUNDLE_END_BYTES])
{
    uint8_t *p = ret;
    put(&p, 4, 0x06054b50);
    put(&p, 4, 0);
    put(&p, 2, (uint32_t)members);
    put(&p, 2, (uint32_t)members);
    put(&p, 4, (uint32_t)directory_bytes);
    put(&p, 4, (uint32_t)directory_at);
    put(&p, 2, 0);
    CHECK(p == ret + END_BYTES);
}

/* ---- what is wrong with a header, in words: for ZIPs of other programs ---- */

static const struct field { uint8_t at, bytes; const char *label; } local_fields[] = {
    {0, 4, "成员头标志"}, {4, 2, "所需版本"}, {6, 2, "标志位"}, {8, 2, "压缩方法"}, {10, 2, "时间"}, {12, 2, "日期"},
    {14, 4, "CRC-32"}, {18, 4, "压缩后大小"}, {22, 4, "大小"}, {26, 2, "名称长度"}, {28, 2, "附加区长度"}, {30, 0, "名称"}},
central_fields[] = {
    {0, 4, "目录项标志"}, {4, 2, "制作版本"}, {6, 2, "所需版本"}, {8, 2, "标志位"}, {10, 2, "压缩方法"}, {12, 2, "时间"},
    {14, 2, "日期"}, {16, 4, "CRC-32"}, {20, 4, "压缩后大小"}, {24, 4, "大小"}, {28, 2, "名称长度"}, {30, 2, "附加区长度"},
    {32, 2, "注释长度"}, {34, 2, "分卷号"}, {36, 2, "内部属性"}, {38, 4, "外部属性"}, {42, 4, "成员位置"}, {46, 0, "名称"}},
end_fields[] = {
    {0, 4, "结尾标志"}, {4, 2, "分卷号"}, {6, 2, "目录分卷号"}, {8, 2, "本卷成员数"}, {10, 2, "成员数"}, {12, 4, "目录大小"},
    {16, 4, "目录位置"}, {20, 2, "注释长度"}, {22, 0, ""}};

static const struct field *field_at(const struct field *fields, size_t at)
{
    while (fields->bytes && at >= (size_t)(fields->at + fields->bytes))
        fields++;
    return fields;
}

/* Compares a header with what it must be; the first differing byte is the fault. */
static bool header_is(struct check *c, const struct field *fields, str member, int64_t at, const uint8_t *found,
                      const uint8_t *wanted, size_t n)
{
    size_t i = 0;
    while (i < n && found[i] == wanted[i])
        i++;
    if (i == n)
        return true;
    const struct field *f = field_at(fields, i);
    uint32_t flags = get(found + (fields == local_fields ? 6 : 8), 2);
    uint32_t method = get(found + (fields == local_fields ? 8 : 10), 2);
    if (fields != end_fields && (flags & 1))
        fault(c, BUNDLE_CONTAINER, member, at + (int64_t)i, "成员是加密的；案卷包不加密，这不是本系统导出的文件");
    else if (fields != end_fields && method)
        fault(c, BUNDLE_CONTAINER, member, at + (int64_t)i,
              "成员是压缩的（方法%u）；案卷包只存储不压缩，这不是本系统导出的原件", method);
    else if (f->bytes)
        fault(c, BUNDLE_CONTAINER, member, at + (int64_t)i, "%s是%u，应为%u", f->label, get(found + f->at, f->bytes),
              get(wanted + f->at, f->bytes));
    else
        fault(c, BUNDLE_CONTAINER, member, at + (int64_t)i, "%s与目录不符", f->label);
    return false;
}

static bool name_part(str s)
{
    bool sound = s.n && s.p[0] != '.' && s.p[0] != '_' && s.p[0] != '-';
    for (size_t i = 0; sound && i < s.n; i++) {
        char b = s.p[i];
        sound = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || b == '.' || b == '_' || b == '-';
    }
    return sound;
}

bool bundle_name_sound(str name)
{
    str rest = name, first = STR_NONE;
    if (!name.n || name.n > LIMIT_BUNDLE_NAME || !str_next(&rest, '/', &first) || !name_part(first))
        return false;
    return !rest.p || name_part(rest);
}

static bool is_manifest(str name)
{
    return str_eq(name, S("manifest.json")) || str_eq(name, S("manifest.sig"));
}

/* Names ascend; the two of the manifest close the list. */
static bool names_in_order(struct check *c, size_t i, int64_t at)
{
    const struct member *m = &c->members[i];
    const char *last = i + 1 == c->n ? "manifest.sig" : i + 2 == c->n ? "manifest.json" : NULL;
    if (!bundle_name_sound(m->name))
        fault(c, BUNDLE_CONTAINER, STR_NONE, at, "第%zu个成员的名称不合格式（只能是字母、数字、点、横线、下划线和一个斜线）", i + 1);
    else if (last && !str_eq(m->name, str_of(last)))
        fault(c, BUNDLE_CONTAINER, m->name, at, "最后两个成员应为manifest.json和manifest.sig");
    else if (!last && is_manifest(m->name))
        fault(c, BUNDLE_CONTAINER, m->name, at, "清单和签名应是最后两个成员");
    else if (!last && i && str_cmp(c->members[i - 1].name, m->name) >= 0)
        fault(c, BUNDLE_CONTAINER, m->name, at, "成员的顺序不对或有重名");
    return !faulty(c);
}

/* One entry of the directory at directory[*at]; *where is the offset its member must have. */
static bool directory_entry(struct check *c, str directory, int64_t directory_at, size_t i, size_t *at, int64_t *where)
{
    const uint8_t *p = (const uint8_t *)directory.p + *at;
    size_t left = directory.n - *at;
    int64_t here = directory_at + (int64_t)*at;
    uint8_t wanted[CENTRAL_BYTES];
    if (left < CENTRAL_BYTES || left - CENTRAL_BYTES < get(p + 28, 2)) {
        fault(c, BUNDLE_CONTAINER, STR_NONE, here, "目录在第%zu项中断", i + 1);
        return false;
    }
    struct member *m = &c->members[i];
    *m = (struct member){.name = {(const char *)p + CENTRAL_BYTES, get(p + 28, 2)}, .crc = get(p + 16, 4),
                         .bytes = get(p + 24, 4), .header = *where};
    bundle_central_header(&(struct bundle_header){m->name, m->crc, m->bytes, m->header}, wanted);
    if (!header_is(c, central_fields, bundle_name_sound(m->name) ? m->name : STR_NONE, here, p, wanted, CENTRAL_BYTES) ||
        !names_in_order(c, i, here + CENTRAL_BYTES))
        return false;
    m->data = m->header + LOCAL_BYTES + (int64_t)m->name.n;
    *where = m->data + m->bytes;
    *at += CENTRAL_BYTES + m->name.n;
    if (*where <= directory_at)
        return true;
    fault(c, BUNDLE_CONTAINER, m->name, here + 24, "成员的大小超出了文件");
    return false;
}

static void directory_read(struct check *c, str directory, int64_t directory_at)
{
    size_t at = 0;
    int64_t where = 0;
    for (size_t i = 0; i < c->n; i++)
        if (!directory_entry(c, directory, directory_at, i, &at, &where))
            return;
    if (at != directory.n)
        fault(c, BUNDLE_CONTAINER, STR_NONE, directory_at + (int64_t)at, "目录之后有多余的字节");
    else if (where != directory_at)
        fault(c, BUNDLE_CONTAINER, STR_NONE, where, "成员之后有多余的字节");
}

static err *locals_check(struct check *c)
{
    for (size_t i = 0; i < c->n && !faulty(c); i++) {
        const struct member *m = &c->members[i];
        uint8_t found[LOCAL_BYTES + LIMIT_BUNDLE_NAME], wanted[LOCAL_BYTES + LIMIT_BUNDLE_NAME];
        TRY(source_read(&c->source, m->header, LOCAL_BYTES + m->name.n, found));
        bundle_local_header(&(struct bundle_header){m->name, m->crc, m->bytes, m->header}, wanted);
        memcpy(wanted + LOCAL_BYTES, m->name.p, m->name.n);
        header_is(c, local_fields, m->name, m->header, found, wanted, LOCAL_BYTES + m->name.n);
    }
    return NULL;
}

/* The end record: everything is found from there. */
static err *end_read(struct check *c, int64_t *ret_at, int64_t *ret_bytes)
{
    uint8_t end[END_BYTES], wanted[END_BYTES];
    int64_t size = c->source.size, at = size - END_BYTES;
    if (size > LIMIT_BUNDLE_BYTES || size < END_BYTES) {
        fault(c, BUNDLE_CONTAINER, STR_NONE, 0, size < END_BYTES ? "文件不到%d字节，不是案卷包" : "文件超过4 GiB−1字节，不是案卷包",
              END_BYTES);
        return NULL;
    }
    TRY(source_read(&c->source, at, END_BYTES, end));
    if (get(end, 4) != 0x06054b50) {
        fault(c, BUNDLE_CONTAINER, STR_NONE, 0, "文件末尾不是案卷包的结尾：被截断、被追加，或不是本系统导出的文件");
        return NULL;
    }
    size_t n = get(end + 10, 2);
    *ret_bytes = get(end + 12, 4);
    *ret_at = at - *ret_bytes;
    if (*ret_at < 0) {
        fault(c, BUNDLE_CONTAINER, STR_NONE, at + 12, "目录比文件大");
        return NULL;
    }
    if (n < 3 || n > LIMIT_BUNDLE_MEMBERS) {
        fault(c, BUNDLE_CONTAINER, STR_NONE, at + 10, "成员数是%zu，应在3到%d之间", n, LIMIT_BUNDLE_MEMBERS);
        return NULL;
    }
    bundle_end_record(n, *ret_at, *ret_bytes, wanted);
    header_is(c, end_fields, STR_NONE, at, end, wanted, END_BYTES);
    c->n = n;
    return NULL;
}

err *container_read(struct check *c)
{
    int64_t at = 0, bytes = 0;
    TRY(end_read(c, &at, &bytes));
    if (faulty(c))
        return NULL;
    /* At most a name and a header for each: a larger directory is not of this form, and not read. */
    if (bytes > (int64_t)c->n * (CENTRAL_BYTES + LIMIT_BUNDLE_NAME)) {
        fault(c, BUNDLE_CONTAINER, STR_NONE, c->source.size - END_BYTES + 12, "目录的大小与成员数不符");
        return NULL;
    }
    char *directory = arena_alloc(c->arena, (size_t)bytes + 1, 1);
    c->members = NEW_ARRAY(c->arena, c->n, struct member);
    TRY(source_read(&c->source, at, (size_t)bytes, directory));
    directory_read(c, (str){directory, (size_t)bytes}, at);
    return faulty(c) ? NULL : locals_check(c);
}

struct member *member_find(const struct check *c, str name)
{
    size_t low = 0, high = c->n > 2 ? c->n - 2 : 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_cmp(c->members[middle].name, name);
        if (!order)
            return &c->members[middle];
        *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
    }
    for (size_t i = c->n > 2 ? c->n - 2 : 0; i < c->n; i++)
        if (str_eq(c->members[i].name, name))
            return &c->members[i];
    return NULL;
}

err *member_text(struct check *c, struct arena *a, const struct member *m, size_t limit, str *ret)
{
    *ret = STR_NONE;
    if (m->bytes > (int64_t)limit) {
        fault(c, BUNDLE_MEMBER, m->name, m->header, "有%lld字节，最多%zu字节", (long long)m->bytes, limit);
        return NULL;
    }
    char *text = arena_alloc(a, (size_t)m->bytes + 1, 1);
    TRY(source_read(&c->source, m->data, (size_t)m->bytes, text));
    *ret = (str){text, (size_t)m->bytes};
    return NULL;
}
