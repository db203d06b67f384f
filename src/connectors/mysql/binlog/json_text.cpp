#include "connectors/mysql/binlog/json_binary.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tandem::binlog {

void append_json_double(std::string& out, double value) {
  const double size = std::fabs(value);
  // The bounds between which Java's Double.toString writes no exponent.
  if (size == 0 || (size >= 1e-3 && size < 1e7)) {
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
    const std::string_view digits(text, static_cast<std::size_t>(end - text));
    out += digits;
    if (digits.find('.') == std::string_view::npos) {
      out += ".0";
    }
    return;
  }
  if (!std::isfinite(value)) {
    out += "null";  // no JSON document holds one
    return;
  }
  // new BigDecimal(double).toPlainString(): every digit of the binary value. 1,074 are enough for any.
  char text[1500];
  auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 1074).ptr;
  while (end[-1] == '0') {
    --end;
  }
  if (end[-1] == '.') {
    --end;
  }
  out.append(text, end);
}

void append_json_escaped(std::string& out, std::string_view utf8) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  const char* run = utf8.data();
  const char* const end = run + utf8.size();
  for (const char* p = run; p != end; ++p) {
    const auto c = static_cast<unsigned char>(*p);
    if (c >= 0x20 && c != '"' && c != '\\') {
      continue;
    }
    out.append(run, p);
    run = p + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(run, end);
}

}  // namespace tandem::binlog
