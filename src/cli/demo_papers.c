/* Papers of the demo: one task with all its papers, the notice of the company one can sign in as, decisions, a void number. */
#include "cli/demo_private.h"

static void issue(struct province *p, struct bureau *b, usec at, const char *by, const char *act, const char *form, const char *thing)
{
    demo_do(p, at, by, act, "'id':'%s-w%03d','form':'%s','thing':'%s'", b->slug, ++b->papers, form, thing);
}

void demo_paper(struct work *w, usec at, const char *by, const char *form, const char *thing)
{
    issue(w->p, w->b, at, by, "paper.issue", form, thing);
}

void demo_own_paper(struct work *w, usec at, const char *by, const char *form, const char *thing)
{
    issue(w->p, w->b, at, by, "paper.own", form, thing);
}

/* Papers of a served task: what stands before a visit. */
void demo_papers_before(struct work *w)
{
    demo_paper(w, demo_at(w->begin, 10, 45), w->b->head, "A08", w->id);
    demo_paper(w, demo_at(w->begin, 15, 30), w->o1, "A09", w->notice);
    demo_paper(w, demo_at(w->served, 11, 30), w->o1, "A10", w->notice);
}

/* And of one that was visited, verified, recorded and accepted. */
void demo_papers_whole(struct work *w)
{
    day next = demo_workday(w->p, w->visit_day, 1), told = demo_workday(w->p, w->done, 2);
    demo_paper(w, demo_at(w->begin, 9, 55), w->o1, "A01", w->id);
    demo_papers_before(w);
    demo_paper(w, demo_at(w->visit_day, 16, 50), w->o1, "A15", w->visit);
    demo_paper(w, demo_at(w->visit_day, 16, 55), w->o1, "S02", w->visit);
    demo_own_paper(w, demo_at(next, 16, 30), w->user, "A16", w->id);
    demo_own_paper(w, demo_at(next, 16, 40), w->user, "A17", w->report);
    demo_paper(w, demo_at(w->verified, 11, 40), w->o1, "A18", w->report);
    demo_paper(w, demo_at(w->done, 16, 10), w->b->legal, "A21", w->record);
    demo_paper(w, demo_at(told, 11, 30), w->o3, "A23", demo_text(w->p, "%s-a", w->id));
}

/* Issued, found wrong the same day, void, issued again: the number stays in the register. */
void demo_paper_void(struct work *w)
{
    struct province *p = w->p;
    demo_paper(w, demo_at(w->begin, 10, 50), w->b->head, "A08", w->id);
    demo_do(p, demo_at(w->begin, 11, 20), w->b->archivist, "paper.void", "'paper':'%s-w%03d','reason':'打印前发现区域写错，尚未送出'", w->b->slug,
            w->b->papers);
    demo_paper(w, demo_at(w->begin, 11, 40), w->b->head, "A08", w->id);
}

/* 发文机关代字: two characters of the place. */
void demo_marks(struct province *p)
{
    usec t = demo_at(p->first, 15, 0);
    for (int i = 0; i < p->bureaus_n; i++) {
        struct bureau *b = &p->bureaus[i];
        str place = utf8_clip(str_of(b->region->name), 2);
        demo_do(p, t += USEC_SECOND, b->head, "paper.mark", "'agency':'%s','mark':'%.*s环执'", b->id, (int)place.n, place.p);
    }
}
