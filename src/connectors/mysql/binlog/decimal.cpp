#include "connectors/mysql/binlog/decimal.hpp"

#include <array>

namespace tandem::binlog {
namespace {

constexpr std::array<std::uint8_t, 10> kBytesOfDigits = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
constexpr std::array<std::uint32_t, 10> kPowerOfTen = {1,      10,      100,      1000,      10000,
                                                       100000, 1000000, 10000000, 100000000, 1000000000};

struct Layout {
  unsigned lead, full_before, full_after, tail;  // digits, groups, groups, digits
};

Layout layout(unsigned precision, unsigned scale) noexcept {
  const unsigned before = precision - scale;
  return {before % 9, before / 9, scale / 9, scale % 9};
}

/// The digits of the value as groups, sign taken off. Calls group(value, digits) from the left.
template <class Group>
bool each_group(BytesView packed, unsigned precision, unsigned scale, bool& negative, Group group) {
  if (packed.empty() || packed.size() != decimal_size(precision, scale)) {
    return false;
  }
  const Layout l = layout(precision, scale);
  negative = (static_cast<unsigned char>(packed[0]) & 0x80) == 0;
  const std::uint32_t mask = negative ? 0xFFFFFFFFU : 0;
  const auto* p = reinterpret_cast<const unsigned char*>(packed.data());
  bool first = true;
  const auto take = [&](unsigned digits) {
    const unsigned bytes = kBytesOfDigits[digits];
    std::uint32_t v = 0;
    for (unsigned i = 0; i < bytes; ++i) {
      v = v << 8 | *p++;
    }
    if (first) {
      v ^= 0x80U << (8 * (bytes - 1));
      first = false;
    }
    v = (v ^ mask) & (bytes == 4 ? 0xFFFFFFFFU : (1U << (8 * bytes)) - 1);
    return v < kPowerOfTen[digits] && (group(v, digits), true);
  };
  if (l.lead > 0 && !take(l.lead)) {
    return false;
  }
  for (unsigned i = 0; i < l.full_before + l.full_after; ++i) {
    if (!take(9)) {
      return false;
    }
  }
  return l.tail == 0 || take(l.tail);
}

void put_digits(char* at, std::uint32_t value, unsigned digits) noexcept {
  for (unsigned i = digits; i > 0; --i) {
    at[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

std::size_t decimal_size(unsigned precision, unsigned scale) noexcept {
  if (precision == 0 || precision > kMaxDecimalPrecision || scale > precision) {
    return 0;
  }
  const Layout l = layout(precision, scale);
  return kBytesOfDigits[l.lead] + 4 * (l.full_before + l.full_after) + kBytesOfDigits[l.tail];
}

bool append_decimal_text(std::string& out, BytesView packed, unsigned precision, unsigned scale) {
  char digits[kMaxDecimalPrecision + 9];
  unsigned count = 0;
  bool negative = false;
  if (!each_group(packed, precision, scale, negative, [&](std::uint32_t v, unsigned n) {
        put_digits(digits + count, v, n);
        count += n;
      })) {
    return false;
  }
  const unsigned before = count - scale;
  unsigned start = 0;
  while (start + 1 < before && digits[start] == '0') {
    ++start;
  }
  bool zero = true;
  for (unsigned i = 0; i < count && zero; ++i) {
    zero = digits[i] == '0';
  }
  if (negative && !zero) {
    out += '-';
  }
  if (before == 0) {
    out += '0';
  }
  out.append(digits + start, before - start);
  if (scale > 0) {
    out += '.';
    out.append(digits + before, scale);
  }
  return true;
}

}  // namespace tandem::binlog
