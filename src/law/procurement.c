/* Rules of the group: see law/rules/procurement.def. */
#include "law/law_rules.h"
