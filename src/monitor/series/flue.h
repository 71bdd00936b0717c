/*
 * What the standards compute out of readings (HJ 212-2017 appendix D, HJ 75-2017 appendix): standard state, dry basis, 折算,
 * flows, masses. Exact: decimals go in, a product of fractions is formed, and only the answer is rounded, to 10^-6 of its unit,
 * ties to even. Pure. False: no answer (a divisor that is zero or of the wrong sign, or out of range): not to be judged.
 */
#pragma once
#include "base/base.h"

struct decimal { int64_t mantissa; int8_t scale; }; /* mantissa * 10^-scale */
#define DECIMAL(mantissa, scale) ((struct decimal){(mantissa), (scale)})
bool decimal_parse(str s, struct decimal *ret); /* "12.30" keeps its zero; at most 18 digits */

/* Csn = Cs * 101325 / (Ba + Ps) * (273 + ts) / 273; pressures in kPa, ts in degrees Celsius. */
bool flue_standard_state(struct decimal c, struct decimal atmospheric_kpa, struct decimal static_kpa, struct decimal celsius,
                         int64_t *ret_millionths);
/* Cdry = Cwet / (1 - Xsw); moisture in per cent. */
bool flue_dry(struct decimal c, struct decimal moisture_percent, int64_t *ret_millionths);
/* mg/m3 = M / 22.4 * ppm; molar mass in g/mol. */
bool flue_from_ppm(struct decimal ppm, struct decimal molar_mass, int64_t *ret_millionths);
/* NOx as NO2 = NO * 46 / 30 + NO2, mg/m3. */
bool flue_nox(struct decimal no, struct decimal no2, int64_t *ret_millionths);
/* 折算: C * (21 - O2s) / (21 - O2). False when O2 >= 21: HJ 212-2025 sends the largest value of the type then. */
bool flue_converted(struct decimal c, struct decimal o2, int o2_reference_permille, int64_t *ret_millionths);
/* The same of intervals, outward: what the conversion may be, given how its inputs were rounded. */
bool flue_converted_interval(struct decimal c, struct decimal o2, int o2_reference_permille, int64_t *ret_low, int64_t *ret_high);
/* Qs = 3600 * F * Vs, m3/h from m2 and m/s. */
bool flue_flow_wet(struct decimal area_m2, struct decimal velocity, int64_t *ret_millionths);
/* Qsn = Qs * 273 / (273 + ts) * (Ba + Ps) / 101325 * (1 - Xsw). */
bool flue_flow_standard(struct decimal flow_wet, struct decimal celsius, struct decimal atmospheric_kpa, struct decimal static_kpa,
                        struct decimal moisture_percent, int64_t *ret_millionths);
/* G = Cdry * Qsn * 10^-6, kg/h from mg/m3 and m3/h. The unconverted concentration: taking the converted one is a known error. */
bool flue_mass(struct decimal c_dry, struct decimal flow_standard, int64_t *ret_millionths);
/* D = Q * T * 10^-3, m3 from L/s and s. G = C * D * 10^-3, kg from mg/L and m3. */
bool water_volume(struct decimal flow, struct decimal seconds, int64_t *ret_millionths);
bool water_mass(struct decimal c, struct decimal volume_m3, int64_t *ret_millionths);
/* flue_converted of loose numbers. */
bool convert_to_reference(int64_t c, int8_t c_scale, int64_t o2, int8_t o2_scale, int o2_reference_permille, int64_t *ret_millionths);
