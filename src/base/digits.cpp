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
