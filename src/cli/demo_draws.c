/* Random draws of the demo bureau: one waits for discipline's secret, one is sealed until its work is done, one is published. */
#include "analysis/draw.h"
#include "cli/demo_private.h"

static const char salt[] = "5f0c1b7e9a34";

static const char *secret(struct province *p, int draw, int party)
{
    static const char *const lines[] = {"杏花春雨江南", "大漠孤烟塞北"};
    return demo_text(p, "%s 第%d次", lines[party], draw);
}

static const char *commitments(struct province *p, struct bureau *b, int draw)
{
    const char *digest[2];
    for (int i = 0; i < 2; i++) {
        const char *text = secret(p, draw, i);
        struct sm3 d = sm3_of(text, str_of(text).n);
        digest[i] = arena_cstr(p->arena, sm3_text(p->arena, &d));
    }
    return demo_text(p, "[{'party':'%s','digest':'%s'},{'party':'%s','digest':'%s'}]", b->officer[0], digest[0], b->discipline, digest[1]);
}

static const char *exclusion(struct province *p, const char *who)
{
    const char *reason = "全年停产检修";
    struct sm3 d = draw_reason_digest(p->arena, str_of(salt), str_of(who), str_of(reason));
    return demo_text(p, "[{'who':'%s','reason_class':'closed','reason':'%s','digest':'%s'}]", who, reason,
                     arena_cstr(p->arena, sm3_text(p->arena, &d)));
}

static void commit(struct province *p, struct bureau *b, int n, const char *id, day d, const char *item, int quantity, day last)
{
    const char *pool = "";
    for (int i = 0; i < 10; i++)
        pool = demo_text(p, "%s%s'%s'", pool, i ? "," : "", b->subjects[i].id);
    demo_do(p, demo_at(d, 14, n), b->officer[0], "draw.commit",
            "'id':'%s','purpose':'subjects','method':'xiezhi-draw-2','item':'%s','preset':'孝感市(湖北) 季度','pool':[%s],'salt':'%s','exclusions':%s,"
            "'quantity':%d,'floor':20,'officers':['%s','%s'],'officers_quantity':2,'officers_each':2,'execute_by':'%s','commitments':%s",
            id, item, pool, salt, exclusion(p, b->subjects[9].id), quantity, b->officer[0], b->officer[1], demo_day(p, last), commitments(p, b, n));
}

static void reveal(struct province *p, struct bureau *b, int n, const char *id, day d, int parties)
{
    demo_do(p, demo_at(d, 14, 30 + n), b->officer[0], "draw.reveal", "'draw':'%s','party':'%s','secret':'%s'", id, b->officer[0], secret(p, n, 0));
    if (parties == 2)
        demo_do(p, demo_at(d, 14, 40 + n), b->discipline, "draw.reveal", "'draw':'%s','party':'%s','secret':'%s'", id, b->discipline,
                secret(p, n, 1));
}

void demo_draws(struct province *p, struct bureau *b)
{
    day yesterday = demo_workday_before(p, p->today, 1), before = demo_workday_before(p, p->today, 4), long_ago = demo_workday_before(p, p->today, 15);
    const char *id = demo_text(p, "%s-z1", b->slug);
    commit(p, b, 1, id, yesterday, "排污许可证后管理", 3, demo_workday(p, p->today, 20));
    reveal(p, b, 1, id, yesterday, 1);
    id = demo_text(p, "%s-z2", b->slug);
    commit(p, b, 2, id, before, "自动监测设备运行", 3, demo_workday(p, p->today, 10));
    reveal(p, b, 2, id, before, 2);
    demo_do(p, demo_at(before, 15, 2), b->officer[0], "draw.settle", "'draw':'%s'", id);
    demo_do(p, demo_at(before, 15, 12), b->officer[0], "draw.look", "'draw':'%s'", id);
    id = demo_text(p, "%s-z3", b->slug);
    commit(p, b, 3, id, long_ago, "危险废物规范化管理", 8, demo_workday_before(p, p->today, 6));
    reveal(p, b, 3, id, long_ago, 2);
    demo_do(p, demo_at(long_ago, 15, 3), b->officer[0], "draw.settle", "'draw':'%s'", id);
    demo_do(p, demo_at(yesterday, 16, 3), b->officer[0], "draw.publish", "'draw':'%s'", id);
}
