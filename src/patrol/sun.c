/* Where the sun stood: does a picture exposed for daylight agree with the hour it claims? NOAA's solar calculator (Meeus 1998, ch. 25). */
#include "patrol/patrol.h"

#include <math.h>

#define RAD (3.14159265358979323846 / 180)

struct sun sun_at(usec t, struct place p)
{
    double days = (double)(t - 946728000 * USEC_SECOND) / (double)USEC_DAY; /* since 2000-01-01T12:00Z */
    double c = days / 36525, node = (125.04 - 1934.136 * c) * RAD;
    double mean = (357.52911 + c * (35999.05029 - 0.0001537 * c)) * RAD;
    double centre = sin(mean) * (1.914602 - c * (0.004817 + 0.000014 * c)) + sin(2 * mean) * (0.019993 - 0.000101 * c) + sin(3 * mean) * 0.000289;
    double lambda = (280.46646 + c * (36000.76983 + 0.0003032 * c) + centre - 0.00569 - 0.00478 * sin(node)) * RAD;
    double tilt = (23 + (26 + (21.448 - c * (46.815 + c * (0.00059 - c * 0.001813))) / 60) / 60 + 0.00256 * cos(node)) * RAD;
    double declination = asin(sin(tilt) * sin(lambda)), ascension = atan2(cos(tilt) * sin(lambda), cos(lambda));
    double sidereal = 280.46061837 + 360.98564736629 * days + 0.000387933 * c * c;
    double hour = fmod(sidereal + p.lon, 360) * RAD - ascension, lat = p.lat * RAD;
    double high = asin(sin(lat) * sin(declination) + cos(lat) * cos(declination) * cos(hour));
    double azimuth = atan2(-cos(declination) * sin(hour), sin(declination) * cos(lat) - cos(declination) * sin(lat) * cos(hour)) / RAD;
    return (struct sun){high / RAD, azimuth < 0 ? azimuth + 360 : azimuth};
}
