/*
 * Published settings (domain dossier, section 13): where the regulation gives no number or leaves a choice, the
 * value stands here with its legal anchor, is changed by the act policy.set, and pages say that it is a policy.
 * Locked settings are law written as a switch: listed so that everybody sees them, never changed.
 * Constant table; any thread. Values are what act_policy() and `:policy_NAME` give.
 */
#pragma once
#include "base/base.h"

enum setting_kind {
    SETTING_FLAG,  /* 0 off, 1 on */
    SETTING_COUNT, /* a number in `unit` */
    SETTING_DAY    /* days since 1970-01-01 */
};

/* Whose law a setting may not leave; the number is what the fact policy_anchor carries (law/rules/policy.def). */
enum setting_anchor {
    ANCHOR_PRACTICE = 0,
    ANCHOR_ART_4 = 4, ANCHOR_ART_5 = 5, ANCHOR_ART_8 = 8, ANCHOR_ART_9 = 9, ANCHOR_ART_10 = 10, ANCHOR_ART_11 = 11,
    ANCHOR_ART_13 = 13,
    ANCHOR_PENALTY_42 = 42,   /* two officers */
    ANCHOR_PENALTY_85 = 85,   /* working days */
    ANCHOR_PIPL_19 = 119, ANCHOR_PIPL_28 = 128,
    ANCHOR_CSL_23 = 123,      /* logs kept six months; until 2025 art. 21 of the law of 2016 */
    ANCHOR_SPLITTING = 228,   /* procurement regulation art. 28 */
    ANCHOR_CODE_2026 = 251
};

struct setting {
    const char *name, *label; /* label: Chinese, for the page */
    enum setting_kind kind;
    int64_t default_value, lowest, highest; /* closed */
    bool locked;
    bool technical;           /* set by the system administrator, the others by the head */
    enum setting_anchor anchor;
    const char *unit, *why;   /* "个工作日"; the legal anchor or reason in words */
};

const struct setting *setting_find(str name); /* NULL: no such setting */
size_t setting_count(void);
const struct setting *setting_at(size_t index);
/* Names of all settings, separated by blanks: the closed set of policy.set's field. */
extern const char setting_names[];
#define SETTING_NAMES (setting_names + 1)
