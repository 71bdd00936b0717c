/*
 * The door of law.wasm. A script writes names and numbers into the buffers below, calls, and reads from them: nothing is
 * allocated, nothing is imported. Offsets into the structures are found by name (field_layout), never counted in script.
 */
#include "field/field.h"

#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))

enum { LIMIT_TEXT = 64 << 10 };
static char text_in[LIMIT_TEXT], text_out[LIMIT_TEXT];
static struct law_facts facts;
static struct field_scene scene;
static struct field_act act;
static struct field_verdict verdict;
static struct field_state state;
static enum law_rule lifted[LIMIT_ACT_RULES];
static int lifted_n;

/* What clang calls by itself. */
void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
void *memcpy(void *to, const void *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}
void *memset(void *to, int byte, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile char *)to)[i] = (char)byte;
    return to;
}

EXPORT(text_in) char *export_text_in(void) { return text_in; }
EXPORT(text_out) char *export_text_out(void) { return text_out; }
EXPORT(text_limit) int export_text_limit(void) { return LIMIT_TEXT; }
EXPORT(facts) struct law_facts *export_facts(void) { return &facts; }
EXPORT(act) struct field_act *export_act(void) { return &act; }
EXPORT(visit) struct field_visit *export_visit(void) { return &scene.visit; }
EXPORT(people) struct field_person *export_people(void) { return scene.people; }
EXPORT(events) struct field_event *export_events(void) { return scene.events; }
EXPORT(people_limit) int export_people_limit(void) { return LIMIT_FIELD_PEOPLE; }
EXPORT(events_limit) int export_events_limit(void) { return LIMIT_FIELD_EVENTS; }
EXPORT(fact_count) int export_fact_count(void) { return LAW_FACT_COUNT; }
EXPORT(type_count) int export_type_count(void) { return field_types_n; }

/* Names of the members, in order, of one structure. */
#define NAME_(name) #name " "
EXPORT(layout) const char *export_layout(int which)
{
    static const char *const names[] = {FIELD_VISIT(NAME_), FIELD_PERSON(NAME_), FIELD_EVENT(NAME_), FIELD_ACT(NAME_)};
    return which >= 0 && which < 4 ? names[which] : "";
}
EXPORT(fact_name) const char *export_fact_name(int i) { return i >= 0 && i < LAW_FACT_COUNT ? law_fact_info[i].name : ""; }

/* 0 name, 1 label, 2 who may */
EXPORT(type_text) const char *export_type_text(int type, int which)
{
    if (type < 0 || type >= field_types_n)
        return "";
    const struct field_type *t = &field_types[type];
    return which == 0 ? t->name : which == 1 ? t->label : t->who_may;
}

EXPORT(lift) int export_lift(int n) /* the rule whose name stands in text_in counts as lifted; n = 0 forgets them all */
{
    if (n == 0)
        return lifted_n = 0;
    int rule = law_rule_find(text_in, (size_t)n);
    if (rule >= 0 && lifted_n < LIMIT_ACT_RULES)
        lifted[lifted_n++] = (enum law_rule)rule;
    return rule;
}

EXPORT(judge) int export_judge(int type, int today, int late)
{
    if (type < 0 || type >= field_types_n)
        return -1;
    field_judge(&field_types[type], &facts, today, late != 0, lifted, (size_t)lifted_n, &verdict);
    return (int)verdict.verdict;
}
EXPORT(reason_count) int export_reason_count(void) { return verdict.n; }
EXPORT(reason_severity) int export_reason_severity(int i) { return i < verdict.n ? (int)verdict.reasons[i].severity : 0; }

/* 0 rule, 1 instrument, 2 article, 3 clause, 4 because, 5 remedy; the last two filled from `said` in text_in. Length. */
EXPORT(reason_text) int export_reason_text(int i, int which)
{
    if (i < 0 || i >= verdict.n)
        return 0;
    const struct field_reason *r = &verdict.reasons[i];
    const struct law_rule_info *rule = &law_rule_info[r->rule];
    const char *plain[] = {rule->name, rule->instrument, r->article, rule->clause, rule->because, rule->remedy};
    if (which < 0 || which > 5)
        return 0;
    return (int)field_sentence(plain[which], &facts, text_in, text_out, LIMIT_TEXT - 1);
}

EXPORT(time_text) int export_time_text(int64_t time) { return (int)field_time_text(time, text_out, LIMIT_TEXT); }
EXPORT(day) int export_day(int64_t time) { return field_day(time); }
EXPORT(scene_size) void export_scene_size(int people, int events)
{
    scene.people_n = people < 0 ? 0 : people > LIMIT_FIELD_PEOPLE ? LIMIT_FIELD_PEOPLE : people;
    scene.events_n = events < 0 ? 0 : events > LIMIT_FIELD_EVENTS ? LIMIT_FIELD_EVENTS : events;
}
EXPORT(scene_facts) void export_scene_facts(void) { field_facts(&scene, &act, &facts); }
/* usec, or -1: outside */
EXPORT(scene_inside) int64_t export_scene_inside(int person, int64_t now)
{
    int64_t since = 0;
    return field_inside(&scene, person, now, &since) ? since : -1;
}
/* 0 officers, 1 helpers, 2 accompanied, 3 why, 4 next; the texts of the last two by state_text */
EXPORT(scene_state) int export_scene_state(int64_t now, int which)
{
    state = field_state(&scene, now);
    const int values[] = {(int)state.officers, (int)state.helpers, state.accompanied, (int)state.why, (int)state.next};
    return which >= 0 && which < 5 ? values[which] : 0;
}
EXPORT(state_text) const char *export_state_text(int which)
{
    return which == 3 ? field_why_text[state.why] : field_next_name[state.next];
}
/* 0 certain, 1 doubtful minutes, 2 who */
EXPORT(scene_alone) int export_scene_alone(int64_t until, int which)
{
    struct field_alone alone = field_alone(&scene, until);
    return (int)(which == 0 ? alone.certain : which == 1 ? alone.doubtful : alone.who);
}
