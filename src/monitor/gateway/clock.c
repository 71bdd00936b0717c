/*
 * How far this machine's clock can be trusted is the kernel's to say: adjtimex(2) without modes only reads. The offset is stored with
 * each batch, because whoever doubts an arrival time will ask what the clock was worth at that moment. Every second the wall clock
 * is laid beside the monotonic one; where they part by more than a slew can explain, somebody or something has set the clock.
 */
#include "monitor/gateway/gateway_private.h"

#include <stdio.h>
#include <sys/timex.h>

enum { JUMP_US = 500000 };

struct spool_clock clock_read(void)
{
    struct timex t = {0};
    int state = adjtimex(&t);
    int64_t offset = t.status & STA_NANO ? t.offset / 1000 : t.offset;
    return (struct spool_clock){offset, t.maxerror, state >= 0 && state != TIME_ERROR && !(t.status & STA_UNSYNC)};
}

void clock_watch(struct gateway *g)
{
    int64_t apart = gateway_now(g) - time_monotonic(), moved = apart - g->wall_minus_mono;
    g->wall_minus_mono = apart;
    if (moved > -JUMP_US && moved < JUMP_US)
        return;
    char detail[160];
    int n = snprintf(detail, sizeof detail, "服务器时钟跳变%+.3f秒；到达次序以单调时钟为准，不受影响", (double)moved / 1e6);
    usec now = gateway_now(g), before = now - moved;
    int64_t seconds = (moved < 0 ? -moved : moved) / USEC_SECOND;
    /* Both readings are in doubt: the hour it left and the hour it came to. */
    causes_add(g->causes, S(""), now, CAUSE_CLOCK, (int32_t)(seconds > 3600 ? 3600 : seconds), 1);
    if (before / USEC_HOUR != now / USEC_HOUR)
        causes_add(g->causes, S(""), before, CAUSE_CLOCK, (int32_t)(seconds > 3600 ? 3600 : seconds), 1);
    inbox_event(g, now, S(""), S("clock-jump"), (str){detail, (size_t)n});
    atomic_fetch_add(&g->m.clock_jumps, 1);
}
