/* Family D: quality assurance. What needs remote checks, visits or laboratory values waits for those data. */
#include "monitor/detect/detect_private.h"

#define PARAMETERS(...) (const struct detector_parameter[]){__VA_ARGS__, {0}}

const struct detector detectors_quality[] = {
    {.id = "D3", .name = "marked-values", .label = "维护期间读数照常", .family = FAMILY_QUALITY, .needs = NEED_FLAGS,
     .background = false, .light = true, .minutes = true,
     .parameters = PARAMETERS({"chance", "偶然出现的机会不超过", 1e-2}),
     .traps = "maintenance start-up", .legal = "T8 T10",
     .sees = "标为维护而读数与前后连续，没有零气、标气的读数",
     .see_again = "逐次核对运维记录、标气消耗和视频",
     .run = detect_marked_values},
    {.id = NULL},
};
