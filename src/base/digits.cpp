#include "tandem/base/digits.hpp"

namespace tandem {

void append_padded(std::string& out, std::uint64_t value, std::size_t width) {
  char text[20];
  std::size_t at = sizeof text;
  do {
    text[--at] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (sizeof text - at < width) {
    text[--at] = '0';
  }
  out.append(text + at, sizeof text - at);
}

void append_ymd(std::string& out, std::uint64_t year, unsigned month, unsigned day) {
  append_padded(out, year, 4);
  out += '-';
  append_padded(out, month, 2);
  out += '-';
  append_padded(out, day, 2);
}

void append_hms(std::string& out, std::uint64_t seconds) {
  append_padded(out, seconds / 3600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
}

void append_fraction(std::string& out, std::uint32_t micros, int digits) {
  if (digits == 0 || (digits < 0 && micros == 0)) {
    return;
  }
  out += '.';
  const auto from = out.size();
  append_padded(out, micros, 6);
  if (digits > 0) {
    out.resize(from + static_cast<std::size_t>(digits));
    return;
  }
  while (out.back() == '0') {
    out.pop_back();
  }
}

}  // namespace tandem
