/* What the demo's first bureau took out: a list that needs nobody's leave, one asked for and waiting, one approved and ready to fetch, one
 * refused for want of a purpose, one declined. */
#include "cli/demo_private.h"

/* As a code is drawn: twelve signs in three groups. */
static const char *code(struct province *p)
{
    static const char signs[] = "0123456789abcdefghjkmnpqrstvwxyz";
    char text[15];
    size_t n = 0;
    for (int i = 0; i < 12; i++) {
        if (i == 4 || i == 8)
            text[n++] = '-';
        text[n++] = signs[demo_random(p, 32)];
    }
    return demo_text(p, "%.*s", (int)n, text);
}

void demo_exports(struct province *p, struct bureau *b)
{
    day then = p->today - 9, yesterday = p->today - 1;
    const char *ready = demo_text(p, "%s-x1", b->slug), *waiting = demo_text(p, "%s-x2", b->slug), *declined = demo_text(p, "%s-x3", b->slug);
    demo_do(p, demo_at(then, 9, 20), b->officer[0], "export.take", "'id':'%s','what':'subjects','format':'xlsx','rows':%d,'digest':'%s'", code(p),
            b->subjects_n, demo_digest(p));
    demo_refused(p, demo_at(then, 9, 40), b->officer[0], "export.request", "'id':'%s','what':'members','format':'xlsx'", declined);
    demo_do(p, demo_at(then, 10, 0), b->officer[0], "export.request",
            "'id':'%s','what':'users','format':'xlsx','purpose':'通讯录'", declined);
    demo_do(p, demo_at(then, 15, 0), b->head, "export.decline", "'request':'%s','reason':'通讯录不需导出全部账号'", declined);
    demo_do(p, demo_at(yesterday, 9, 30), b->officer[0], "export.request",
            "'id':'%s','what':'dual_random','format':'xlsx','purpose':'录入省双随机系统'", ready);
    demo_do(p, demo_at(yesterday, 11, 0), b->head, "export.approve", "'request':'%s','reason':'同意，仅限录入'", ready);
    demo_do(p, demo_at(yesterday, 16, 0), b->officer[1], "export.request",
            "'id':'%s','what':'members','filters':'state=admitted','format':'xlsx','purpose':'核对辅助工作证有效期'", waiting);
    if (!p->shown)
        return;
    const char *bundle = demo_text(p, "%s-x4", b->slug);
    demo_do(p, demo_at(yesterday, 10, 0), b->officer[0], "export.request",
            "'id':'%s','what':'case','format':'zip','filters':'case=%s','purpose':'移送人民法院'", bundle, p->shown);
    demo_do(p, demo_at(yesterday, 11, 20), b->head, "export.approve", "'request':'%s','reason':'同意，仅限本案诉讼'", bundle);
}
