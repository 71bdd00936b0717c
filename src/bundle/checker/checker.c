/* The embedded page. Its digest is part of what is built, so a released program always writes the same bytes. */
#include "bundle/checker/checker.h"

#include "base/embedded.h"

extern const struct embedded checker_page[];

str checker_html(void)
{
    return (str){(const char *)checker_page[0].bytes, checker_page[0].size};
}
