#include "json/numbers.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace tandem::json {
namespace {

template <class T>
T nearest(const Cursor& cursor, std::string_view text, T (*slow)(const char*, char**)) {
  T value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{}) {
    return value;
  }
  // from_chars refuses what is too small as well, which rounds to zero or a subnormal.
  value = slow(std::string(text).c_str(), nullptr);
  if (std::isinf(value)) {
    cursor.fail("a number too large for its type");
  }
  return value;
}

}  // namespace

bool to_integer(std::string_view text, std::int64_t& out) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

double to_double(const Cursor& cursor, std::string_view text) {
  return nearest<double>(cursor, text, &std::strtod);
}
float to_float(const Cursor& cursor, std::string_view text) {
  return nearest<float>(cursor, text, &std::strtof);
}

}  // namespace tandem::json
