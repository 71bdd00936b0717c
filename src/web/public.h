/* What everybody may read: items that are published, as pages and as files. Private to web/. */
#pragma once
#include "web/web_private.h"

enum { LIMIT_PUBLIC_ROWS = 20000, LIMIT_PUBLIC_BYTES = 64 << 20 };

err *page_public(struct request *q, struct response *r);
err *page_public_item(struct request *q, struct response *r);
err *page_public_timeliness(struct request *q, struct response *r);
err *page_public_data(struct request *q, struct response *r); /* which files there are, their columns and digests */
err *public_file(struct request *q, struct response *r);      /* NAME.json, NAME.csv, index.json */
err *page_preview(struct request *q, struct response *r);     /* for the head, before publishing */

/* The item as the public sees it: the same function draws the page and the preview, where it is not the first heading. */
void public_card(struct request *q, struct out *o, const struct disclosed_item *item, bool first);
const char *withdraw_class_label(str class);
/* Kinds that can be published at all, in the order of the table. */
bool disclosed_publishable(const struct disclosed_kind *k);
