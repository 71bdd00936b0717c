/*
 * Random numbers and noise. xoshiro256++ (Blackman and Vigna), seeded by splitmix64; a normal number is the sum of
 * eight 16-bit uniform ones, whole numbers until the last division, so that no library's logarithm comes in; its tails
 * end at 4.9. After the autoregressions nobody can tell.
 */
#include "monitor/plant/plant_private.h"

#include <math.h>
#include <string.h>

static uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct plant_random plant_random_of(uint64_t seed, uint64_t stream)
{
    uint64_t state = seed, other = stream ^ UINT64_C(0x6a09e667f3bcc908);
    state ^= mix(&other);
    struct plant_random r;
    for (int i = 0; i < 4; i++)
        r.s[i] = mix(&state);
    return r;
}

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t plant_random_next(struct plant_random *r)
{
    uint64_t ret = rotate(r->s[0] + r->s[3], 23) + r->s[0], t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rotate(r->s[3], 45);
    return ret;
}

double plant_random_unit(struct plant_random *r)
{
    return (double)(plant_random_next(r) >> 11) * 0x1p-53;
}

static int64_t four(uint64_t x)
{
    return (int64_t)((x & 0xffff) + (x >> 16 & 0xffff) + (x >> 32 & 0xffff) + (x >> 48));
}

/* 8 uniform numbers of 0..65535: mean 262140, deviation 65536 * sqrt(8 / 12). */
static double normal_of(uint64_t a, uint64_t b)
{
    return (double)(four(a) + four(b) - 262140) / 53510.19;
}

double plant_random_normal(struct plant_random *r)
{
    uint64_t a = plant_random_next(r);
    return normal_of(a, plant_random_next(r));
}

static uint64_t place(uint64_t seed, uint64_t stream, uint64_t at)
{
    uint64_t state = seed ^ stream * UINT64_C(0xd1342543de82ef95);
    state = mix(&state) ^ at;
    return mix(&state);
}

double plant_hash(uint64_t seed, uint64_t stream, uint64_t at)
{
    return (double)(place(seed, stream, at) >> 11) * 0x1p-53;
}

double plant_hash_normal(uint64_t seed, uint64_t stream, uint64_t at)
{
    uint64_t state = place(seed, stream, at), a = mix(&state);
    return normal_of(a, mix(&state));
}

/* 2^f by its series; |f| <= 1/2 leaves an error below 1e-15. */
double plant_exp(double x)
{
    double t = x * 1.4426950408889634;
    if (t < -1000)
        return 0;
    CHECK(t < 1000);
    double whole = floor(t + 0.5), f = (t - whole) * 0.6931471805599453, sum = 1;
    for (int k = 13; k >= 1; k--)
        sum = 1 + sum * f / k;
    uint64_t bits = (uint64_t)((int64_t)whole + 1023) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return sum * scale;
}

double plant_wave(double turns)
{
    double u = turns - floor(turns + 0.5); /* -1/2 .. 1/2 */
    u = u > 0.25 ? 0.5 - u : u < -0.25 ? -0.5 - u : u;
    double x = u * 6.283185307179586, x2 = x * x, sum = 1;
    for (int k = 8; k >= 1; k--)
        sum = 1 - sum * x2 / (2 * k * (2 * k + 1));
    return x * sum;
}

void noise_make(struct noise *n, uint64_t seed, uint64_t stream, int step, double memory_steps)
{
    n->seed = seed;
    n->stream = stream;
    n->step = step;
    n->keep = plant_exp(-1 / memory_steps);
    n->sigma = sqrt(1 - n->keep * n->keep);
    n->block = INT64_MIN;
    /* cov(x_t, x_N | x_0) / var(x_N | x_0): how much of the miss at the far end each step takes back */
    double back = 1;
    for (int t = BLOCK; t >= 0; t--) {
        n->weight[t] = back;
        back *= n->keep;
    }
    double whole = 1 - n->weight[0] * n->weight[0], ahead = 1;
    for (int t = 0; t <= BLOCK; t++) {
        n->weight[t] *= (1 - ahead * ahead) / whole;
        ahead *= n->keep;
    }
}

static void fill(struct noise *n, int64_t block)
{
    n->block = block;
    uint64_t stream = n->stream << 32;
    double first = plant_hash_normal(n->seed, stream, (uint64_t)block),
           last = plant_hash_normal(n->seed, stream, (uint64_t)block + 1), x = first;
    struct plant_random r = plant_random_of(n->seed + n->stream * UINT64_C(0x9e3779b97f4a7c15), (uint64_t)block);
    n->at[0] = first;
    for (int t = 1; t <= BLOCK; t++)
        n->at[t] = x = n->keep * x + n->sigma * plant_random_normal(&r);
    double miss = last - x;
    for (int t = 1; t <= BLOCK; t++)
        n->at[t] += n->weight[t] * miss;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

double noise_at(struct noise *n, int64_t minute)
{
    int64_t place_of = floor_div(minute, n->step), block = floor_div(place_of, BLOCK);
    if (block != n->block)
        fill(n, block);
    size_t i = (size_t)(place_of - block * BLOCK);
    double part = (double)(minute - place_of * n->step) / n->step;
    return n->at[i] + part * (n->at[i + 1] - n->at[i]);
}
