/*
 * The scene repeats, over events in memory, what the statements of acts/visit.c ask the store: who is inside at a time,
 * how many officers with a certificate of that day, whether the notice was served before. A test performs visits on a
 * server and compares, act by act, the facts of both.
 */
#include "field/field.h"

const char *const field_why_text[] = {
    [FIELD_FINE] = "陪同中",
    [FIELD_WHY_OVER] = "现场已结束",
    [FIELD_WHY_NOBODY] = "尚无人到场",
    [FIELD_WHY_FEW_HELPERS_IN] = "在场执法人员不足，辅助人员须立即离场",
    [FIELD_WHY_FEW] = "在场执法人员不足，辅助人员不得入场",
    [FIELD_WHY_NOTICE] = "告知书未送达，辅助人员不得入场",
};
const char *const field_next_name[] = {"enter", "notice", "leave", "close", ""};

bool field_inside(const struct field_scene *s, int64_t person, int64_t time, int64_t *ret_since)
{
    const struct field_event *last = 0;
    for (int64_t i = 0; i < s->events_n; i++) {
        const struct field_event *e = &s->events[i];
        if (e->person != person || e->time > time || (e->kind != FIELD_ENTER && e->kind != FIELD_LEAVE))
            continue;
        if (!last || e->time >= last->time)
            last = e;
    }
    bool inside = last && last->kind == FIELD_ENTER;
    if (inside && ret_since) {
        /* Entered twice without leaving: the first entry counts, as in acts/presence.c. */
        int64_t left = INT64_MIN, since = last->time;
        for (int64_t i = 0; i < s->events_n; i++)
            if (s->events[i].person == person && s->events[i].kind == FIELD_LEAVE && s->events[i].time <= time && s->events[i].time > left)
                left = s->events[i].time;
        for (int64_t i = 0; i < s->events_n; i++)
            if (s->events[i].person == person && s->events[i].kind == FIELD_ENTER && s->events[i].time >= left && s->events[i].time < since)
                since = s->events[i].time;
        *ret_since = since;
    }
    return inside;
}

static bool good_on(const struct field_person *p, int32_t day)
{
    return p->good_until == 0 || p->good_until >= day;
}

static int64_t officers_at(const struct field_scene *s, int64_t time, int32_t day)
{
    int64_t n = 0;
    for (int64_t i = 0; i < s->people_n; i++)
        n += !s->people[i].helper && s->people[i].good_until >= day && field_inside(s, i, time, 0);
    return n;
}

int64_t field_officers(const struct field_scene *s, int64_t time)
{
    return officers_at(s, time, field_day(time));
}

static int64_t helpers_at(const struct field_scene *s, int64_t time, int64_t but)
{
    int64_t n = 0;
    for (int64_t i = 0; i < s->people_n; i++)
        n += s->people[i].helper && i != but && field_inside(s, i, time, 0);
    return n;
}

static bool served_here(const struct field_scene *s, int64_t time)
{
    for (int64_t i = 0; i < s->events_n; i++)
        if (s->events[i].kind == FIELD_SERVED && s->events[i].time <= time)
            return true;
    return false;
}

/* When the notice was first served, by the server's word or by what was recorded here; 0: not yet. */
static int64_t served_at(const struct field_scene *s)
{
    int64_t at = s->visit.notice_served;
    for (int64_t i = 0; i < s->events_n; i++)
        if (s->events[i].kind == FIELD_SERVED && (!at || s->events[i].time < at))
            at = s->events[i].time;
    return at;
}

static bool over(const struct field_scene *s, int64_t time)
{
    for (int64_t i = 0; i < s->events_n; i++)
        if (s->events[i].kind == FIELD_CLOSED && s->events[i].time <= time)
            return true;
    return s->visit.over != 0;
}

/* ---- distance: the same flat formula as acts/visit.c; the cosine is a series, for there is no libm here ---- */

static double cosine(double x)
{
    double sum = 1, term = 1; /* |x| <= pi/2: the eleventh term is below 1e-14 */
    for (int k = 1; k <= 11; k++) {
        term *= -x * x / ((2 * k - 1) * (2 * k));
        sum += term;
    }
    return sum;
}

static int64_t metres_apart(int64_t lon1, int64_t lat1, int64_t lon2, int64_t lat2)
{
    double rad = 3.14159265358979323846 / 180e7;
    double x = (double)(lon2 - lon1) * rad * cosine((double)(lat1 + lat2) / 2 * rad), y = (double)(lat2 - lat1) * rad;
    return (int64_t)(__builtin_sqrt(x * x + y * y) * 6371000.0 + 0.5);
}

/* ---- facts ---- */

static bool type_is(const struct field_act *a, const char *name)
{
    if (a->type < 0 || a->type >= field_types_n)
        return false;
    const char *type = field_types[a->type].name;
    while (*name && *name == *type)
        name++, type++;
    return *name == *type;
}

static void own_facts(const struct field_scene *s, const struct field_act *a, struct law_facts *f)
{
    const struct field_person *me = s->visit.me >= 0 && s->visit.me < s->people_n ? &s->people[s->visit.me] : 0;
    bool officer = me && !me->helper, leave = type_is(a, "presence.leave");
    f->enter_for_other = a->person != s->visit.me && !(officer && (leave || a->borrowed));
    f->time_in_future = a->time > a->at + INT64_C(300000000);
}

static void enter_position(const struct field_scene *s, const struct field_act *a, struct law_facts *f)
{
    f->accuracy_m = a->accuracy_m;
    f->code_given = a->code_given != 0;
    f->enter_code_wrong = a->code_given && a->code_wrong;
    f->beyond_fence_m = 0;
    if (!a->has_position || !s->visit.has_position)
        return;
    int64_t beyond = metres_apart(s->visit.lon, s->visit.lat, a->lon, a->lat) - s->visit.radius_m - a->accuracy_m;
    f->beyond_fence_m = beyond > 0 ? beyond : 0;
}

static void enter_times(const struct field_scene *s, const struct field_act *a, struct law_facts *f)
{
    const struct field_visit *v = &s->visit;
    int32_t day = field_day(a->time);
    f->outside_period = day < v->from_day || day > v->to_day;
    f->outside_visit_day = day < field_day(v->starts) || day > field_day(v->ends);
    f->outside_window_minutes = a->time < v->starts ? (v->starts - a->time) / 60000000
                                : a->time > v->ends ? (a->time - v->ends) / 60000000
                                                    : 0;
    f->visit_over = over(s, a->time);
    f->visit_not_approved = !v->approved && !f->visit_over;
}

static void enter_facts(const struct field_scene *s, const struct field_act *a, struct law_facts *f)
{
    const struct field_person *p = &s->people[a->person];
    int64_t served = served_at(s);
    int32_t today = field_day(a->at);
    f->enter_helper = p->helper != 0;
    f->enter_officer = !p->helper;
    f->enter_already_inside = field_inside(s, a->person, a->time, 0);
    f->officers_on_site = officers_at(s, a->time, today);
    f->officers_on_site_required = s->visit.officers_required;
    f->helpers_on_site = helpers_at(s, a->time, a->person);
    f->notice_not_served = !served || served > a->time;
    f->notice_before_member = f->notice_not_served ||
                              !(p->covered == 1 || (p->covered == 2 && served_here(s, a->time)));
    if (!good_on(p, today)) {
        f->own_certificate_invalid = !p->helper;
        f->members_not_admitted = p->helper != 0;
    }
    f->reported_late = a->offline || a->late;
    own_facts(s, a, f);
    enter_times(s, a, f);
    enter_position(s, a, f);
}

static void leave_facts(const struct field_scene *s, const struct field_act *a, struct law_facts *f)
{
    f->not_inside = !field_inside(s, a->person, a->time, 0);
    f->leaves_too_few = !s->people[a->person].helper && helpers_at(s, a->time, -1) > 0 &&
                        officers_at(s, a->time, field_day(a->at)) - 1 < s->visit.officers_required;
    own_facts(s, a, f);
}

static void serve_facts(const struct field_scene *s, const struct field_act *a, struct law_facts *f)
{
    f->wrong_state = !s->visit.notice_pending || served_here(s, INT64_MAX);
    f->serve_method_missing = a->method == 0;
    f->serve_recipient_missing = !a->recipient;
    f->serve_time_missing = a->time == 0;
    f->serve_witness_missing = a->method == 2 && !a->witness;
    f->serve_in_future = a->time > a->at + INT64_C(600000000);
    f->serve_before_issue = a->time && a->time < s->visit.notice_issued;
    f->serve_code_missing = s->visit.coded && a->code_same == 0;
    f->serve_to_other = s->visit.coded && a->code_same == 2;
    f->officers_required = s->visit.officers_required;
    f->officers_listed = f->officers_certified = f->officers_with_helper_role = 0;
    for (int64_t i = 0; i < s->people_n; i++) {
        if (!((uint64_t)a->servers >> i & 1))
            continue;
        f->officers_listed++;
        f->officers_certified += !s->people[i].helper && s->people[i].good_until >= field_day(a->at);
        f->officers_with_helper_role += s->people[i].helper != 0;
    }
}

static void close_facts(const struct field_scene *s, const struct field_act *a, struct law_facts *f)
{
    struct field_alone alone = field_alone(s, a->at);
    int64_t from = s->visit.reconciled;
    f->wrong_state = s->visit.over || (over(s, a->at) && type_is(a, "visit.close"));
    f->still_inside = f->unreconciled = 0;
    for (int64_t i = 0; i < s->people_n; i++)
        f->still_inside += field_inside(s, i, INT64_MAX, 0);
    for (int64_t i = 0; i < s->events_n; i++)
        if (s->events[i].kind == FIELD_RECONCILED)
            from = i + 1;
    for (int64_t i = from; i < s->events_n; i++)
        f->unreconciled += s->events[i].offline && (s->events[i].kind == FIELD_ENTER || s->events[i].kind == FIELD_LEAVE);
    if (type_is(a, "presence.reconcile"))
        f->unreconciled = 0;
    f->unaccompanied_minutes = alone.certain;
    f->doubtful_minutes = alone.doubtful;
}

void field_facts(const struct field_scene *s, const struct field_act *a, struct law_facts *facts)
{
    bool known = a->person >= 0 && a->person < s->people_n;
    if (type_is(a, "presence.enter") && known)
        enter_facts(s, a, facts);
    else if (type_is(a, "presence.leave") && known)
        leave_facts(s, a, facts);
    else if (type_is(a, "notice.serve"))
        serve_facts(s, a, facts);
    else if (type_is(a, "visit.close") || type_is(a, "presence.reconcile"))
        close_facts(s, a, facts);
}

/* ---- the state line ---- */

static bool was_there(const struct field_scene *s, int64_t person)
{
    for (int64_t i = 0; i < s->events_n; i++)
        if (s->events[i].person == person && s->events[i].kind == FIELD_ENTER)
            return true;
    return false;
}

static enum field_next next_step(const struct field_scene *s, const struct field_state *at, int64_t now)
{
    bool anybody = false, coming = false;
    for (int64_t i = 0; i < s->people_n; i++) {
        bool was = was_there(s, i);
        anybody = anybody || was;
        coming = coming || (s->people[i].listed && !was);
    }
    if (over(s, now))
        return FIELD_NEXT_NONE;
    if (anybody && at->officers + at->helpers == 0)
        return FIELD_NEXT_CLOSE;
    if (!at->accompanied && at->helpers == 0)
        return FIELD_NEXT_ENTER;
    if (at->helpers == 0 && s->visit.notice_pending && !served_here(s, now))
        return FIELD_NEXT_NOTICE;
    return coming && at->accompanied ? FIELD_NEXT_ENTER : FIELD_NEXT_LEAVE;
}

struct field_state field_state(const struct field_scene *s, int64_t now)
{
    struct field_state at = {.officers = field_officers(s, now), .helpers = helpers_at(s, now, -1)};
    at.accompanied = at.officers >= s->visit.officers_required;
    at.why = over(s, now)                                                    ? FIELD_WHY_OVER
             : !at.accompanied && at.helpers                                 ? FIELD_WHY_FEW_HELPERS_IN
             : !at.officers && !at.helpers                                   ? FIELD_WHY_NOBODY
             : !at.accompanied                                               ? FIELD_WHY_FEW
             : !at.helpers && !served_at(s)                                  ? FIELD_WHY_NOTICE
                                                                             : FIELD_FINE;
    at.accompanied = at.accompanied && at.why != FIELD_WHY_OVER;
    at.next = next_step(s, &at, now);
    return at;
}
