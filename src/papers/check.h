/*
 * Is this paper the one that was issued? By its code (a person with a paper) or by the file. Part of the door papers/papers.h.
 *
 * A file is the issued one when its digest is the recorded one; there is no likeness. Its code is read out of the file only to
 * find the entry to compare with. Threads: as the connection given.
 */
#pragma once
#include "papers/issue.h"

enum paper_state {
    PAPER_UNKNOWN,   /* no such code; or a file without one */
    PAPER_VALID,     /* issued; of a file: and it is the issued one, byte for byte */
    PAPER_VOID,      /* issued, and declared void since */
    PAPER_REPLACED,  /* void, and another one stands in its place */
    PAPER_CHANGED,   /* a file that carries the code of an issued paper and is not it */
    PAPER_UNFIXED    /* a file that carries the code of a paper whose file was never made */
};
struct paper_check {
    enum paper_state state;
    bool same;             /* of a file: byte for byte the issued one, valid or void */
    str code;              /* STR_NONE: none was found */
    struct paper_row row;  /* unless PAPER_UNKNOWN */
    struct sm3 digest;     /* of the file */
};
MUST_USE err *paper_check_code(struct db *d, struct arena *a, str typed, struct paper_check *ret);
MUST_USE err *paper_check_file(struct db *d, struct arena *a, str bytes, struct paper_check *ret);
/* "系统签发的原文"; one sentence on what it means in *ret_means. */
const char *paper_state_text(enum paper_state s, const char **ret_means);
