/*
 * Where to look first: a score per subject, impact x performance (the shape of IMPEL's Integrated Risk Assessment Method, IRAM
 * 2012), every term with its value, its weight and the rows it came from.
 *
 *   impact      class, permit, industry, distance to protected areas (where there are data): what would happen if
 *   performance decided violations, rectification overdue, clues found true, clues not looked at yet, time since the last visit
 *   score = impact x performance / 1000, each the weighted mean of its terms, 0..1000
 *   chance = floor + score, the floor such that nobody's chance is below a published share of the mean
 *
 * Nothing here pays for findings. No term counts: one decided violation weighs as much as ten, so a bureau cannot raise anybody
 * by writing more; no fine, no amount, no officer, helper or provider is among the inputs, so nobody gains by finding; clues that
 * nobody verified can move a score by the little that their weight's upper bound allows (10 of 100 at most). tests/analysis holds
 * these. What is closed to the draw (yearly cap reached, positive list) has chance 0 and says why.
 *
 * TARGET_TERMS(X): X(NAME, "id", "Chinese", IMPACT or PERFORMANCE, setting of its weight, "how the value is made")
 * Values are permille. Pure but for target_load; any thread.
 */
#pragma once
#include "store/store.h"

#define TARGET_TERMS(X)                                                                             \
    X(CLASS, "class", "管理类别", IMPACT, target_weight_class, "特殊1000，重点800，一般300，未分类500")                \
    X(PERMIT, "permit", "排污许可", IMPACT, target_weight_permit, "有排污许可证1000，没有400")                       \
    X(INDUSTRY, "industry", "行业", IMPACT, target_weight_industry, "按公布的行业表，未列出的500")                    \
    X(AREA, "area", "距保护区", IMPACT, target_weight_area, "1公里内1000，10公里外0，其间按距离；没有数据的不计")          \
    X(DECIDED, "decided", "违法记录", PERFORMANCE, target_weight_decided, "追溯期内有处罚决定的，按最近一次的远近由1000降到0；不计件数") \
    X(RECTIFY, "rectify", "整改", PERFORMANCE, target_weight_rectify, "处罚决定后没有整改复查的1000，已复查的0")           \
    X(VERIFIED, "verified", "属实线索", PERFORMANCE, target_weight_verified, "追溯期内有核实属实线索的，按最近一条的远近由1000降到0；不计条数") \
    X(OPEN, "open", "未核实线索", PERFORMANCE, target_weight_open, "有尚未核实的线索1000，没有0；不计条数")                 \
    X(UNSEEN, "unseen", "未检查时长", PERFORMANCE, target_weight_unseen, "距上次检查满两年1000，当天0，其间按时长")

#define TARGET_ENUM_(name, ...) TARGET_##name,
enum target_term { TARGET_TERMS(TARGET_ENUM_) TARGET_TERM_COUNT };
#undef TARGET_ENUM_
enum target_side { IMPACT, PERFORMANCE };
struct target_term_info { const char *id, *label; enum target_side side; const char *setting, *how; };
extern const struct target_term_info target_terms[TARGET_TERM_COUNT];

/* The settings (acts/settings.c), as published. */
struct target_settings { int64_t weight[TARGET_TERM_COUNT], lookback_months, minimum_percent, cap_default; bool positive_excluded; };

/* All that is known of a subject here. Days are 0 where there is none. */
struct target_input {
    str id, name, class, industry;
    int region;
    bool permit, positive_list;
    int64_t area_m;              /* distance to the nearest protected area; -1 no data */
    int64_t cap;                 /* visits a year; -1 not set */
    int64_t visits;              /* this year, planned ones too */
    day decided, rectified, verified, seen; /* newest of each */
    bool open;
};
enum target_closed { TARGET_DRAWN, TARGET_CAPPED, TARGET_POSITIVE };
struct target {
    const struct target_input *input;
    int64_t value[TARGET_TERM_COUNT]; /* -1: no data, does not count */
    int64_t impact, performance, score, chance;
    enum target_closed closed;
};
/* Scores all of a pool, then their chances (they depend on the pool's mean). ret[n]. */
void target_score(const struct target_settings *s, const struct target_input *in, size_t n, day today, struct target *ret);
int64_t target_industry(str industry);            /* permille of the published table */
const char *target_closed_text(enum target_closed c); /* "年度检查次数已满"; "" when drawn */
/* "重点；有处罚决定（2026年3月5日）；…": the terms that weigh, in one sentence. */
str target_reason(struct arena *a, const struct target_settings *s, const struct target *t);

/* Subjects of regions low..high with all that the terms need, by id. About a second for 10^5. `only`: one subject, "" all. */
enum { LIMIT_TARGETS = 300000 };
MUST_USE err *target_load(struct db *d, struct arena *a, int low, int high, str only, day today, struct target_input **ret, size_t *ret_n);
/* Rows behind a term of a subject, newest first: thing ("visits"), id, day. */
struct target_source { str thing, id; day on; };
MUST_USE err *target_sources(struct db *d, struct arena *a, str subject, enum target_term term, int limit, struct target_source **ret,
                             size_t *ret_n);
