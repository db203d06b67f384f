#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::sql_sink {

/// Well-known binary (OGC 06-103r4 §8.2) and PostGIS's extension of it, whose type word carries 0x20000000
/// and then an SRID.
struct Point {
  double x, y;
};
std::optional<Point> point_of_wkb(std::string_view wkb) noexcept;
/// With the SRID in it; as it is when it has one, or when `srid` is 0.
std::string ewkb(std::string_view wkb, std::uint32_t srid);
/// Without; the SRID it had goes to `srid`.
std::string plain_wkb(std::string_view wkb, std::uint32_t& srid);

}  // namespace tandem::sql_sink
