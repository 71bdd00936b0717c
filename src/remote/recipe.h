/*
 * remote/: what is looked for, as data. A recipe names an index, a condition, the smallest area worth a look, and how far it may be trusted.
 * Both are texts over band names and the names of indices; they are compiled to operations on short rows of floats.
 *
 *   expression: numbers, band names, index names, ( ), unary -, * / + -, comparisons < <= > >=, `not`, `and`, `or` (weakest last)
 *   bands: blue green red re1 re2 re3 nir nnir swir1 swir2 vv vh
 *
 * Values: reflectance 0..1 (optical), decibel (radar). What cannot be judged is NaN and stays NaN: a pixel counts as valid when every
 * band the recipe names is a number and its index is finite (0/0 is not). Same input, same bits: no contraction, no reordering.
 *
 * Sources of the formulas: McFeeters 1996 (NDWI), Xu 2006 (MNDWI), Feyisa 2014 (AWEI; the catalogue in wide use has a sign wrong), Zou 2017
 * (the water rule), Huete 2002 (EVI), Rikimaru 2002 (BSI), Key & Benson 2006 (NBR), Mishra 2012 (NDCI), Yao 2019 (BOI).
 * Errors: ERR_INPUT names the byte of an expression nobody can read, or the band that is missing. Never guessed from the order of bands.
 */
#pragma once
#include "base/base.h"

enum channel { CHANNEL_BLUE, CHANNEL_GREEN, CHANNEL_RED, CHANNEL_RE1, CHANNEL_RE2, CHANNEL_RE3, CHANNEL_NIR, CHANNEL_NNIR, CHANNEL_SWIR1,
               CHANNEL_SWIR2, CHANNEL_VV, CHANNEL_VH, CHANNEL_QA /* not measured: what its pixels are */, CHANNELS, CHANNEL_NONE = -1 };
const char *channel_name(enum channel c);     /* "swir1" */
const char *channel_label(enum channel c);    /* "短波红外1" */
enum channel channel_find(str name);          /* CHANNEL_NONE when there is none of that name */

/* ---- sensors ---- */
enum quality_kind { QUALITY_NONE, QUALITY_SCL /* Sentinel-2 L2A */, QUALITY_PIXEL /* Landsat Collection 2 bits */ };
struct sensor_band { const char *name /* of the product: "B8A" */; enum channel channel; };
struct sensor {
    const char *name, *label;
    bool radar;                       /* decibel, else reflectance */
    double scale, add;                /* value = (number + add) × scale; Sentinel-2: see baseline */
    int32_t nodata;                   /* of the product; INT32_MIN none */
    enum quality_kind quality;
    const struct sensor_band *bands; size_t bands_n; /* in the order of a stack of all bands; CHANNEL_NONE: not used */
};
const struct sensor *sensor_find(str name);   /* NULL */
const struct sensor *sensor_at(size_t i);     /* NULL at the end */
/* By the name of a band in a file: "B08", "B8", "B8A", "SR_B5", "VH", "nir". */
enum channel sensor_channel(const struct sensor *s, str band);
/* Sentinel-2 from processing baseline 04.00 (25 January 2022) on: -1000 before the scale; 0 earlier. baseline: 100 × (05.11 = 511). */
double sensor_add(const struct sensor *s, int baseline);
/* The pixel is cloud, shadow, snow, fill (bits of `kind`). */
bool quality_bad(enum quality_kind kind, uint32_t value);

/* ---- recipes ---- */
enum grade { GRADE_TESTED /* against labels */, GRADE_SCREENING /* thresholds are regional */ };
struct recipe {
    const char *name; int version;
    const char *label, *what;         /* "地表水体", what a region is called in a sentence */
    bool radar;
    const char *index, *when;         /* name of an index, condition */
    const char *fallback;             /* recipe when a band is missing; NULL none */
    int smooth;                       /* mean of n × n pixels before anything else; 1 none */
    bool otsu;                        /* may take Otsu's threshold when the histogram has two separate modes */
    double threshold;                 /* the fixed one, and the step that counts as change */
    int64_t least_m2;                 /* regions below are not handed out */
    enum grade grade;
    const char *grounds;              /* where the numbers come from, Chinese, for the page */
};
const struct recipe *recipe_find(str name);   /* NULL */
const struct recipe *recipe_at(size_t i);     /* NULL at the end */
const char *grade_text(enum grade g);
const char *index_label(str index);           /* "归一化水体指数"; NULL: no such index */
const char *index_text(str index);            /* its expression */

/* ---- compiled ---- */
enum { EVAL_SPAN = 512 /* pixels at a time */, LIMIT_EXPRESSION_BYTES = 400, LIMIT_EXPRESSION_STEPS = 200, LIMIT_EXPRESSION_DEPTH = 24 };
struct eval;
/* `threshold` replaces the word `threshold` of the condition. */
MUST_USE err *eval_new(struct arena *a, str index, str when, double threshold, struct eval **ret);
/* Bit c is set when channel c is read. */
uint32_t eval_channels(const struct eval *e);
/* The commonest form, which has a kernel of its own (plain.h): an index (left - right) / (left + right), flagged where it is beyond one number. */
struct plain { enum channel left, right; float threshold; bool above /* else below */, equal /* and where it equals it */; };
bool eval_plain(const struct eval *e, struct plain *ret); /* false: another form */
/* n <= EVAL_SPAN pixels. in[c] must be there for each channel read. mask and valid: 0 or 1. index: value, NaN where not valid. */
void eval_span(struct eval *e, const float *const in[CHANNELS], size_t n, uint8_t *mask, uint8_t *valid, float *index);
/* The same; values of the index as they come, borrowed until the next call. */
const float *eval_judge(struct eval *e, const float *const in[CHANNELS], size_t n, uint8_t *mask, uint8_t *valid);

/* ---- two modes or one ---- */
enum { HISTOGRAM_BINS = 1024 };
struct histogram { double low, high; int64_t count[HISTOGRAM_BINS], n; };
void histogram_add(struct histogram *h, const float *value, size_t n); /* NaN are skipped; beyond the ends: into the last bins */
/* Otsu's threshold; *ret_share: between-class variance of all, *ret_valley: lowest between the modes over the lower mode. */
double histogram_otsu(const struct histogram *h, double *ret_share, double *ret_valley);
/* Share >= 0.8 and valley <= 0.4 (chosen on eleven labelled radar chips: without, dry scenes are half water). */
bool histogram_two_modes(double share, double valley);
