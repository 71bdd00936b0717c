/*
 * field/: the law on a phone without a signal. The judge of law/ and the *scene*: what was known when the phone last spoke
 * with the server (base facts of the pack), and what was recorded on it since, give the facts of the next act.
 *
 * Pure: no allocation, no I/O, no clock, nothing of the C library, so that the same files make a native library (tests)
 * and law.wasm (src/field/wasm.c, loaded by src/web/js/law.js). docs/field.md is the contract with the phone.
 *
 * Units: time usec UTC, days since 1970-01-01 in UTC+8, positions 1e-7 degree, distances metres. 0 means none.
 * A person is an index into people[]. Nothing is owned, any thread. Source: Art. 8 and 11; Penalty Law 42.
 */
#pragma once
#include "law/law.h"

/* ---- the judge ---- */
struct field_type { /* of an act: table generated from acts/ (table.c) */
    const char *name, *label, *article, *who_may;
    bool right, right_late; /* ACT_RIGHT; a right when reported offline or late */
    uint16_t rules_n;
    const uint16_t *rules;  /* enum law_rule, the common ones included */
};
extern const struct field_type field_types[];
extern const int field_types_n;
int field_type_find(const char *name, size_t n); /* -1: unknown */

struct field_reason { enum law_rule rule; enum law_severity severity; /* as it counts here */ const char *article; };
struct field_verdict { enum law_verdict verdict; int n; struct field_reason reasons[LIMIT_ACT_RULES]; };

/* `late`: offline or with a reason for being late. `lifted`: hold rules that were lifted; NULL, 0 on a phone. */
void field_judge(const struct field_type *t, const struct law_facts *f, int32_t today, bool late, const enum law_rule *lifted,
                 size_t lifted_n, struct field_verdict *ret);

/* A sentence of the catalogue with its {names} replaced: by `said` ("name\0text\0name\0text\0\0"), else by the fact of that
 * name, else by nothing. Returns the bytes written; a text that does not fit is cut at a character. */
size_t field_sentence(const char *template, const struct law_facts *f, const char *said, char *ret, size_t size);

size_t field_time_text(int64_t time, char *ret, size_t size); /* 2026年3月5日 09:30 */
int32_t field_day(int64_t time);

/* ---- the scene: every member is an int64, so that a script fills it by name (field_layout) ---- */
#define FIELD_VISIT(X)                                                                              \
    X(me) /* index of who holds the phone */                                                        \
    X(from_day) X(to_day) /* of the entrustment */ X(starts) X(ends)                                \
    X(has_position) X(lon) X(lat) X(radius_m)                                                       \
    X(notice_pending) /* 1: one is issued and not served */ X(notice_issued)                        \
    X(notice_served) /* the earliest that was served, by the server's word */                       \
    X(officers_required) X(leave_tolerance) /* usec */                                              \
    X(approved) /* or an emergency */ X(over) /* closed or cancelled, by the server's word */       \
    X(coded) /* the company has a code to compare */                                                \
    X(reconciled) /* events before this position were reconciled by the server */
#define FIELD_PERSON(X)                                                                             \
    X(helper) /* 0: officer */ X(good_until) /* last day of card or certificate; 0: the base facts decide */ \
    X(covered) /* by a notice issued after this helper joined: 1 served, 2 pending */ X(listed)
#define FIELD_EVENT(X) X(kind) /* enum field_event_kind */ X(person) /* -1: none */ X(time) X(error) /* usec */ X(offline)
#define FIELD_ACT(X)                                                                                \
    X(type) /* index into field_types */ X(at) X(person) /* -1: none */ X(time) X(error)            \
    X(offline) X(late) /* a reason is given */ X(borrowed) X(code_given) X(code_wrong)              \
    X(has_position) X(lon) X(lat) X(accuracy_m)                                                     \
    X(method) /* 0 none, 1 given, 2 refused with witness */ X(recipient) X(witness) /* given */     \
    X(code_same) /* company's code: 0 not given, 1 same, 2 another */                               \
    X(servers) /* bits of people[] who serve */
#define FIELD_MEMBER_(name) int64_t name;
struct field_visit { FIELD_VISIT(FIELD_MEMBER_) };
struct field_person { FIELD_PERSON(FIELD_MEMBER_) };
struct field_event { FIELD_EVENT(FIELD_MEMBER_) };
struct field_act { FIELD_ACT(FIELD_MEMBER_) };
#undef FIELD_MEMBER_

enum field_event_kind { FIELD_ENTER = 1, FIELD_LEAVE, FIELD_SERVED, FIELD_RECONCILED, FIELD_CLOSED };
enum { LIMIT_FIELD_PEOPLE = 60, LIMIT_FIELD_EVENTS = 400 };

struct field_scene {
    struct field_visit visit;
    int64_t people_n, events_n;
    struct field_person people[LIMIT_FIELD_PEOPLE];
    struct field_event events[LIMIT_FIELD_EVENTS]; /* as they became known; sorted by nothing */
};

/* In: the base facts of the act and person as the pack has them. Out: the facts as of this act. What the phone cannot know
 * stays as the server knew it; rights and acts the scene knows nothing of are left as they are. */
void field_facts(const struct field_scene *s, const struct field_act *a, struct law_facts *facts);

bool field_inside(const struct field_scene *s, int64_t person, int64_t time, int64_t *ret_since /* may be NULL */);
int64_t field_officers(const struct field_scene *s, int64_t time); /* inside, with a certificate of that day */

enum field_why { FIELD_FINE, FIELD_WHY_OVER, FIELD_WHY_NOBODY, FIELD_WHY_FEW_HELPERS_IN, FIELD_WHY_FEW, FIELD_WHY_NOTICE };
enum field_next { FIELD_NEXT_ENTER, FIELD_NEXT_NOTICE, FIELD_NEXT_LEAVE, FIELD_NEXT_CLOSE, FIELD_NEXT_NONE };
struct field_state {
    int64_t officers, helpers; /* inside at that time */
    bool accompanied;          /* enough officers are inside */
    enum field_why why;
    enum field_next next;
};
struct field_state field_state(const struct field_scene *s, int64_t now);
extern const char *const field_why_text[], *const field_next_name[];

/* Minutes, rounded up, that helpers were inside while fewer officers than required possibly were (certain) or certainly
 * were (doubtful); the same sweep as acts/presence.h. */
struct field_alone { int64_t certain, doubtful; int64_t who; /* the last helper certainly alone; -1 none */ };
struct field_alone field_alone(const struct field_scene *s, int64_t until);
