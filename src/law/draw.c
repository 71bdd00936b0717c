/* Rules of the group: see law/rules/draw.def. */
#include "law/law_rules.h"
