/* Private to law/: one prototype per rule, from the catalogue. */
#pragma once
#include "law/law.h"

#define FACT(...)
#define RULE(name, ...) bool law_##name(const struct law_facts *f);
#include "law/catalogue.def"
#undef FACT
#undef RULE
