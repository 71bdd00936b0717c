/* Rules of the group: see law/rules/notice.def. */
#include "law/law_rules.h"
