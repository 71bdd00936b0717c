/*
 * Where the companies are watched: outlets of a few kinds of plant, limits that change within the year, the networks of some
 * loggers, and what the plants marked in the last days: in time, late, withdrawn, and one correction by an officer. The figures
 * are those of the national standards; the plants are invented.
 */
#include "cli/demo_private.h"

enum { MARK_DAYS = 10 };

static const struct kind {
    const char *kind, *industry, *process, *name;
    int o2; /* per cent; 0: nothing is converted */
    int cadence;
    const char *area;
} kinds[] = {
    {"gas", "火力发电", "1号锅炉", "1号锅炉废气排放口", 6, 60, "12.566"},
    {"water", "污水处理", "处理站", "污水总排口", 0, 600, NULL},
    {"gas", "生活垃圾焚烧", "1号焚烧炉", "1号焚烧炉废气排放口", 11, 60, "3.142"},
    {"gas", "水泥制造", "窑尾", "窑尾废气排放口", 10, 60, "7.069"},
    {"water", "纺织印染", "生产车间", "生产废水排放口", 0, 600, NULL},
    {"gas", "热力生产", "2号锅炉", "2号燃煤锅炉废气排放口", 9, 60, "2.545"}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *register_outlet(struct province *p, struct bureau *b, const struct subject *s, int number, const struct kind *k, usec t)
{
    const char *id = demo_text(p, "%s-p%d", b->slug, number);
    const char *o2 = k->o2 ? demo_text(p, ",'o2_reference':%d", k->o2) : "", *area = k->area ? demo_text(p, ",'area_m2':%s", k->area) : "";
    demo_do(p, t, b->officer[0], "outlet.register",
            "'id':'%s','name':'%s','subject':'%s','mn':'%06dXIEZHI%012d','kind':'%s','industry':'%s','process':'%s','permit_no':'%s001P',"
            "'lon':%.4f,'lat':%.4f,'cadence':%d,'from':'%s'%s%s",
            id, k->name, s->id, s->region, number, k->kind, k->industry, k->process, s->uscc, s->lon + 0.001, s->lat + 0.001, k->cadence,
            demo_day(p, p->first), o2, area);
    return id;
}

/* ---- limits: by standard, a stricter one within the year, and one of a permit ---- */

static void limit(struct province *p, str *rows, const char *target, const char *factor, const char *value, bool converted,
                  const char *period, day from, const char *source)
{
    *rows = arena_printf(p->arena, "%.*s%s{%s,'factor':'%s','value':'%s','unit':'%s','converted':%s,'period':'%s','from':'%s','source':'%s'}",
                         STR_ARG(*rows), rows->n ? "," : "", target, factor, value, factor[0] == 'w' ? "mg/L" : "mg/m3",
                         converted ? "true" : "false", period, demo_day(p, from), source);
}

static void import_limits(struct province *p, usec t)
{
    static const struct { const char *industry, *factor, *value, *period, *source; } rows[] = {
        {"火力发电", "a34013", "30", "hour", "GB 13223-2011"}, {"火力发电", "a21026", "100", "hour", "GB 13223-2011"},
        {"火力发电", "a21002", "100", "hour", "GB 13223-2011"}, {"生活垃圾焚烧", "a34013", "30", "hour", "GB 18485-2014"},
        {"生活垃圾焚烧", "a21026", "100", "hour", "GB 18485-2014"}, {"生活垃圾焚烧", "a21002", "300", "hour", "GB 18485-2014"},
        {"生活垃圾焚烧", "a34013", "20", "day", "GB 18485-2014"}, {"生活垃圾焚烧", "a21026", "80", "day", "GB 18485-2014"},
        {"生活垃圾焚烧", "a21002", "250", "day", "GB 18485-2014"}, {"水泥制造", "a34013", "30", "hour", "GB 4915-2013"},
        {"水泥制造", "a21026", "200", "hour", "GB 4915-2013"}, {"水泥制造", "a21002", "400", "hour", "GB 4915-2013"},
        {"热力生产", "a34013", "50", "hour", "GB 13271-2014"}, {"热力生产", "a21026", "300", "hour", "GB 13271-2014"},
        {"热力生产", "a21002", "300", "hour", "GB 13271-2014"}, {"污水处理", "w01018", "50", "day", "GB 18918-2002 一级A"},
        {"污水处理", "w21003", "5", "day", "GB 18918-2002 一级A"}, {"污水处理", "w21011", "0.5", "day", "GB 18918-2002 一级A"},
        {"纺织印染", "w01018", "80", "day", "GB 4287-2012"}, {"纺织印染", "w21003", "10", "day", "GB 4287-2012"}};
    day old = day_from_civil(2015, 1, 1), change = p->today - 120;
    str list = STR_NONE;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        limit(p, &list, demo_text(p, "'industry':'%s'", rows[i].industry), rows[i].factor, rows[i].value, rows[i].factor[0] == 'a',
              rows[i].period, old, rows[i].source);
    limit(p, &list, "'industry':'火力发电'", "a34013", "10", true, "hour", change, "燃煤电厂超低排放要求");
    limit(p, &list, "'industry':'火力发电'", "a21026", "35", true, "hour", change, "燃煤电厂超低排放要求");
    limit(p, &list, "'industry':'火力发电'", "a21002", "50", true, "hour", change, "燃煤电厂超低排放要求");
    limit(p, &list, demo_text(p, "'outlet':'%s-p2'", p->bureaus[0].slug), "w01018", "40", false, "day", change, "排污许可证");
    demo_do(p, t, "sys", "limit.import", "'rows':[%.*s]", STR_ARG(list));
}

/* ---- marks of the last days ---- */

static void mark(struct province *p, usec entered, const char *by, const char *id, const char *outlet, const char *kind, usec from,
                 int minutes, const char *reason, const char *factors)
{
    demo_do(p, entered, by, "outlet.mark", "'id':'%s','outlet':'%s','kind':'%s','from':'%s','to':'%s','reason':'%s'%s", id, outlet, kind,
            demo_time(p, from), demo_time(p, from + minutes * USEC_MINUTE), reason, factors);
}

static void mark_gas(struct province *p, struct bureau *b, const char *outlet, const char *plant)
{
    static const char gases[] = ",'factors':['a34013','a21026','a21002']";
    for (int back = MARK_DAYS; back > 0; back--) { /* a calibration each morning, told the same day */
        day d = p->today - back;
        mark(p, demo_at(d, 17, 5), plant, demo_text(p, "%s-k%02d", b->slug, back), outlet, "calibration", demo_at(d, 9, 0), 15,
             "每日零点量程校准", gases);
    }
    day stop = p->today - 4;
    mark(p, demo_at(stop + 1, 10, 30), plant, demo_text(p, "%s-stop", b->slug), outlet, "stopped", demo_at(stop, 1, 0), 360, "停炉检修", "");
    mark(p, demo_at(stop + 1, 10, 32), plant, demo_text(p, "%s-start", b->slug), outlet, "start", demo_at(stop, 7, 0), 150, "检修后启炉", "");
    /* Five days after the fact: taken, and visibly late. */
    mark(p, demo_at(p->today - 1, 16, 40), plant, demo_text(p, "%s-late", b->slug), outlet, "fault", demo_at(p->today - 6, 14, 0), 50,
         "分析仪故障", ",'factors':['a21026']");
    mark(p, demo_at(p->today - 2, 8, 10), plant, demo_text(p, "%s-slip", b->slug), outlet, "network", demo_at(p->today - 3, 20, 0), 40,
         "通讯中断", "");
    demo_do(p, demo_at(p->today - 2, 8, 25), plant, "outlet.unmark", "'mark':'%s-slip','reason':'点位选错'", b->slug);
    demo_do(p, demo_at(p->today - 1, 10, 20), b->officer[1], "outlet.correct",
            "'id':'%s-fix','outlet':'%s','factor':'a21026','period':'hour','slot':'%s','value':'31.5','reason':'比对监测时段，按参比方法结果修正'",
            b->slug, outlet, demo_time(p, demo_at(p->today - 2, 10, 0)));
}

static void watch_city(struct province *p, struct bureau *b, int city, usec *t)
{
    const char *plant = demo_text(p, "%s-qiye", b->slug);
    for (int i = 0; i < OUTLETS_OF_CITY; i++) {
        const struct kind *k = i < 2 ? &kinds[i] : &kinds[2 + (city * 2 + i) % (KINDS - 2)];
        const struct subject *s = &b->subjects[i < 2 ? 0 : i - 1];
        const char *id = register_outlet(p, b, s, i + 1, k, *t += USEC_SECOND);
        if (city % 4 == 0)
            demo_do(p, *t += USEC_SECOND, "sys", "outlet.access", "'outlet':'%s','networks':['127.0.0.0/8','10.%d.0.0/16']", id, city + 1);
        if (i == 0)
            mark_gas(p, b, id, plant);
    }
}

void demo_outlets(struct province *p)
{
    usec t = demo_at(p->first, 16, 0);
    for (int i = 0; i < p->bureaus_n; i++)
        watch_city(p, &p->bureaus[i], i, &t);
    import_limits(p, demo_at(p->first, 17, 0));
}
