/*
 * Each formula is a product of decimals and their inverses, so one fraction carries it; reducing crosswise before each
 * multiplication keeps it in 128 bits for anything a stack can hold, and what would not fit is told, never wrapped.
 */
#include "monitor/series/flue.h"

typedef __int128 wide;

enum { LIMIT_DECIMAL_DIGITS = 18, MILLION = 1000000 };

struct fraction { wide n, d; bool bad; }; /* d > 0 */

static wide gcd(wide a, wide b)
{
    a = a < 0 ? -a : a;
    while (b) {
        wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* ---- fractions ---- */

static struct fraction whole(wide n)
{
    return (struct fraction){n, 1, false};
}

static struct fraction of(struct decimal v)
{
    struct fraction f = {v.mantissa, 1, v.scale < 0 || v.scale > LIMIT_DECIMAL_DIGITS};
    for (int i = 0; i < v.scale && !f.bad; i++)
        f.d *= 10;
    wide common = gcd(f.n, f.d);
    f.n /= common;
    f.d /= common;
    return f;
}

static struct fraction times(struct fraction a, struct fraction b)
{
    wide left = gcd(a.n, b.d), right = gcd(b.n, a.d);
    struct fraction f = {0, 1, a.bad || b.bad};
    if (f.bad)
        return f;
    f.bad = __builtin_mul_overflow(a.n / left, b.n / right, &f.n) || __builtin_mul_overflow(a.d / right, b.d / left, &f.d);
    return f;
}

/* 1 / a of a positive a: nothing here divides by less. */
static struct fraction inverse(struct fraction a)
{
    if (a.bad || a.n <= 0)
        return (struct fraction){0, 1, true};
    return (struct fraction){a.d, a.n, false};
}

static struct fraction plus(struct fraction a, struct fraction b)
{
    struct fraction f = {0, 1, a.bad || b.bad};
    wide common = gcd(a.d, b.d), left, right;
    if (f.bad)
        return f;
    f.bad = __builtin_mul_overflow(a.n, b.d / common, &left) || __builtin_mul_overflow(b.n, a.d / common, &right) ||
            __builtin_add_overflow(left, right, &f.n) || __builtin_mul_overflow(a.d, b.d / common, &f.d);
    return f;
}

static struct fraction minus(struct fraction a, struct fraction b)
{
    b.n = -b.n;
    return plus(a, b);
}

enum rounding { ROUND_EVEN, ROUND_DOWN, ROUND_UP };

static bool millionths(struct fraction f, enum rounding way, int64_t *ret)
{
    f = times(f, whole(MILLION));
    if (f.bad)
        return false;
    wide q = f.n / f.d, rest = f.n % f.d;
    if (rest < 0) {
        q--;
        rest += f.d;
    }
    wide behind = f.d - rest; /* of the two neighbours the nearer, the even one of equals */
    if (way == ROUND_EVEN ? rest > behind || (rest == behind && q % 2 != 0) : way == ROUND_UP && rest != 0)
        q++;
    *ret = (int64_t)q;
    return q <= INT64_MAX && q >= INT64_MIN;
}

/* ---- parts of the formulas ---- */

static struct fraction kelvin(struct decimal celsius)
{
    return plus(whole(273), of(celsius));
}

static struct fraction pressure(struct decimal atmospheric_kpa, struct decimal static_kpa)
{
    return plus(of(atmospheric_kpa), of(static_kpa));
}

/* 1 - Xsw, moisture in per cent. */
static struct fraction dry_part(struct decimal moisture_percent)
{
    return minus(whole(1), times(of(moisture_percent), (struct fraction){1, 100, false}));
}

static const struct fraction standard_kpa = {101325, 1000, false};

static struct fraction conversion(struct fraction c, struct fraction o2, int o2_reference_permille)
{
    struct fraction reference = {o2_reference_permille, 10, o2_reference_permille <= 0 || o2_reference_permille >= 210};
    return times(times(c, minus(whole(21), reference)), inverse(minus(whole(21), o2)));
}

/* ---- the formulas ---- */

bool flue_standard_state(struct decimal c, struct decimal atmospheric_kpa, struct decimal static_kpa, struct decimal celsius,
                         int64_t *ret)
{
    struct fraction hot = times(kelvin(celsius), (struct fraction){1, 273, kelvin(celsius).n <= 0});
    return millionths(times(times(of(c), times(standard_kpa, inverse(pressure(atmospheric_kpa, static_kpa)))), hot), ROUND_EVEN, ret);
}

bool flue_dry(struct decimal c, struct decimal moisture_percent, int64_t *ret)
{
    return moisture_percent.mantissa >= 0 && millionths(times(of(c), inverse(dry_part(moisture_percent))), ROUND_EVEN, ret);
}

bool flue_from_ppm(struct decimal ppm, struct decimal molar_mass, int64_t *ret)
{
    return millionths(times(times(of(ppm), of(molar_mass)), (struct fraction){10, 224, false}), ROUND_EVEN, ret);
}

bool flue_nox(struct decimal no, struct decimal no2, int64_t *ret)
{
    return millionths(plus(times(of(no), (struct fraction){46, 30, false}), of(no2)), ROUND_EVEN, ret);
}

bool flue_converted(struct decimal c, struct decimal o2, int o2_reference_permille, int64_t *ret)
{
    return millionths(conversion(of(c), of(o2), o2_reference_permille), ROUND_EVEN, ret);
}

/* Rises with c, and with O2 where c is not negative. */
bool flue_converted_interval(struct decimal c, struct decimal o2, int o2_reference_permille, int64_t *ret_low, int64_t *ret_high)
{
    struct fraction half_c = times(of(DECIMAL(1, c.scale)), (struct fraction){1, 2, false}),
                    half_o2 = times(of(DECIMAL(1, o2.scale)), (struct fraction){1, 2, false});
    struct fraction low = minus(of(c), half_c), high = plus(of(c), half_c);
    struct fraction thin = minus(of(o2), half_o2), thick = plus(of(o2), half_o2);
    return millionths(conversion(low, low.n < 0 ? thick : thin, o2_reference_permille), ROUND_DOWN, ret_low) &&
           millionths(conversion(high, high.n < 0 ? thin : thick, o2_reference_permille), ROUND_UP, ret_high);
}

bool flue_flow_wet(struct decimal area_m2, struct decimal velocity, int64_t *ret)
{
    return millionths(times(whole(3600), times(of(area_m2), of(velocity))), ROUND_EVEN, ret);
}

bool flue_flow_standard(struct decimal flow_wet, struct decimal celsius, struct decimal atmospheric_kpa, struct decimal static_kpa,
                        struct decimal moisture_percent, int64_t *ret)
{
    struct fraction cold = times(whole(273), inverse(kelvin(celsius)));
    struct fraction dense = times(pressure(atmospheric_kpa, static_kpa), inverse(standard_kpa));
    struct fraction dry = dry_part(moisture_percent);
    if (dry.n < 0 || dense.n < 0)
        return false;
    return millionths(times(times(of(flow_wet), cold), times(dense, dry)), ROUND_EVEN, ret);
}

bool flue_mass(struct decimal c_dry, struct decimal flow_standard, int64_t *ret)
{
    return millionths(times(times(of(c_dry), of(flow_standard)), (struct fraction){1, MILLION, false}), ROUND_EVEN, ret);
}

bool water_volume(struct decimal flow, struct decimal seconds, int64_t *ret)
{
    return millionths(times(times(of(flow), of(seconds)), (struct fraction){1, 1000, false}), ROUND_EVEN, ret);
}

bool water_mass(struct decimal c, struct decimal volume_m3, int64_t *ret)
{
    return millionths(times(times(of(c), of(volume_m3)), (struct fraction){1, 1000, false}), ROUND_EVEN, ret);
}

bool convert_to_reference(int64_t c, int8_t c_scale, int64_t o2, int8_t o2_scale, int o2_reference_permille, int64_t *ret)
{
    return flue_converted(DECIMAL(c, c_scale), DECIMAL(o2, o2_scale), o2_reference_permille, ret);
}

/* ---- decimals as text ---- */

bool decimal_parse(str s, struct decimal *ret)
{
    bool negative = s.n && s.p[0] == '-', point = false;
    struct decimal d = {0, 0};
    int digits = 0;
    for (size_t i = negative; i < s.n; i++) {
        char c = s.p[i];
        if (c == '.' && !point && digits)
            point = true;
        else if (c >= '0' && c <= '9' && digits < LIMIT_DECIMAL_DIGITS) {
            d.mantissa = d.mantissa * 10 + (c - '0');
            d.scale = (int8_t)(d.scale + point);
            digits++;
        } else
            return false;
    }
    if (!digits || s.p[s.n - 1] == '.')
        return false;
    d.mantissa = negative ? -d.mantissa : d.mantissa;
    *ret = d;
    return true;
}
