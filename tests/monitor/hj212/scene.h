/* What the tests of the codec share: frames made by hand, decoded in one call, and a seeded maker of honest frames. */
#pragma once
#include "testing.h"

#include "monitor/hj212/hj212.h"

struct scene {
    struct arena *a;
    struct hj_options options;
    struct hj_cut cut;
    struct hj_frame frame;
    struct hj_value values[HJ_LIMIT_VALUES];
};
int scene_begin(void **state);
int scene_end(void **state);

/* "##LLLL segment CRC\r\n" with the right length and checksum. */
str framed(struct arena *a, const char *segment);
/* The first cut of `bytes`, which must be a frame, decoded. */
const struct hj_frame *decoded(struct scene *s, str bytes);
const struct hj_frame *decoded_segment(struct scene *s, const char *segment);

#define assert_found(frame, id) assert_found_((frame), HJ_FOUND_##id, true, #id, __FILE__, __LINE__)
#define assert_not_found(frame, id) assert_found_((frame), HJ_FOUND_##id, false, #id, __FILE__, __LINE__)
void assert_found_(const struct hj_frame *f, enum hj_finding finding, bool want, const char *what, const char *file, int line);
/* Exactly these findings: "length-wrong crc-modbus", in the order of findings.def. */
#define assert_findings(frame, names) assert_findings_((frame), (names), __FILE__, __LINE__)
void assert_findings_(const struct hj_frame *f, const char *names, const char *file, int line);

/* Honest segments of all editions, from a seed; a NUL stands behind. */
str random_segment(struct arena *a, uint64_t *seed);
