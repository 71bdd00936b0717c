/* Shares with one success and one failure lent (Laplace), so that a single case makes neither a hero nor a villain. */
#include "analysis/score.h"

static int64_t part(int64_t good, int64_t all)
{
    return all > 0 ? 1000 * (good + 1) / (all + 2) : SCORE_NONE;
}

struct score score_of(const struct score_input *in)
{
    struct score s = {.time = part(in->in_time, in->ended), .quality = part(in->adopted, in->looked_at),
                      .truth = part(in->agreed, in->checked)};
    const struct { int64_t value, weight; } parts[] = {
        {s.time, SCORE_WEIGHT_TIME}, {s.quality, SCORE_WEIGHT_QUALITY}, {s.truth, SCORE_WEIGHT_TRUTH}};
    int64_t sum = 0, weights = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].value != SCORE_NONE) {
            sum += parts[i].value * parts[i].weight;
            weights += parts[i].weight;
        }
    s.total = weights ? sum / weights : SCORE_NONE;
    return s;
}

err *score_load(struct db *d, str provider, usec low, usec high, struct score_input *ret)
{
    const struct db_args *args = DB_ARGS(DB_T("provider", provider), DB_I("low", low), DB_I("high", high));
#define SCORE_LOAD_(name, label, sql) TRY(db_one_int(d, sql, args, 0, &ret->name));
    SCORE_INPUTS(SCORE_LOAD_)
#undef SCORE_LOAD_
    return NULL;
}
