/* base/: what C lacks, and nothing of the domain. This is its door. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/os.h"
#include "base/str.h"
#include "base/text.h"
#include "base/time.h"
#include "base/ulid.h"
