/* The parts of the verifier. Private to bundle/check/. Each returns an error only when the file cannot be read; what is
 * wrong with a bundle goes into the report, and a part stops at its first fault. */
#pragma once
#include "bundle/check/check.h"
#include "ledger/proof.h"

/* Where the bytes are: a file or memory. */
struct source { int fd; str bytes; int64_t size; };
MUST_USE err *source_read(const struct source *s, int64_t at, size_t n, void *ret);

struct member {
    str name;
    int64_t header, data, bytes; /* header, data: offsets in the file */
    uint32_t crc;                /* what the headers say */
    uint32_t crc_found;          /* of the bytes */
    struct sm3 digest;           /* of the bytes */
    enum { ORDER_UNREAD, ORDER_NONE, ORDER_ALLOWED, ORDER_HELD } order; /* as an order of erasure; read once, however many items name it */
};

/* An arrival or departure as an entry reports it. */
struct event {
    int64_t seq;
    str visit, person;
    bool leave, held; /* held: counts when set free */
    bool helper;      /* from the manifest, when the presence is judged */
    usec time, error;
};

struct late_entry { int64_t seq; str member; int64_t frees; }; /* frees: the held act it approves, 0: none */

struct check {
    struct arena *arena; /* lives as long as the report */
    struct source source;
    struct member *members; /* sorted by name but for the last two */
    size_t n;
    struct bundle_report *r;
    void (*progress)(void *, int64_t done, int64_t of);
    void *context;
    struct sm2_key *key; /* of key.pem; freed by verify.c */
    struct checkpoint checkpoint, then;
    str *helper, *helper_member; /* from the manifest: person id, member id */
    size_t helper_n;
    int64_t officers;
    usec tolerance;
    const struct json *manifest;
    str manifest_root; /* hexadecimal */
    VEC(struct sm3) spoken;       /* digests that entries speak of as sm3:… */
    VEC(struct event) events;     /* arrivals and departures */
    VEC(int64_t) set_free;        /* held acts that took effect */
    VEC(struct bundle_erased) erased;
    VEC(struct bundle_stretch) stretches;
    VEC(struct late_entry) orders; /* held orders of erasure: must have been set free; member: the body */
    VEC(struct late_entry) late;  /* entries behind as_of */
};

/* Notes the first fault; later ones are dropped. */
__attribute__((format(printf, 5, 6))) void fault(struct check *c, enum bundle_fault what, str member, int64_t offset,
                                                 const char *format, ...);
static inline bool faulty(const struct check *c)
{
    return c->r->fault != BUNDLE_SOUND;
}

MUST_USE err *container_read(struct check *c);
/* NULL when there is none of that name. */
struct member *member_find(const struct check *c, str name);
/* Of at most `limit` bytes: more is a fault. Absent after a fault. Checked UTF-8 unless `bytes`. */
MUST_USE err *member_text(struct check *c, struct arena *a, const struct member *m, size_t limit, str *ret);
/* The same and parsed; `canonical`: no other spelling of the same value. *ret NULL after a fault of kind `what`. */
MUST_USE err *member_json(struct check *c, struct arena *a, const struct member *m, size_t limit, bool canonical,
                          enum bundle_fault what, const struct json **ret);
/* Digests and CRC-32 of all members, many at a time. */
MUST_USE err *members_hash(struct check *c);
MUST_USE err *manifest_check(struct check *c, str demanded_key); /* with signature and key */
MUST_USE err *manifest_members(struct check *c);                 /* the list against the hashed members */
MUST_USE err *checkpoints_check(struct check *c);
MUST_USE err *entries_check(struct check *c);
void originals_check(struct check *c);
MUST_USE err *catalogue_check(struct check *c);
void presence_check(struct check *c);
bool set_free(const struct check *c, int64_t seq); /* an approval in the bundle gave the held act its effect */

/* "entries/0000000042.json": false when it is not of that folder or not a number of ten digits. */
bool member_seq(str name, const char *folder, int64_t *ret);
str seq_name(struct arena *a, const char *folder, int64_t seq);

/* Strict readers of small things. */
bool hex_lower(str s, size_t digits);
bool signature_der(str text, uint8_t ret[SM2_SIGNATURE_MAX], size_t *ret_n); /* 129 bytes of manifest.sig */
/* Exactly these members and no others, each there; `names` separated by blanks, ascending. */
bool json_only(const struct json *object, const char *names);
bool json_is(const struct json *object, const char *name, enum json_kind kind, const struct json **ret);
bool json_whole(const struct json *object, const char *name, int64_t *ret); /* an integer, at most LIMIT_BUNDLE_WHOLE either way */
