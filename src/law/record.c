/* Rules of the group: see law/rules/record.def. */
#include "law/law_rules.h"
