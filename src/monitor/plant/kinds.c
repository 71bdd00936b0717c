/*
 * The five kinds of plants: what their loggers send, and how a seed becomes one plant of its kind. Limits: ultra-low
 * emission of coal power, GB 18485 for incinerators, GB 4915 for kilns in key areas, GB 18918 1A for works, a sector's
 * 80 mg/L for industry.
 */
#include "monitor/plant/plant_private.h"

#include <math.h>
#include <string.h>

#define GAS(role_, factor_, span_, floor_, limit_, daily_)                                                       \
    {                                                                                                            \
        .role = role_, .instrument = INSTRUMENT_GAS, .factor = factor_, .decimals = 2, .total_decimals = 4,      \
        .span = span_, .floor = floor_, .limit = limit_, .limit_daily = daily_, .spread = 0.02, .white = 0.0006, \
        .converted = true                                                                                        \
    }
#define DUST(span_, limit_, daily_)                                                                               \
    {                                                                                                             \
        .role = ROLE_DUST, .instrument = INSTRUMENT_DUST, .factor = "a34013", .decimals = 2, .total_decimals = 4, \
        .span = span_, .floor = 0.1, .limit = limit_, .limit_daily = daily_, .spread = 0.06, .white = 0.0004,     \
        .converted = true                                                                                         \
    }
#define OXYGEN                                                                                                  \
    {                                                                                                           \
        .role = ROLE_O2, .instrument = INSTRUMENT_GAS, .factor = "a19001", .decimals = 2, .total_decimals = -1, \
        .span = 25, .spread = 0.008, .white = 0.0006                                                            \
    }
#define SENSOR(role_, factor_, decimals_, span_, spread_, least_, white_)                               \
    {                                                                                                   \
        .role = role_, .instrument = INSTRUMENT_SENSOR, .factor = factor_, .decimals = decimals_,       \
        .total_decimals = -1, .span = span_, .spread = spread_, .spread_least = least_, .white = white_ \
    }
#define DUCT(hot)                                                                                                    \
    SENSOR(ROLE_TEMPERATURE, "a01012", 1, hot, 0.002, 0.05, 0.0001),                                                 \
        SENSOR(ROLE_HUMIDITY, "a01014", 2, 40, 0.006, 0.02, 0.001),                                                  \
        SENSOR(ROLE_PRESSURE, "a01013", 3, 5, 0.01, 0.006, 0.0008),                                                  \
        SENSOR(ROLE_VELOCITY, "a01011", 2, 40, 0.012, 0.02, 0.001),                                                  \
    {                                                                                                                \
        .role = ROLE_FLOW, .instrument = INSTRUMENT_DERIVED, .factor = "a00000", .decimals = 2, .total_decimals = 1, \
        .span = 2000, .spread = 0.012                                                                                \
    }
#define CYCLE(role_, factor_, decimals_, span_, floor_, limit_)                                                       \
    {                                                                                                                 \
        .role = role_, .instrument = INSTRUMENT_CYCLE, .factor = factor_, .decimals = decimals_, .total_decimals = 5, \
        .span = span_, .floor = floor_, .limit_daily = limit_                                                         \
    }
#define WATER(nitrogen, cod, ammonia, phosphorus)                                                   \
    CYCLE(ROLE_COD, "w01018", 1, 200, 4, cod), CYCLE(ROLE_AMMONIA, "w21003", 3, 20, 0.02, ammonia), \
        CYCLE(ROLE_PHOSPHORUS, "w21011", 3, 5, 0.01, phosphorus),                                   \
        CYCLE(ROLE_NITROGEN, "w21001", 2, 50, 0.05, nitrogen),                                      \
        SENSOR(ROLE_PH, "w01001", 2, 14, 0.0005, 0.004, 0.0002),                                    \
        {.role = ROLE_WATER_FLOW,                                                                   \
         .instrument = INSTRUMENT_SENSOR,                                                           \
         .factor = "w00000",                                                                        \
         .decimals = 2,                                                                             \
         .total_decimals = 2,                                                                       \
         .span = 3000,                                                                              \
         .spread = 0.01,                                                                            \
         .white = 0.00001},                                                                         \
        SENSOR(ROLE_WATER_TEMPERATURE, "w01010", 1, 50, 0.001, 0.02, 0.0004),                       \
        SENSOR(ROLE_CONDUCTIVITY, "w01014", 1, 5000, 0.002, 0.3, 0.0002)

static const struct channel_kind coal[] = {GAS(ROLE_SO2, "a21026", 150, 0.5, 35, 0),
                                           GAS(ROLE_NOX, "a21002", 200, 1, 50, 0), DUST(50, 10, 0), OXYGEN, DUCT(200)};
static const struct channel_kind incinerator[] = {GAS(ROLE_SO2, "a21026", 300, 0.5, 100, 80),
                                                  GAS(ROLE_NOX, "a21002", 500, 1, 300, 250),
                                                  DUST(100, 30, 20),
                                                  GAS(ROLE_CO, "a21005", 300, 0.5, 100, 80),
                                                  GAS(ROLE_HCL, "a21024", 150, 0.3, 60, 50),
                                                  OXYGEN,
                                                  DUCT(300),
                                                  SENSOR(ROLE_FURNACE_1, "i33311", 1, 1400, 0.003, 0.2, 0.0004),
                                                  SENSOR(ROLE_FURNACE_2, "i33312", 1, 1400, 0.003, 0.2, 0.0004),
                                                  SENSOR(ROLE_FURNACE_3, "i33321", 1, 1400, 0.003, 0.2, 0.0004),
                                                  SENSOR(ROLE_FURNACE_4, "i33322", 1, 1400, 0.003, 0.2, 0.0004)};
static const struct channel_kind kiln[] = {GAS(ROLE_SO2, "a21026", 300, 0.5, 100, 0),
                                           GAS(ROLE_NOX, "a21002", 600, 1, 320, 0), DUST(100, 20, 0), OXYGEN,
                                           DUCT(300)};
static const struct channel_kind works[] = {WATER(15, 50, 5, 0.5)};
static const struct channel_kind industry[] = {WATER(30, 80, 10, 1)};
#define N(array) (sizeof(array) / sizeof *(array))
static const struct {
    const char *name;
    const struct channel_kind *channels;
    size_t n;
} kinds[PLANT_KINDS] = {{"coal-boiler", coal, N(coal)},
                        {"incinerator", incinerator, N(incinerator)},
                        {"cement-kiln", kiln, N(kiln)},
                        {"sewage-works", works, N(works)},
                        {"industrial-water", industry, N(industry)}};
_Static_assert(N(incinerator) <= PLANT_CHANNELS, "room");

const char *plant_kind_name(enum plant_kind k)
{
    CHECK(k < PLANT_KINDS);
    return kinds[k].name;
}

const struct channel_kind *plant_channel_kinds(enum plant_kind k, size_t *ret_n)
{
    *ret_n = kinds[k].n;
    return kinds[k].channels;
}

/* How often each habit is met; per mille, gas and water. */
static const struct {
    enum habit habit;
    int gas, water;
} habit_shares[] = {{HABIT_BASE_LOAD, 300, 0},           {HABIT_TIGHT, 300, 0},        {HABIT_COARSE_DUST, 150, 0},
                    {HABIT_COARSE_NOX, 200, 0},          {HABIT_RANGE_SWITCH, 150, 0}, {HABIT_SHARED, 60, 0},
                    {HABIT_HOLD_CALIBRATION, 500, 1000}, {HABIT_FLUSH_NORMAL, 500, 0}, {HABIT_FLOOR_ZERO, 300, 300},
                    {HABIT_SILENT_STOP, 120, 0},         {HABIT_REHEATER, 150, 0},     {HABIT_SPRING_STOP, 200, 900},
                    {HABIT_CAP_ALPHA, 500, 0},           {HABIT_SBR, 0, 350},          {HABIT_STOP_MISSING, 0, 300}};

static double draw(struct plant_random *r, double least, double most)
{
    return least + (most - least) * plant_random_unit(r);
}

static void size_gas(struct plant *p, struct plant_random *r)
{
    static const double levels[3][ROLES] = {
        [PLANT_COAL_BOILER] = {[ROLE_DUST] = 0.28, [ROLE_VELOCITY] = 14, [ROLE_TEMPERATURE] = 82},
        [PLANT_INCINERATOR] = {[ROLE_DUST] = 0.12,
                               [ROLE_VELOCITY] = 13,
                               [ROLE_TEMPERATURE] = 145,
                               [ROLE_HUMIDITY] = 20,
                               [ROLE_FURNACE_1] = 985},
        [PLANT_CEMENT_KILN] = {[ROLE_DUST] = 0.25, [ROLE_VELOCITY] = 12, [ROLE_TEMPERATURE] = 96, [ROLE_HUMIDITY] = 9}};
    const double *level = levels[p->kind];
    bool tight = p->habits & HABIT_TIGHT, coal_ = p->kind == PLANT_COAL_BOILER;
    double limit[ROLES] = {0};
    for (size_t c = 0; c < p->n; c++)
        limit[p->made_of[c].role] = p->made_of[c].limit_daily > 0 ? p->made_of[c].limit_daily : p->made_of[c].limit;
    p->load = draw(r, 0.72, 0.9);
    p->swing = p->habits & HABIT_BASE_LOAD || p->kind != PLANT_COAL_BOILER ? draw(r, 0.015, 0.05) : draw(r, 0.12, 0.3);
    p->o2 = coal_ ? draw(r, 4.5, 6) : p->kind == PLANT_INCINERATOR ? draw(r, 7.5, 9.5) : draw(r, 8.5, 10.5);
    p->o2_slope = coal_ ? draw(r, 4, 7) : 2;
    p->o2_reference = coal_ ? 6 : p->kind == PLANT_INCINERATOR ? 11 : 10;
    p->area = draw(r, 6, 30);
    p->pressure = draw(r, 98500, 101800);
    p->wet_temperature = draw(r, 47, 54);
    p->size[ROLE_SO2] = limit[ROLE_SO2] * (tight ? draw(r, 0.72, 0.82) : draw(r, 0.25, 0.65));
    p->size[ROLE_NOX] = limit[ROLE_NOX] * (tight ? draw(r, 0.8, 0.87) : draw(r, 0.55, 0.82));
    p->size[ROLE_DUST] = limit[ROLE_DUST] * level[ROLE_DUST] * draw(r, 0.7, 1.4);
    p->size[ROLE_CO] = draw(r, 6, 18);
    p->size[ROLE_HCL] = limit[ROLE_HCL] * (tight ? draw(r, 0.7, 0.8) : draw(r, 0.15, 0.5));
    p->size[ROLE_TEMPERATURE] = level[ROLE_TEMPERATURE] * draw(r, 0.94, 1.06);
    p->size[ROLE_HUMIDITY] = level[ROLE_HUMIDITY] * draw(r, 0.9, 1.1);
    p->size[ROLE_VELOCITY] = level[ROLE_VELOCITY] * draw(r, 0.8, 1.25);
    p->size[ROLE_FURNACE_1] = level[ROLE_FURNACE_1] * draw(r, 0.97, 1.04);
    p->calibrate_for = 16 + (int)draw(r, 0, 12);
    p->flush_every = 60 * (4 + (int)draw(r, 0, 5));
    p->flush_for = 3 + (int)draw(r, 0, 3);
}

static void size_water(struct plant *p, struct plant_random *r)
{
    bool works_ = p->kind == PLANT_SEWAGE_WORKS;
    p->size[ROLE_WATER_FLOW] = works_ ? draw(r, 150, 900) : draw(r, 6, 40);
    p->size[ROLE_COD] = works_ ? draw(r, 16, 30) : draw(r, 35, 58);
    p->size[ROLE_AMMONIA] = works_ ? draw(r, 0.4, 1.6) : draw(r, 1.5, 5);
    p->size[ROLE_PHOSPHORUS] = works_ ? draw(r, 0.12, 0.3) : draw(r, 0.2, 0.6);
    p->size[ROLE_NITROGEN] = works_ ? draw(r, 6.5, 10) : draw(r, 7, 16);
    p->size[ROLE_PH] = draw(r, 6.9, 7.5);
    p->size[ROLE_CONDUCTIVITY] = works_ ? draw(r, 600, 950) : draw(r, 1200, 3000);
    p->calibrate_for = 60;
    p->cycle[0] = 120;
    p->cycle[1] = plant_random_unit(r) < 0.4 ? 240 : 120;
}

static int64_t scaled(double x, int decimals)
{
    for (int i = 0; i < decimals; i++)
        x *= 10;
    return (int64_t)floor(x + 0.5);
}

static void channel(struct plant *p, size_t c)
{
    const struct channel_kind *k = &p->made_of[c];
    p->of_role[k->role] = (int8_t)c;
    bool coarse = (k->role == ROLE_NOX && p->habits & HABIT_COARSE_NOX);
    bool whole = k->role == ROLE_DUST && p->habits & HABIT_COARSE_DUST;
    double limit = k->limit > 0 ? k->limit : k->limit_daily;
    p->channel[c] = (struct plant_channel){.factor = k->factor,
                                           .decimals = k->decimals,
                                           .total_decimals = k->total_decimals,
                                           .resolution = whole    ? 100
                                                         : coarse ? 10
                                                                  : 1,
                                           .span = scaled(k->span, k->decimals),
                                           .floor = scaled(k->floor, k->decimals),
                                           .converted = k->converted,
                                           .stepwise = k->instrument == INSTRUMENT_CYCLE,
                                           .limit = scaled(limit, k->decimals),
                                           .limit_daily = scaled(k->limit_daily, k->decimals)};
}

struct plant *plant_new(struct arena *a, enum plant_kind kind, uint64_t seed)
{
    CHECK(kind < PLANT_KINDS);
    struct plant *p = NEW(a, struct plant);
    p->kind = kind;
    p->seed = seed * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)kind;
    p->made_of = plant_channel_kinds(kind, &p->n);
    struct plant_random r = plant_random_of(p->seed, 1);
    for (size_t i = 0; i < N(habit_shares); i++)
        if (1000 * plant_random_unit(&r) < (plant_gas(p) ? habit_shares[i].gas : habit_shares[i].water))
            p->habits |= habit_shares[i].habit;
    if (kind != PLANT_COAL_BOILER)
        p->habits &= ~(unsigned)HABIT_REHEATER;
    if (kind != PLANT_SEWAGE_WORKS)
        p->habits &= ~(unsigned)HABIT_SBR;
    else
        p->habits &= ~(unsigned)(HABIT_SPRING_STOP | HABIT_STOP_MISSING);
    for (int i = 0; i < ROLES; i++)
        p->of_role[i] = -1;
    for (size_t c = 0; c < p->n; c++)
        channel(p, c);
    p->calibrate_at = (int)draw(&r, 0, DAY_MINUTES - 90);
    p->flush_phase = (int)draw(&r, 0, 480);
    if (plant_gas(p))
        size_gas(p, &r);
    else
        size_water(p, &r);
    /* Once in a decade each, at any time from 2019 on. */
    int64_t start = (int64_t)day_from_civil(2019, 1, 1) * DAY_MINUTES, decade = INT64_C(3653) * DAY_MINUTES;
    double logger = plant_random_unit(&r), limit = plant_random_unit(&r);
    p->logger_changed = start + (int64_t)(logger * (double)decade) / DAY_MINUTES * DAY_MINUTES + 10 * 60;
    p->limit_changed =
        limit < 0.5 ? start + (int64_t)(2 * limit * (double)decade) / DAY_MINUTES * DAY_MINUTES : INT64_MIN;
    return p;
}

size_t plant_channels(const struct plant *p, const struct plant_channel **ret)
{
    *ret = p->channel;
    return p->n;
}

int plant_channel_find(const struct plant *p, const char *factor)
{
    const struct plant_channel *c;
    size_t n = plant_channels(p, &c);
    for (size_t i = 0; i < n; i++)
        if (strcmp(c[i].factor, factor) == 0)
            return (int)i;
    return -1;
}

struct plant_facts plant_facts(const struct plant *p)
{
    if (!plant_gas(p))
        return (struct plant_facts){.cycle_s = p->cycle[0] * 60};
    return (struct plant_facts){.gas = true,
                                .area_mm2 = (int64_t)(p->area * 1e6),
                                .pressure_pa = (int32_t)p->pressure,
                                .o2_reference_permille = (int32_t)(p->o2_reference * 10)};
}

static int64_t minute_of(usec at)
{
    return (at + 8 * USEC_HOUR) / USEC_MINUTE;
}

int plant_places(const struct plant *p, size_t c, usec at)
{
    bool pollutant = p->made_of[c].limit > 0 || p->made_of[c].limit_daily > 0;
    return p->channel[c].decimals - (pollutant && minute_of(at) < p->logger_changed);
}

int64_t plant_limit(const struct plant *p, size_t c, usec at)
{
    int64_t limit = p->channel[c].limit;
    return minute_of(at) < p->limit_changed ? limit * 3 / 2 : limit;
}

double plant_conversion(const struct plant *p, double o2)
{
    if (21 - o2 < 1)
        return p->habits & HABIT_CAP_ALPHA ? 21 - p->o2_reference : 1;
    return (21 - p->o2_reference) / (21 - o2);
}
