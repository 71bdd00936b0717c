/*
 * Six outlets with a year of hours and three days of minutes, three dozen around the province with less: enough for a
 * list of pages, a map and a year's picture, made in a few seconds.
 */
#include "browser/monitor_scene.h"
#include "monitor/province.h"

#include <math.h>

enum { SITES = 34, FULL = 6, FORGED = 1, YEAR = 365 };

/* A week of the first incinerator is an earlier week sent again. */
static const struct attack replay = {.kind = ATTACK_REPLAY, .strength = 5, .channel = 0, .first = YEAR * 24 - 480, .n = 168, .seed = 3};

static const struct {
    const char *id, *name;
    int region;
    double lon, lat;
} subjects[] = {
    {"s-qing", "青山热力有限公司", 420107, 114.39, 30.63},     {"s-han", "汉阳垃圾焚烧发电厂", 420105, 114.22, 30.55},
    {"s-jiangxia", "江夏水泥有限公司", 420115, 114.32, 30.35}, {"s-cai", "蔡甸污水处理厂", 420114, 114.03, 30.58},
    {"s-huang", "黄陂食品加工厂", 420116, 114.37, 30.88},      {"s-yichang", "西陵化工有限公司", 420502, 111.30, 30.71},
    {"s-xiang", "襄城热电厂", 420602, 112.15, 32.01},          {"s-shi", "茅箭表面处理园", 420302, 110.81, 32.60},
    {"s-jing", "沙市印染厂", 421002, 112.26, 30.31},           {"s-en", "恩施污水处理厂", 422801, 109.48, 30.29}};

static struct province_outlet outlets[SITES];
static char texts[SITES][3][64];

static void name_outlets(void)
{
    static const struct {
        const char *id, *name, *subject, *kind;
        enum plant_kind plant;
        int silent;
        enum hj_crc crc;
    } first[FULL] = {{"qing-1", "1号锅炉烟囱", "s-qing", "gas", PLANT_COAL_BOILER, 1, HJ_CRC_OK},
                     {"han-1", "1号焚烧炉", "s-han", "gas", PLANT_INCINERATOR, 1, HJ_CRC_OK},
                     {"jx-1", "窑尾烟囱", "s-jiangxia", "gas", PLANT_CEMENT_KILN, 26, HJ_CRC_MODBUS},
                     {"cai-1", "总排口", "s-cai", "water", PLANT_SEWAGE_WORKS, 1, HJ_CRC_OK},
                     {"huang-1", "废水总排口", "s-huang", "water", PLANT_INDUSTRIAL_WATER, 3000, HJ_CRC_LOWERCASE},
                     {"yc-1", "锅炉烟囱", "s-yichang", "gas", PLANT_COAL_BOILER, 1, HJ_CRC_OK}};
    uint64_t seed = 9;
    for (size_t i = 0; i < SITES; i++) {
        size_t subject = i % (sizeof subjects / sizeof *subjects);
        snprintf(texts[i][0], 64, "out-%02zu", i);
        snprintf(texts[i][1], 64, "%zu号排放口", i);
        snprintf(texts[i][2], 64, "%06dA8900016F0001%05zu", subjects[subject].region, i);
        bool water = test_random(&seed) % 3 == 0;
        outlets[i] = (struct province_outlet){texts[i][0],
                                              texts[i][1],
                                              subjects[subject].id,
                                              texts[i][2],
                                              water ? "water" : "gas",
                                              water ? PLANT_INDUSTRIAL_WATER : PLANT_COAL_BOILER,
                                              i,
                                              0,
                                              0,
                                              i % 7 == 0   ? -1
                                              : i % 5 == 0 ? 2000
                                              : i % 4 == 0 ? 40
                                                           : 1,
                                              HJ_CRC_OK};
        if (i < FULL)
            outlets[i] = (struct province_outlet){first[i].id, first[i].name, first[i].subject, texts[i][2], first[i].kind, first[i].plant, 100 + i, 0, 0,
                                                  first[i].silent, first[i].crc, i == FORGED ? &replay : NULL};
        for (size_t j = 0; j < sizeof subjects / sizeof *subjects; j++)
            if (!strcmp(outlets[i].subject, subjects[j].id)) {
                outlets[i].lon = subjects[j].lon + (double)(test_random(&seed) % 1000) / 9000 - 0.05;
                outlets[i].lat = subjects[j].lat + (double)(test_random(&seed) % 1000) / 12000 - 0.04;
            }
    }
}

err *monitor_people(struct store *s)
{
    AUTO_DB struct db *d = NULL;
    TRY(db_open(s, true, &d));
    TRY(db_begin_write(d));
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        TRY(db_exec(d, "INSERT INTO subject (id, seq, name, region, lon, lat) VALUES (:id, 1, :name, :region, :lon, :lat)",
                    DB_ARGS(DB_T("id", str_of(subjects[i].id)), DB_T("name", str_of(subjects[i].name)),
                            DB_I("region", subjects[i].region), DB_I("lon", llround(subjects[i].lon * 1e7)), DB_I("lat", llround(subjects[i].lat * 1e7))),
                    NULL));
    static const char *const rows[] = {
        "INSERT INTO agency (id, seq, name, region, level) VALUES ('hubei', 1, '湖北省生态环境厅', 420000, 'province')",
        "INSERT INTO users (id, seq, name, agency, name_seq) VALUES ('sheng', 1, '盛省级', 'hubei', 1)",
        "INSERT INTO users (id, seq, name, subject, name_seq) VALUES ('qingreli', 1, '青山热力经办', 's-qing', 1)",
        "INSERT INTO user_role (user_id, role, seq) VALUES ('sheng', 'province', 1), ('qingreli', 'subject', 1)"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        TRY(db_exec(d, rows[i], NULL, NULL));
    return db_commit(d);
}

static err *trouble(struct readings *r, usec now)
{
    struct device_note notes[SITES] = {0};
    struct platform_hour hours[5];
    size_t n = 0;
    for (size_t i = 0; i < SITES; i++)
        if (outlets[i].silent_minutes >= 0)
            notes[n++] = (struct device_note){
                .mn = str_of(outlets[i].mn),
                .peer = S("10.20.0.7:51234"),
                .seen = now - outlets[i].silent_minutes * USEC_MINUTE,
                .frames = 900 + (int64_t)i,
                .findings = outlets[i].crc == HJ_CRC_MODBUS ? UINT64_C(1) << HJ_FOUND_CRC_MODBUS : 0,
                .example = {1, 0}};
    TRY(device_note_many(r, notes, n));
    for (int i = 0; i < 5; i++)
        hours[i] = (struct platform_hour){S(""), day_start(day_of(now) - 3) + (2 + i) * USEC_HOUR, CAUSE_SERVER_DOWN,
                                          i == 4 ? 1200 : 3600, 1};
    return platform_cause_add(r, hours, 5);
}

/* Forty days ago the first boiler was marked as standing still over noon, long before what the detectors look at. */
static err *stopped_once(struct store *s, usec now)
{
    AUTO_DB struct db *d = NULL;
    usec from = day_start(day_of(now) - 40) + 12 * USEC_HOUR;
    TRY(db_open(s, true, &d));
    TRY(db_begin_write(d));
    TRY(db_exec(d, "INSERT INTO outlet_mark (id, seq, outlet, kind, from_time, to_time, reason, author, entered) VALUES ('noon', 990, 'qing-1', 'stopped', :from, :to, '停炉检修', 'qingreli', :to)",
                DB_ARGS(DB_I("from", from), DB_I("to", from + 3 * USEC_HOUR)), NULL));
    return db_commit(d);
}

err *monitor_fill(struct store *s, struct readings *r)
{
    usec now = time_now();
    name_outlets();
    province_outlets(s, outlets, SITES, now);
    TRY(stopped_once(s, now));
    province_frames(r, outlets, FULL, now, YEAR, 3);
    province_frames(r, outlets + FULL, SITES - FULL, now, 1, 0);
    return trouble(r, now);
}
