/* Rules of the group: see law/rules/provider.def. */
#include "law/law_rules.h"
