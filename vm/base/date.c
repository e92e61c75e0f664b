/* date.c — see date.h.  Years begin in March here, so that a leap day is the last of its year; 400 years are
 * an era, and all eras are equally long. */
#include "vm/base/date.h"

enum { ERA_DAYS = 146097, ERA_YEARS = 400, DAYS_BEFORE_1970 = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

bool date_is_real(Date d)
{
    static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);

    if (d.month < 1 || d.month > 12 || d.day < 1 || d.day > days[d.month - 1]) return false;
    return d.month != 2 || d.day < 29 || is_leap;
}

int64_t date_days(Date d)
{
    int64_t year = d.year - (d.month <= 2), era = floor_div(year, ERA_YEARS);
    int64_t year_of_era = year - era * ERA_YEARS;
    int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

    return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           DAYS_BEFORE_1970;
}

Date date_of(int64_t days)
{
    int64_t era = floor_div(days + DAYS_BEFORE_1970, ERA_DAYS);
    int64_t day_of_era = days + DAYS_BEFORE_1970 - era * ERA_DAYS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* 0 is March */
    Date d = {.month = month + (month < 10 ? 3 : -9),
              .day = day_of_year - (153 * month + 2) / 5 + 1};

    d.year = era * ERA_YEARS + year_of_era + (d.month <= 2);
    return d;
}

static void put_fraction(Buf *out, int64_t us)
{
    int64_t places = 6;

    if (!us) return;
    for (; us % 10 == 0; us /= 10)
        places--;
    buf_fmt(out, ".%0*ld", (int)places, us);
}

void date_put(Buf *out, int64_t ts_us, DateForm form)
{
    int64_t days = floor_div(ts_us, DAY_US), us = ts_us - days * DAY_US, seconds = us / 1000000;
    int64_t minutes = seconds / 60;
    Date d = date_of(days);

    buf_fmt(out, "%04ld-%02ld-%02ld", d.year, d.month, d.day);
    if (form == DATE_DAY) return;
    buf_fmt(out, "%c%02ld:%02ld", form == DATE_INSTANT ? 'T' : ' ', minutes / 60, minutes % 60);
    if (form == DATE_MINUTE) return;
    buf_fmt(out, ":%02ld", seconds % 60);
    put_fraction(out, us % 1000000);
    buf_char(out, 'Z');
}
