/*
 * bundle/checker/: the page that checks bundles in any browser, from disk, without network (docs/checker.md, decision 47).
 * Its modules are put together at build time (tools/page.c) and embedded; a bundle carries it as INDEX.html, and
 * `xiezhi verify --page OUT.html` writes it for a court that keeps its own copy. The bytes are constant.
 */
#pragma once
#include "base/base.h"

str checker_html(void);
