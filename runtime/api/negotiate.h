/* negotiate.h — the two headers in which a browser says what it wants and what it has.
 *
 * In: header values, any bytes.  Out: yes or no.  Promise: what cannot be understood never turns a
 * whole answer into a shorter one. */
#pragma once

#include <stdbool.h>

#include "vm/base/span.h"

/* Accept-Encoding: may the answer be gzipped? */
bool negotiate_takes_gzip(Span accept_encoding);
/* If-None-Match: is that tag (quotes and all) among those it has? */
bool negotiate_has_tag(Span if_none_match, Span etag);
