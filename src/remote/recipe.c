/*
 * The tables. A number here is a published one or says where it was measured; a threshold that is regional makes the recipe a
 * screening, and the page says so.
 */
#include "remote/recipe.h"

#include <math.h>
#include <string.h>

static const struct { const char *name, *label; } channels[CHANNELS] = {
    [CHANNEL_BLUE] = {"blue", "蓝"},        [CHANNEL_GREEN] = {"green", "绿"},        [CHANNEL_RED] = {"red", "红"},
    [CHANNEL_RE1] = {"re1", "红边1"},       [CHANNEL_RE2] = {"re2", "红边2"},         [CHANNEL_RE3] = {"re3", "红边3"},
    [CHANNEL_NIR] = {"nir", "近红外"},      [CHANNEL_NNIR] = {"nnir", "窄近红外"},    [CHANNEL_SWIR1] = {"swir1", "短波红外1"},
    [CHANNEL_SWIR2] = {"swir2", "短波红外2"}, [CHANNEL_VV] = {"vv", "雷达VV"},          [CHANNEL_VH] = {"vh", "雷达VH"},
    [CHANNEL_QA] = {"qa", "像元质量"}};

const char *channel_name(enum channel c)
{
    return channels[c].name;
}

const char *channel_label(enum channel c)
{
    return channels[c].label;
}

enum channel channel_find(str name)
{
    for (int c = 0; c < CHANNELS; c++)
        if (str_eq(name, str_of(channels[c].name)))
            return (enum channel)c;
    return CHANNEL_NONE;
}

/* ---- sensors ---- */
#define BANDS(...) (const struct sensor_band[]){__VA_ARGS__}, sizeof((const struct sensor_band[]){__VA_ARGS__}) / sizeof(struct sensor_band)
static const struct sensor sensors[] = {
    {"s2", "哨兵二号 L1C/L2A", false, 1e-4, 0, 0, QUALITY_SCL,
     BANDS({"B1", CHANNEL_NONE}, {"B2", CHANNEL_BLUE}, {"B3", CHANNEL_GREEN}, {"B4", CHANNEL_RED}, {"B5", CHANNEL_RE1}, {"B6", CHANNEL_RE2},
           {"B7", CHANNEL_RE3}, {"B8", CHANNEL_NIR}, {"B8A", CHANNEL_NNIR}, {"B9", CHANNEL_NONE}, {"B10", CHANNEL_NONE}, {"B11", CHANNEL_SWIR1},
           {"B12", CHANNEL_SWIR2}, {"SCL", CHANNEL_QA})},
    /* Collection 2, level 2: surface reflectance = number × 0.0000275 - 0.2 */
    {"landsat", "陆地卫星8/9 C2 L2", false, 2.75e-5, -0.2 / 2.75e-5, 0, QUALITY_PIXEL,
     BANDS({"B1", CHANNEL_NONE}, {"B2", CHANNEL_BLUE}, {"B3", CHANNEL_GREEN}, {"B4", CHANNEL_RED}, {"B5", CHANNEL_NIR}, {"B6", CHANNEL_SWIR1},
           {"B7", CHANNEL_SWIR2}, {"QA_PIXEL", CHANNEL_QA})},
    {"s1", "哨兵一号（后向散射，分贝）", true, 1, 0, INT32_MIN, QUALITY_NONE, BANDS({"VV", CHANNEL_VV}, {"VH", CHANNEL_VH})},
    /* GF-1/2/6 and aerial pictures: four bands, no short wave infrared */
    {"bgrn", "四波段多光谱（蓝绿红近红外）", false, 1e-4, 0, INT32_MIN, QUALITY_NONE,
     BANDS({"B1", CHANNEL_BLUE}, {"B2", CHANNEL_GREEN}, {"B3", CHANNEL_RED}, {"B4", CHANNEL_NIR})},
    {"rgbn", "四波段影像（红绿蓝近红外）", false, 1e-4, 0, INT32_MIN, QUALITY_NONE,
     BANDS({"B1", CHANNEL_RED}, {"B2", CHANNEL_GREEN}, {"B3", CHANNEL_BLUE}, {"B4", CHANNEL_NIR})},
    {"generic", "其他（用 --bands 写明各波段）", false, 1, 0, INT32_MIN, QUALITY_NONE, NULL, 0}};

const struct sensor *sensor_at(size_t i)
{
    return i < sizeof sensors / sizeof *sensors ? &sensors[i] : NULL;
}

const struct sensor *sensor_find(str name)
{
    for (size_t i = 0; sensor_at(i); i++)
        if (str_eq(name, str_of(sensors[i].name)))
            return &sensors[i];
    return NULL;
}

static bool same_letters(str a, const char *b)
{
    return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

enum channel sensor_channel(const struct sensor *s, str band)
{
    if (same_letters(str_sub(band, 0, 3), "SR_"))
        band = str_sub(band, 3, band.n);
    char plain[16] = "";
    bool zero = band.n == 3 && (band.p[0] == 'B' || band.p[0] == 'b') && band.p[1] == '0'; /* B08 is B8 */
    if (band.n >= sizeof plain)
        return CHANNEL_NONE;
    memcpy(plain, band.p, band.n);
    if (zero)
        memmove(plain + 1, plain + 2, 2);
    for (size_t i = 0; i < s->bands_n; i++)
        if (same_letters(str_of(plain), s->bands[i].name))
            return s->bands[i].channel;
    for (int c = 0; c < CHANNELS; c++)
        if (same_letters(band, channels[c].name))
            return (enum channel)c;
    return CHANNEL_NONE;
}

double sensor_add(const struct sensor *s, int baseline)
{
    return str_eq(str_of(s->name), S("s2")) && baseline >= 400 ? -1000 : s->add;
}

bool quality_bad(enum quality_kind kind, uint32_t value)
{
    if (kind == QUALITY_SCL) /* 0 none, 1 saturated, 3 shadow, 8 9 cloud, 10 cirrus, 11 snow */
        return value <= 1 || value == 3 || (value >= 8 && value <= 11);
    if (kind == QUALITY_PIXEL) /* fill, dilated cloud, cirrus, cloud, shadow, snow */
        return value & 0x3f;
    return false;
}

/* ---- indices ---- */
static const struct { const char *name, *label, *text; } indices[] = {
    {"ndwi", "归一化水体指数", "(green - nir) / (green + nir)"},
    {"mndwi", "改进的归一化水体指数", "(green - swir1) / (green + swir1)"},
    {"ndvi", "归一化植被指数", "(nir - red) / (nir + red)"},
    {"evi", "增强植被指数", "2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1)"},
    {"awei_nsh", "自动水体提取指数（无阴影）", "4 * (green - swir1) - (0.25 * nir + 2.75 * swir2)"},
    {"awei_sh", "自动水体提取指数（有阴影）", "blue + 2.5 * green - 1.5 * (nir + swir1) - 0.25 * swir2"},
    {"wi2015", "水体指数2015", "1.7204 + 171 * green + 3 * red - 70 * nir - 45 * swir1 - 71 * swir2"},
    {"bsi", "裸土指数", "((swir1 + red) - (nir + blue)) / ((swir1 + red) + (nir + blue))"},
    {"ndbi", "归一化建筑指数", "(swir1 - nir) / (swir1 + nir)"},
    {"nbr", "归一化燃烧指数", "(nir - swir2) / (nir + swir2)"},
    {"ndci", "归一化叶绿素指数", "(re1 - red) / (re1 + red)"},
    {"boi", "黑臭水体指数", "(green - red) / (blue + green + red)"},
    {"backscatter_vh", "后向散射（VH，分贝）", "vh"},
    {"backscatter_vv", "后向散射（VV，分贝）", "vv"}};

static int index_at(str name)
{
    for (size_t i = 0; i < sizeof indices / sizeof *indices; i++)
        if (str_eq(name, str_of(indices[i].name)))
            return (int)i;
    return -1;
}

const char *index_label(str index)
{
    int i = index_at(index);
    return i < 0 ? NULL : indices[i].label;
}

const char *index_text(str index)
{
    int i = index_at(index);
    return i < 0 ? NULL : indices[i].text;
}

/* ---- recipes ---- */
static const struct recipe recipes[] = {
    {"water", 1, "地表水体", "水面", false, "mndwi", "(mndwi > ndvi or mndwi > evi) and evi < 0.1", "water-ndwi", 1, false, 0, 1000, GRADE_TESTED,
     "邹氏规则：水体指数高于植被指数且增强植被指数低于0.1；在有人工标注的影像上交并比0.78"},
    {"water-ndwi", 1, "地表水体（无短波红外）", "水面", false, "ndwi", "ndwi > threshold", NULL, 1, false, 0, 1000, GRADE_TESTED,
     "归一化水体指数大于0；没有短波红外的卫星用它，漏判浑浊水体较多（标注影像上交并比0.68）"},
    {"water-mndwi", 1, "地表水体（改进指数）", "水面", false, "mndwi", "mndwi > threshold", "water-ndwi", 1, true, 0, 1000, GRADE_SCREENING,
     "改进的水体指数大于0；多期比较时双峰明显的可用大津阈值，城区阴影会误判"},
    {"water-sar", 1, "地表水体（雷达）", "水面", true, "backscatter_vh", "vh < threshold", NULL, 5, true, -22, 1000, GRADE_TESTED,
     "后向散射VH五乘五均值低于−22分贝；双峰明显时可用大津阈值；风浪和水生植物会造成漏判"},
    {"vegetation", 1, "植被", "植被", false, "ndvi", "ndvi > threshold", NULL, 1, false, 0.3, 1000, GRADE_SCREENING,
     "归一化植被指数大于0.3；阈值随季节和地区变化，仅供筛查"},
    {"bare-soil", 1, "裸露地表", "裸露地表", false, "bsi", "bsi > threshold and ndvi < 0.2", NULL, 1, false, 0.05, 2000, GRADE_SCREENING,
     "裸土指数大于0.05且植被指数小于0.2；收割后的农田与裸土相似，须结合用地和多期影像"},
    {"burn-scar", 1, "过火痕迹", "过火痕迹", false, "nbr", "nbr < threshold and ndvi < 0.3 and ndwi < 0", NULL, 1, false, -0.1, 2000,
     GRADE_SCREENING, "燃烧指数低于−0.1且植被稀少、不是水面；翻耕的黑土与之相似，须结合火点和前后影像"}};

const struct recipe *recipe_at(size_t i)
{
    return i < sizeof recipes / sizeof *recipes ? &recipes[i] : NULL;
}

const struct recipe *recipe_find(str name)
{
    for (size_t i = 0; recipe_at(i); i++)
        if (str_eq(name, str_of(recipes[i].name)))
            return &recipes[i];
    return NULL;
}

const char *grade_text(enum grade g)
{
    return g == GRADE_TESTED ? "已用标注数据检验" : "仅供筛查";
}

/* ---- histograms ---- */
void histogram_add(struct histogram *h, const float *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (isnan(value[i]))
            continue;
        double at = ((double)value[i] - h->low) / (h->high - h->low) * HISTOGRAM_BINS;
        h->count[at < 0 ? 0 : at >= HISTOGRAM_BINS ? HISTOGRAM_BINS - 1 : (int)at]++;
        h->n++;
    }
}

/* Highest bin of [from, to) of the counts smoothed by a running mean. */
static int mode_of(const double *smooth, int from, int to)
{
    int best = from;
    for (int i = from; i < to; i++)
        best = smooth[i] > smooth[best] ? i : best;
    return best;
}

static double valley_of(const struct histogram *h, int cut)
{
    enum { REACH = 8 };
    double smooth[HISTOGRAM_BINS];
    for (int i = 0; i < HISTOGRAM_BINS; i++) {
        int64_t sum = 0;
        for (int k = -REACH; k <= REACH; k++)
            sum += i + k >= 0 && i + k < HISTOGRAM_BINS ? h->count[i + k] : 0;
        smooth[i] = (double)sum;
    }
    int left = mode_of(smooth, 0, cut + 1), right = mode_of(smooth, cut + 1 < HISTOGRAM_BINS ? cut + 1 : cut, HISTOGRAM_BINS);
    double lowest = smooth[left], lower = smooth[left] < smooth[right] ? smooth[left] : smooth[right];
    for (int i = left; i <= right; i++)
        lowest = smooth[i] < lowest ? smooth[i] : lowest;
    return lower > 0 ? lowest / lower : 1;
}

double histogram_otsu(const struct histogram *h, double *ret_share, double *ret_valley)
{
    double n = (double)h->n, sum = 0, square = 0, below = 0, below_sum = 0, best = -1;
    int cut = 0;
    *ret_share = 0, *ret_valley = 1;
    for (int i = 0; i < HISTOGRAM_BINS; i++) {
        sum += i * (double)h->count[i];
        square += (double)i * i * (double)h->count[i];
    }
    for (int i = 0; i < HISTOGRAM_BINS; i++) {
        below += (double)h->count[i];
        below_sum += i * (double)h->count[i];
        if (below == 0 || below == n)
            continue;
        double apart = below_sum / below - (sum - below_sum) / (n - below), between = below * (n - below) * apart * apart / (n * n);
        if (between > best)
            best = between, cut = i;
    }
    double variance = n > 0 ? square / n - sum / n * (sum / n) : 0;
    if (best > 0 && variance > 0) {
        *ret_share = best / variance;
        *ret_valley = valley_of(h, cut);
    }
    return h->low + (cut + 1) * (h->high - h->low) / HISTOGRAM_BINS;
}

bool histogram_two_modes(double share, double valley)
{
    return share >= 0.8 && valley <= 0.4;
}
