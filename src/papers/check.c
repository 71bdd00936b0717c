/* Papers against the register. */
#include "papers/check.h"
#include "papers/finish.h"

static const struct { const char *text, *means; } states[] = {
    [PAPER_UNKNOWN] = {"查无此件", "登记簿里没有这个验证码；文件可能不是本系统签发的，或者被别的程序改写过"},
    [PAPER_VALID] = {"有效", "登记簿里有这份文书，没有作废"},
    [PAPER_VOID] = {"已作废", "本文书签发后已经作废，不再具有效力"},
    [PAPER_REPLACED] = {"已作废并被替换", "本文书已经作废，由另一份文书代替"},
    [PAPER_CHANGED] = {"内容被改动", "文件带有已签发文书的验证码，但摘要与登记的不同：不是签发的原文"},
    [PAPER_UNFIXED] = {"不是签发的原文", "文件带有已登记文书的验证码，但该文书的原文尚未生成或从未生成"},
};

const char *paper_state_text(enum paper_state s, const char **ret_means)
{
    *ret_means = states[s].means;
    return states[s].text;
}

static enum paper_state state_of(const struct paper_row *r)
{
    return !r->void_at ? PAPER_VALID : r->replaced_by.n ? PAPER_REPLACED : PAPER_VOID;
}

err *paper_check_code(struct db *d, struct arena *a, str typed, struct paper_check *ret)
{
    bool found = false;
    *ret = (struct paper_check){.state = PAPER_UNKNOWN};
    if (!paper_code_read(a, typed, &ret->code)) /* 31 of 32 guesses end here, without a look at the tables */
        return NULL;
    TRY(paper_by_code(d, a, ret->code, &ret->row, &found));
    if (found)
        ret->state = state_of(&ret->row);
    return NULL;
}

err *paper_check_file(struct db *d, struct arena *a, str bytes, struct paper_check *ret)
{
    str code;
    *ret = (struct paper_check){.state = PAPER_UNKNOWN, .digest = sm3_of(bytes.p ? bytes.p : "", bytes.n)};
    if (!pdf_code(a, bytes, &code))
        return NULL;
    struct sm3 digest = ret->digest;
    TRY(paper_check_code(d, a, code, ret));
    ret->digest = digest;
    if (ret->state == PAPER_UNKNOWN)
        return NULL;
    ret->same = str_eq(ret->row.digest, sm3_text(a, &digest));
    if (!ret->same)
        ret->state = ret->row.digest.p ? PAPER_CHANGED : PAPER_UNFIXED;
    return NULL;
}
