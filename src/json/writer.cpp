#include "tandem/json/writer.hpp"

#include "json/text.hpp"
#include "tandem/data/logical.hpp"
#include "tandem/json/number_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace tandem::json {
namespace {

constexpr std::size_t kLargeText = 64 << 10;

/// 0: as it is; 'u': \u00XX; 's': starts four bytes of UTF-8; else the letter behind the backslash.
constexpr auto kEscape = [] {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) {
    table[i] = 'u';
  }
  for (std::size_t i = 0xF0; i < 0xF8; ++i) {
    table[i] = 's';
  }
  table['\b'] = 'b';
  table['\t'] = 't';
  table['\n'] = 'n';
  table['\f'] = 'f';
  table['\r'] = 'r';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

bool needs_escape(std::uint64_t v) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101ULL, high = 0x8080808080808080ULL;
  const std::uint64_t quote = v ^ (ones * '"'), back = v ^ (ones * '\\');
  const std::uint64_t wide = v & v << 1 & v << 2 & v << 3;
  return ((((quote - ones) & ~quote) | ((back - ones) & ~back) | ((v - ones * 0x20) & ~v) | wide) & high) !=
         0;
}

void append_hex4(std::string& out, unsigned v) {
  constexpr char hex[] = "0123456789ABCDEF";
  out += {'\\', 'u', hex[v >> 12 & 15], hex[v >> 8 & 15], hex[v >> 4 & 15], hex[v & 15]};
}

/// Jackson writes what is beyond U+FFFF as its two UTF-16 halves. False when `p` is no such character.
bool append_surrogates(std::string& out, const char* p, const char* end) {
  const auto tail = [p](int i) { return static_cast<unsigned char>(p[i]) & 0x3Fu; };
  if (end - p < 4) {
    return false;
  }
  const unsigned v = (static_cast<unsigned char>(p[0]) & 7u) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3);
  if (v < 0x10000 || v > 0x10FFFF) {
    return false;
  }
  append_hex4(out, 0xD800 + ((v - 0x10000) >> 10));
  append_hex4(out, 0xDC00 + ((v - 0x10000) & 0x3FF));
  return true;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const char* run = p;
  for (;;) {
    while (end - p >= 8) {
      std::uint64_t v;
      std::memcpy(&v, p, 8);
      if (needs_escape(v)) {
        break;
      }
      p += 8;
    }
    while (p != end && kEscape[static_cast<unsigned char>(*p)] == 0) {
      ++p;
    }
    out.append(run, p);
    if (p == end) {
      return;
    }
    const char e = kEscape[static_cast<unsigned char>(*p)];
    if (e == 's') {
      run = p;
      if (append_surrogates(out, p, end)) {
        p += 4;
        run = p;
      } else {
        ++p;
      }
      continue;
    }
    if (e == 'u') {
      append_hex4(out, static_cast<unsigned char>(*p));
    } else {
      out += '\\';
      out += e;
    }
    run = ++p;
  }
}

void append_string(std::string& out, std::string_view text) {
  if (text.size() > kLargeText) {  // growing by doubling would take twice a large value's room
    out.reserve(out.size() + text.size() + kLargeText);
  }
  out += '"';
  append_escaped(out, text);
  out += '"';
}

void append_number(std::string& out, double value) {
  if (std::isfinite(value)) {
    append_double(out, value);
  } else {
    out += '"';
    append_double(out, value);
    out += '"';
  }
}

void append_number(std::string& out, float value) {
  if (std::isfinite(value)) {
    append_float(out, value);
  } else {
    out += '"';
    append_float(out, value);
    out += '"';
  }
}

void append_base64_string(std::string& out, BytesView bytes) {
  out += '"';
  append_base64(out, bytes);
  out += '"';
}

void append_value(std::string& out, const Value& value) {
  struct Visitor {
    std::string& out;
    void operator()(std::monostate) const { out += "null"; }
    void operator()(bool v) const { out += v ? "true" : "false"; }
    void operator()(std::int8_t v) const { append_integer(out, v); }
    void operator()(std::int16_t v) const { append_integer(out, v); }
    void operator()(std::int32_t v) const { append_integer(out, v); }
    void operator()(std::int64_t v) const { append_integer(out, v); }
    void operator()(float v) const { append_number(out, v); }
    void operator()(double v) const { append_number(out, v); }
    void operator()(const std::string& v) const { append_string(out, v); }
    void operator()(const Bytes& v) const { append_base64_string(out, v.view()); }
    void operator()(const std::shared_ptr<Array>& v) const {
      char before = '[';
      for (const auto& element : *v) {
        out += before;
        append_value(out, element);
        before = ',';
      }
      out += before == '[' ? "[]" : "]";
    }
    void operator()(const std::shared_ptr<MapEntries>& v) const {
      const bool object =
          std::all_of(v->begin(), v->end(), [](const auto& e) { return e.first.string() != nullptr; });
      char before = object ? '{' : '[';
      const char* const empty = object ? "{}" : "[]";
      for (const auto& [key, element] : *v) {
        out += before;
        before = ',';
        if (object) {
          append_string(out, *key.string());
          out += ':';
          append_value(out, element);
        } else {
          out += '[';
          append_value(out, key);
          out += ',';
          append_value(out, element);
          out += ']';
        }
      }
      out += v->empty() ? empty : object ? "}" : "]";
    }
    void operator()(const Value::Composite& v) const { std::visit(*this, v); }
    void operator()(const StructPtr& v) const { WritePlan(v->schema, {}).append(out, Value(v)); }
  };
  std::visit(Visitor{out}, value.variant());
}

void append_object(std::string& out, const OffsetMap& map) {
  char before = '{';
  for (const auto& [key, value] : map) {
    out += before;
    before = ',';
    append_string(out, key);
    out += ':';
    append_value(out, value);
  }
  out += map.empty() ? "{}" : "}";
}

void append_object(std::string& out,
                   const std::map<std::string, std::optional<std::string>, std::less<>>& map) {
  char before = '{';
  for (const auto& [key, value] : map) {
    out += before;
    before = ',';
    append_string(out, key);
    out += ':';
    if (value) {
      append_string(out, *value);
    } else {
      out += "null";
    }
  }
  out += map.empty() ? "{}" : "}";
}

void append_decimal(std::string& out, BytesView unscaled, int scale) {
  std::string digits = decimal_to_text(unscaled, 0);
  if (scale == 0) {
    out += digits;
    return;
  }
  const bool negative = digits.front() == '-';
  const int count = static_cast<int>(digits.size()) - (negative ? 1 : 0);
  const std::int64_t adjusted = static_cast<std::int64_t>(count) - 1 - scale;
  if (scale > 0 && adjusted >= -6) {
    out += decimal_to_text(unscaled, scale);
    return;
  }
  const std::size_t first = negative ? 2 : 1;
  out.append(digits, 0, first);
  if (count > 1) {
    out += '.';
    out.append(digits, first);
  }
  if (adjusted != 0) {
    out += adjusted > 0 ? "E+" : "E";
    append_integer(out, adjusted);
  }
}

}  // namespace tandem::json
