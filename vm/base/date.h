/* date.h — days of the Gregorian calendar and instants as people write them, always UTC.
 *
 * Days and microseconds count from 1970-01-01; what lies before it is below zero. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/buf.h"

#define DAY_US INT64_C(86400000000)

typedef struct Date {
    int64_t year;
    int64_t month, day; /* from 1 */
} Date;

/* Has that month that day? */
bool date_is_real(Date d);
int64_t date_days(Date d);
Date date_of(int64_t days);

typedef enum DateForm {
    DATE_DAY,     /* 2026-04-13 */
    DATE_MINUTE,  /* 2026-04-13 12:05 */
    DATE_INSTANT, /* 2026-04-13T12:05:00Z, a fraction where there is one */
} DateForm;
void date_put(Buf *out, int64_t ts_us, DateForm form);
