/* Initials of the pinyin of a name, for finding it by them. Private to acts/. */
#pragma once
#include "base/base.h"

enum { LIMIT_INITIALS_TEXT = 64 /* characters of a name that are read */, LIMIT_INITIALS_WAYS = 8 };

/*
 * The ways a name can be read, separated by blanks: 江汉化工 is "jhhg", 重庆长江 "zqcj zqzj cqcj cqzj", the more usual reading
 * first, at most LIMIT_INITIALS_WAYS. Letters and digits stand for themselves, in lower case; everything else is left out.
 * Characters outside GB 2312 have no reading here and are left out, too. "" for a name without any. Lives in `a`. Any thread.
 */
str initials_of(struct arena *a, str name);
