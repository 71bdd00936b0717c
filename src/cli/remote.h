/* What the commands of remote/ share. */
#pragma once
#include "cli/cli.h"
#include "remote/remote.h"

/* Options every one of them has, first in its list. */
#define CLI_SENSOR {"sensor", "NAME", "卫星：s2、landsat、s1、bgrn、rgbn、generic"}
#define CLI_BANDS {"bands", "WORDS", "各通道是第几个波段，例如blue=1,green=2,red=3,nir=4"}
#define CLI_BASELINE {"baseline", "NN.NN", "哨兵二号的处理基线，例如05.11"}
MUST_USE err *cli_sensor(const struct cli *c, const struct sensor **ret);
MUST_USE err *cli_baseline(const struct cli *c, int *ret);
/* --recipe, --threshold, --otsu, --eight, --min-area, --polygons, --mask as far as the command has them. */
MUST_USE err *cli_detect(const struct cli *c, struct recipe_options *ret);
void json_put_number(struct json_out *o, str key, double value);
