#include "connectors/sql_sink/wkb.hpp"

#include <bit>
#include <cstring>

namespace tandem::sql_sink {
namespace {

constexpr std::uint32_t kHasSrid = 0x20000000;

bool little(std::string_view wkb) { return wkb[0] == 1; }

std::uint32_t word(std::string_view wkb, std::size_t at) {
  std::uint32_t v = 0;
  std::memcpy(&v, wkb.data() + at, 4);
  return little(wkb) ? v : __builtin_bswap32(v);
}

void append_word(std::string& out, std::uint32_t v, bool little_endian) {
  const std::uint32_t w = little_endian ? v : __builtin_bswap32(v);
  out.append(reinterpret_cast<const char*>(&w), 4);
}

double real(std::string_view wkb, std::size_t at) {
  std::uint64_t v = 0;
  std::memcpy(&v, wkb.data() + at, 8);
  return std::bit_cast<double>(little(wkb) ? v : __builtin_bswap64(v));
}

}  // namespace

std::optional<Point> point_of_wkb(std::string_view wkb) noexcept {
  if (wkb.size() < 21 || (word(wkb, 1) & 0xff) != 1) {
    return std::nullopt;
  }
  const std::size_t at = (word(wkb, 1) & kHasSrid) != 0 ? 9 : 5;
  if (wkb.size() < at + 16) {
    return std::nullopt;
  }
  return Point{real(wkb, at), real(wkb, at + 8)};
}

std::string ewkb(std::string_view wkb, std::uint32_t srid) {
  if (wkb.size() < 5 || srid == 0 || (word(wkb, 1) & kHasSrid) != 0) {
    return std::string(wkb);
  }
  std::string out(wkb.substr(0, 1));
  append_word(out, word(wkb, 1) | kHasSrid, little(wkb));
  append_word(out, srid, little(wkb));
  out += wkb.substr(5);
  return out;
}

std::string plain_wkb(std::string_view wkb, std::uint32_t& srid) {
  if (wkb.size() < 9 || (word(wkb, 1) & kHasSrid) == 0) {
    return std::string(wkb);
  }
  srid = word(wkb, 5);
  std::string out(wkb.substr(0, 1));
  append_word(out, word(wkb, 1) & ~kHasSrid, little(wkb));
  out += wkb.substr(9);
  return out;
}

}  // namespace tandem::sql_sink
