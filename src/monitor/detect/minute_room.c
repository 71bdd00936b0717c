/*
 * C17 among readings. Each reading comes with the lowest and highest value within its minute. How far apart they are is the
 * instrument's own noise at that level; it is the same from one hour to the next, whatever the plant does. A value put in
 * place of a measured one comes without, or with less of it, for as long as it is put there.
 */
#include "monitor/detect/detect_private.h"

enum { BANDS = 10 };

static int band_of(const double *edge, double x)
{
    int b = 0;
    while (b < BANDS - 1 && x > edge[b])
        b++;
    return b;
}

/* A stretch at one level may fill that level's band: what the bands beside it say counts as much. */
static void smooth(double *usual)
{
    double copy[BANDS];
    for (int b = 0; b < BANDS; b++)
        copy[b] = usual[b];
    for (int b = 0; b < BANDS; b++) {
        int from = b == 0 ? 0 : b == BANDS - 1 ? BANDS - 3 : b - 1;
        double three[3] = {copy[from], copy[from + 1], copy[from + 2]};
        usual[b] = median_of(three, 3);
    }
}

/* Value, minimum and maximum all lie on ten times the usual step. */
static bool printed_coarser(const struct view *v, size_t i)
{
    int64_t ten = 10 * (v->c->q > 0 ? v->c->q : 1);
    return v->c->value[i] % ten == 0 && v->c->low[i] % ten == 0 && v->c->high[i] % ten == 0;
}

/* Log of a reading's room against the usual at its level; NAN where it cannot be said. False: too coarse to tell. */
static bool room_of(struct detect_context *c, const struct table *t, const struct view *v, float *ret)
{
    double sample[VIEW_SAMPLE], edge[BANDS - 1], usual[BANDS], *band[BANDS];
    size_t n[BANDS] = {0}, stride = stride_of(t->n, VIEW_SAMPLE), samples = 0, wide = 0, all = 0, still = 0;
    for (size_t i = 0; i < t->n; i += stride)
        if (!isnan(v->x[i]) && v->c->low[i] != VALUE_NONE && v->c->high[i] != VALUE_NONE)
            sample[samples++] = v->x[i];
    if (samples < 200)
        return false;
    sort_doubles(sample, samples);
    double low = sample[samples / 20];
    for (int b = 0; b < BANDS - 1; b++)
        edge[b] = sample[samples * (size_t)(b + 1) / BANDS];
    for (int b = 0; b < BANDS; b++)
        band[b] = NEW_ARRAY(c->scratch, VIEW_SAMPLE, double);
    for (size_t i = 0; i < t->n; i += stride) {
        if (isnan(v->x[i]) || v->c->low[i] == VALUE_NONE || v->c->high[i] == VALUE_NONE)
            continue;
        int b = band_of(edge, v->x[i]);
        double room = (double)(v->c->high[i] - v->c->low[i]) * v->unit;
        still += room <= 0;
        band[b][n[b]++] = log(room + 0.5 * v->q);
    }
    for (int b = 0; b < BANDS; b++)
        usual[b] = n[b] ? median_of(band[b], n[b]) : 0;
    smooth(usual);
    for (int b = 0; b < BANDS; b++) {
        wide += exp(usual[b]) > 2.5 * v->q ? n[b] : 0;
        all += n[b];
    }
    if (wide * 10 < all * 8 || still * 5 > all * 3)
        return false;
    for (size_t i = 0; i < t->n; i++) {
        ret[i] = NAN;
        /* an analyser that switched to its wider range prints coarser, and the room is rounded away */
        if (printed_coarser(v, i) && exp(usual[band_of(edge, v->x[i])]) < 60 * v->q)
            continue;
        /* at the detection limit the lower end is cut off */
        if (isnan(v->x[i]) || v->c->low[i] == VALUE_NONE || v->c->high[i] == VALUE_NONE || (!isnan(v->floor) && v->x[i] <= v->floor + 3 * v->grain))
            continue;
        /* below all levels known, room shrinks with the level as far as anybody can tell */
        double must = usual[band_of(edge, v->x[i])] + (low > 0 && v->x[i] < low ? log(fmax(v->x[i], v->q) / low) : 0);
        ret[i] = (float)(log((double)(v->c->high[i] - v->c->low[i]) * v->unit + 0.5 * v->q) - must);
    }
    return true;
}

/* A window is found for what a part of it holds: give back quarters of an hour before and behind that have half of the usual loss. */
static void trim(const struct table *t, const float *room, double least, size_t *first, size_t *end)
{
    size_t quarter = slots_of(t, 0.25);
    for (int side = 0; side < 2; side++)
        while (*end > *first + 2 * quarter) {
            size_t from = side ? *end - quarter : *first, n = 0;
            double sum = 0;
            for (size_t i = from; i < from + quarter; i++)
                if (!isnan(room[i]))
                    sum += (double)room[i], n++;
            if (n && sum / (double)n < -least)
                break;
            if (side)
                *end -= quarter;
            else
                *first += quarter;
        }
}

static void say_room(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end, double ratio, double p)
{
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = -log(fmax(ratio, 1e-9));
    h->p = fmin(1, p);
    h->hard = h->p <= parameter(c, "hard") && ratio <= 0.8;
    hit_number(h, 0, "分钟内极差为平时的（%）", 100 * ratio, 2);
    hit_number(h, 1, "该处最小值", (double)v->c->low[first] * v->unit, v->c->decimals);
    hit_number(h, 2, "该处最大值", (double)v->c->high[first] * v->unit, v->c->decimals);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的分钟数据，每分钟最大值与最小值之差只有平时同一水平的%.1f%%，全段其他时间没有这样的情况", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), 100 * ratio);
}

static void room_windows(struct detect_context *c, const struct table *t, const struct view *v, const float *room, double hours)
{
    size_t length = slots_of(t, hours), hop = length / 4, n = 0, begin = window_first(t, hop);
    double *score = NEW_ARRAY(c->scratch, t->n / hop + 1, double);
    struct standout s[STANDOUTS];
    for (size_t first = begin; first + length <= t->n; first += hop) {
        double sum = 0;
        size_t used = 0;
        for (size_t i = first; i < first + length; i++)
            if (!isnan(room[i]))
                sum += (double)room[i], used++;
        score[n++] = used * 2 >= length ? -sum / (double)used : NAN;
    }
    size_t found = standouts(c->scratch, score, n, 4, 0.02, parameter(c, "readings"), s);
    double *copy = NEW_ARRAY(c->scratch, n + 1, double);
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(score[i]))
            copy[k++] = score[i];
    double usual = k ? median_of(copy, k) : 0;
    for (size_t i = 0; i < found; i++) {
        size_t first = begin + s[i].first * hop, end = begin + (s[i].end - 1) * hop + length;
        if (exp(usual - s[i].score) > 0.8)
            continue;
        trim(t, room, (s[i].score + usual) / 2, &first, &end);
        say_room(c, t, v, first, end, exp(usual - s[i].score), s[i].p);
    }
}

void detect_minute_room(struct detect_context *c, const struct table *t)
{
    float *room = NEW_ARRAY(c->scratch, t->n, float);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!v->c->low || !v->c->high || !view_fit(v, 2000) || v->mad <= 0 || v->c->group != COLUMN_VALUE ||
            (v->factor->role != ROLE_POLLUTANT && v->factor->role != ROLE_OXYGEN && v->factor->role != ROLE_FLOW) || !room_of(c, t, v, room))
            continue;
        room_windows(c, t, v, room, 1);
        room_windows(c, t, v, room, 6);
    }
}
