/*
 * law/: the law as pure functions. No I/O, no clock, no globals that change, no allocation, no floating
 * point: integers in, enums out. Because of that each rule is proven (./check prove), replayed, explained,
 * and compiled a second time to WebAssembly for phones without a signal.
 *
 * The catalogue is a set of .def files, one per group of acts (law/rules/GROUP.def, all listed in
 * law/catalogue.def). A .def file holds
 *     FACT(name, kind, lowest, highest, "Chinese label")
 *     RULE(name, instrument, "article", "clause", SEVERITY, LIFTED_BY, from, to, GROUND, "because", "remedy")
 * and its twin law/GROUP.c one function per rule,  bool law_NAME(const struct law_facts *f):  true when
 * the rule is broken. A fact nobody loaded is 0, so every rule is written so that 0 on the facts that
 * switch it on means "does not concern this act".
 *
 * `because` and `remedy` are sentences for people; {name} is replaced by the fact of that name, or by a
 * text the act gave under that name. Article "" means: the article of the act itself.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- closed sets (names as in the act catalogue; Chinese beside them) ---- */
#define LAW_ROLES(X)                                                                                \
    X(HEAD, "head", "执法机构负责人") X(OFFICER, "officer", "执法人员") X(LEGAL, "legal", "法制审核")      \
    X(PROCUREMENT, "procurement", "采购经办") X(FINANCE, "finance", "财务")                            \
    X(ARCHIVIST, "archivist", "档案员") X(DISCIPLINE, "discipline", "纪检督察")                         \
    X(PROVINCE, "province", "省厅") X(PROVIDER_LEAD, "provider_lead", "第三方负责人")                   \
    X(MEMBER, "member", "辅助人员") X(SUBJECT, "subject", "执法相对人") X(SYSADMIN, "sysadmin", "系统管理员") \
    X(SECADMIN, "secadmin", "安全管理员") X(AUDITOR, "auditor", "审计员")                               \
    X(SYSTEM, "system", "系统") X(IMPORT, "import", "导入") X(DETECTOR, "detector", "监测研判程序")      \
    X(PUBLIC, "public", "公众") X(NOTICE, "notice", "告知书扫码")

#define LAW_POWERS(X) /* what a provider may be asked to do */                                      \
    X(TECHNICAL_SUPPORT, "technical_support", "技术支持") X(SURVEY, "survey", "污染源排查")              \
    X(EVALUATE, "evaluate", "运行评估") X(TRACK_RECTIFICATION, "track_rectification", "整改跟踪")        \
    X(LEGAL_OPINION, "legal_opinion", "法律意见") X(INTERPRET_IMAGERY, "interpret_imagery", "影像解译")  \
    X(FLY_UAV, "fly_uav", "无人机巡飞") X(OPERATE_DEVICE, "operate_device", "操作设备")                 \
    X(ANALYSE_DATA, "analyse_data", "数据分析") X(ADVISE, "advise", "专家咨询")                         \
    X(TRAIN, "train", "培训") X(FILE_DOCUMENTS, "file_documents", "整理资料")                           \
    /* the powers no provider may hold: everything from INSPECT on */                                \
    X(INSPECT, "inspect", "检查") X(QUESTION, "question", "询问") X(COLLECT_EVIDENCE, "collect_evidence", "收集证据") \
    X(PRESERVE_EVIDENCE, "preserve_evidence", "保全证据") X(SEAL, "seal", "查封扣押")                   \
    X(COERCE, "coerce", "行政强制") X(SERVE, "serve", "送达") X(DECIDE, "decide", "作出决定")            \
    X(SIGN_RECORD, "sign_record", "以检查人身份签署笔录") X(SIGN_LEGAL_REVIEW, "sign_legal_review", "签署法制审核") \
    X(ENTER_ALONE, "enter_alone", "单独进入现场") X(CONTACT_SUBJECT, "contact_subject", "单独接触相对人")  \
    X(INVESTIGATE_CLUE, "investigate_clue", "自行调查线索")

#define LAW_ENUM_(name, ...) ROLE_##name,
enum law_role { LAW_ROLES(LAW_ENUM_) LAW_ROLE_COUNT };
#undef LAW_ENUM_
#define LAW_ENUM_(name, ...) POWER_##name,
enum law_power { LAW_POWERS(LAW_ENUM_) LAW_POWER_COUNT };
#undef LAW_ENUM_
enum { POWER_FIRST_FORBIDDEN = POWER_INSPECT };

#define ROLE_BIT(role) (UINT32_C(1) << (role))
#define ROLES_THIRD_PARTY (ROLE_BIT(ROLE_PROVIDER_LEAD) | ROLE_BIT(ROLE_MEMBER))

struct law_name { const char *id, *zh; };
extern const struct law_name law_role_names[LAW_ROLE_COUNT];
extern const struct law_name law_power_names[LAW_POWER_COUNT];

/* Task kinds: number 1..16 for T01..T16, -1..-13 for X01..X13 (never entrustable). */
enum law_entry { ENTRY_NO, ENTRY_DEPENDS, ENTRY_YES };
struct law_task {
    const char *code, *name, *article; /* of the regulation: "3(1)+11" */
    bool forbidden, with_officers;
    enum law_entry enters_site;
    const char *guard, *output;
};
extern const struct law_task law_tasks[]; /* from tables/task-catalog.csv, ends with code NULL */

/* Limits of the provincial procurement catalogue for goods and services, in fen, from
 * tables/procurement-thresholds-hubei-2025.csv. Below `dispersed` a bureau may buy by internal control; from
 * `open_tender` on it has to tender openly. */
struct law_limit {
    const char *tier; /* province wuhan city county */
    int64_t dispersed, open_tender;
    int32_t from;
};
extern const struct law_limit law_limits[]; /* ends with tier NULL */

/* ---- instruments: id, title, number and validity, from tables/law-versions.csv ---- */
struct law_instrument {
    const char *id, *subject, *title, *number;
    int32_t from, to; /* days since 1970-01-01; to is INT32_MAX while in force */
    const char *replaced_by, *note;
};
extern const struct law_instrument law_instruments[];
extern const size_t law_instrument_count;
const struct law_instrument *law_instrument_find(const char *id, size_t n); /* NULL: unknown */
/* What each article says, in one sentence of ours. NULL: none on file. */
const char *law_article_summary(const char *instrument, const char *article);
/* The basis of the power to inspect on that day: epl-2014 art. 24, from 2026-08-15 eco-code-2026 art. 51. */
void law_inspection_basis(int32_t day, const char **ret_instrument, const char **ret_article);

/* ---- facts ---- */
enum law_fact_kind {
    FACT_FLAG,  /* 0 no, 1 yes */
    FACT_COUNT,
    FACT_DAY,   /* days since 1970-01-01; 0 = none */
    FACT_TIME,  /* microseconds UTC; 0 = none */
    FACT_FEN,   /* 0.01 CNY */
    FACT_METRE,
    FACT_CODE   /* a member of a closed set */
};
#define FACT(name, kind, lowest, highest, label) int64_t name;
#define RULE(...)
struct law_facts {
#include "law/catalogue.def"
};
#undef FACT
#undef RULE

#define FACT(name, kind, lowest, highest, label) FACT_ID_##name,
#define RULE(...)
enum law_fact {
#include "law/catalogue.def"
    LAW_FACT_COUNT
};
#undef FACT
#undef RULE

struct law_fact_info {
    const char *name;
    enum law_fact_kind kind;
    int64_t lowest, highest; /* closed; law_facts_sound() checks them before judging */
    const char *label;
};
extern const struct law_fact_info law_fact_info[LAW_FACT_COUNT];
/* Facts are an array of int64 in the order of the catalogue, too. */
static inline int64_t law_fact_get(const struct law_facts *f, enum law_fact id)
{
    return ((const int64_t *)(const void *)f)[id];
}
static inline void law_fact_set(struct law_facts *f, enum law_fact id, int64_t value)
{
    ((int64_t *)(void *)f)[id] = value;
}
int law_fact_find(const char *name, size_t n); /* -1: unknown. Perfect for SQL column names. */
/* First fact out of its range, or -1. */
int law_facts_unsound(const struct law_facts *f);

/* ---- rules ---- */
enum law_severity { LAW_WARN, LAW_HOLD, LAW_REFUSE };
enum law_verdict { VERDICT_ALLOWED, VERDICT_HELD, VERDICT_REFUSED };
enum law_ground {
    GROUND_OPEN,  /* third parties and subjects may read it */
    GROUND_SEALED /* an inquiry, another's objection, a clue: they read 暂停 only */
};
enum { LAW_NOBODY = LAW_ROLE_COUNT, LAW_ALWAYS = INT32_MIN, LAW_OPEN_END = INT32_MAX };
enum { LAW_2022_08_12 = 19216 }; /* the regulation's first day */

#define FACT(...)
#define RULE(name, ...) RULE_##name,
enum law_rule {
#include "law/catalogue.def"
    LAW_RULE_COUNT
};
#undef FACT
#undef RULE

struct law_rule_info {
    const char *name, *instrument, *article, *clause;
    enum law_severity severity;
    int lifted_by;    /* role that may lift a hold; LAW_NOBODY elsewhere */
    int32_t from, to; /* days on which an act is judged by this rule */
    enum law_ground ground;
    const char *because, *remedy;
};
extern const struct law_rule_info law_rule_info[LAW_RULE_COUNT];
int law_rule_find(const char *name, size_t n); /* -1: unknown */

/* Is the rule broken by these facts? Its dates are not looked at. */
bool law_broken(enum law_rule rule, const struct law_facts *f);

enum { LIMIT_ACT_RULES = 64 };
/*
 * Judges by n rules on `today`. Severity of a broken rule in force: REFUSE > HOLD > WARN; `right` (an act
 * that may never be refused or held) turns every severity into WARN; a HOLD rule listed in lifted[] counts
 * as passed. ret_broken[i] is the severity + 1 of rule i, 0 when it passed, was lifted or is not in force.
 */
enum law_verdict law_judge(const struct law_facts *f, const enum law_rule *rules, size_t n, int32_t today,
                           bool right, const enum law_rule *lifted, size_t lifted_n, uint8_t *ret_broken);
