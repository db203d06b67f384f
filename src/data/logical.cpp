#include "tandem/data/logical.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tandem {
namespace {

constexpr std::uint32_t kGroup = 1'000'000'000;  // nine decimal digits at a time

Result<Bytes> not_a_number(std::string_view text) {
  return Error(ErrorKind::data, "'" + std::string(text) + "' is not a decimal number");
}

/// Big-endian two's complement, shortest form, of a magnitude in little-endian 32-bit limbs.
Bytes twos_complement(std::vector<std::uint32_t> limbs, bool negative) {
  if (negative) {
    std::uint64_t carry = 1;
    for (auto& limb : limbs) {
      carry += static_cast<std::uint32_t>(~limb);
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  const unsigned char sign = negative ? 0xFF : 0x00;
  std::string out(limbs.size() * 4 + 1, static_cast<char>(sign));
  for (std::size_t i = 0; i < limbs.size(); ++i) {
    for (std::size_t b = 0; b < 4; ++b) {
      out[out.size() - 1 - i * 4 - b] = static_cast<char>(limbs[i] >> (8 * b));
    }
  }
  std::size_t first = 0;
  while (first + 1 < out.size() && static_cast<unsigned char>(out[first]) == sign &&
         (static_cast<unsigned char>(out[first + 1]) & 0x80) == (sign & 0x80)) {
    ++first;
  }
  return Bytes{out.substr(first)};
}

Bytes small_twos_complement(std::int64_t v) {
  char be[8];
  for (int i = 0; i < 8; ++i) {
    be[i] = static_cast<char>(static_cast<std::uint64_t>(v) >> (56 - 8 * i));
  }
  const unsigned char sign = v < 0 ? 0xFF : 0x00;
  int first = 0;
  while (first < 7 && static_cast<unsigned char>(be[first]) == sign &&
         (static_cast<unsigned char>(be[first + 1]) & 0x80) == (sign & 0x80)) {
    ++first;
  }
  return Bytes{std::string(be + first, static_cast<std::size_t>(8 - first))};
}

}  // namespace

Result<Bytes> decimal_from_text(std::string_view text, int scale) {
  const std::string_view whole = text;
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const auto dot = text.find('.');
  const auto int_part = text.substr(0, dot);
  auto fraction = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  if (int_part.empty() && fraction.empty()) {
    return not_a_number(whole);
  }
  const auto digits_only = [](std::string_view s) {
    return std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!digits_only(int_part) || !digits_only(fraction)) {
    return not_a_number(whole);
  }
  const std::size_t wanted = scale < 0 ? 0 : static_cast<std::size_t>(scale);
  if (fraction.size() > wanted) {
    const auto lost = fraction.substr(wanted);
    if (!std::ranges::all_of(lost, [](char c) { return c == '0'; })) {
      return Error(ErrorKind::data, "the number " + std::string(whole) + " has more than " +
                                        std::to_string(scale) + " decimal places");
    }
    fraction = fraction.substr(0, wanted);
  }
  const std::size_t zeros = wanted - fraction.size();
  if (int_part.size() + wanted <= 18) {
    std::int64_t v = 0;
    for (char c : int_part) {
      v = v * 10 + (c - '0');
    }
    for (char c : fraction) {
      v = v * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < zeros; ++i) {
      v *= 10;
    }
    return small_twos_complement(negative ? -v : v);
  }
  std::vector<std::uint32_t> limbs{0};
  const auto push = [&limbs](unsigned digit) {
    std::uint64_t carry = digit;
    for (auto& limb : limbs) {
      carry += static_cast<std::uint64_t>(limb) * 10;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) {
      limbs.push_back(static_cast<std::uint32_t>(carry));
    }
  };
  for (char c : int_part) {
    push(static_cast<unsigned>(c - '0'));
  }
  for (char c : fraction) {
    push(static_cast<unsigned>(c - '0'));
  }
  for (std::size_t i = 0; i < zeros; ++i) {
    push(0);
  }
  return twos_complement(std::move(limbs), negative);
}

std::string decimal_to_text(BytesView unscaled, int scale) {
  std::string digits;
  bool negative = false;
  if (unscaled.size() <= 8) {
    std::int64_t v = !unscaled.empty() && (unscaled[0] & 0x80) != 0 ? -1 : 0;
    for (unsigned char c : unscaled) {
      v = static_cast<std::int64_t>(static_cast<std::uint64_t>(v) << 8 | c);
    }
    negative = v < 0;
    digits = std::to_string(negative ? 0 - static_cast<std::uint64_t>(v) : static_cast<std::uint64_t>(v));
  } else {
    negative = (unscaled[0] & 0x80) != 0;
    std::vector<std::uint32_t> limbs((unscaled.size() + 3) / 4, negative ? 0xFFFFFFFFU : 0U);
    for (std::size_t i = 0; i < unscaled.size(); ++i) {
      const auto byte = static_cast<unsigned char>(unscaled[unscaled.size() - 1 - i]);
      auto& limb = limbs[i / 4];
      const unsigned shift = 8 * (i % 4);
      limb = (limb & ~(0xFFU << shift)) | static_cast<std::uint32_t>(byte) << shift;
    }
    if (negative) {
      std::uint64_t carry = 1;
      for (auto& limb : limbs) {
        carry += static_cast<std::uint32_t>(~limb);
        limb = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
    }
    std::vector<std::uint32_t> groups;
    while (!limbs.empty()) {
      std::uint64_t remainder = 0;
      for (auto it = limbs.rbegin(); it != limbs.rend(); ++it) {
        remainder = remainder << 32 | *it;
        *it = static_cast<std::uint32_t>(remainder / kGroup);
        remainder %= kGroup;
      }
      groups.push_back(static_cast<std::uint32_t>(remainder));
      while (!limbs.empty() && limbs.back() == 0) {
        limbs.pop_back();
      }
    }
    digits = groups.empty() ? "0" : std::to_string(groups.back());
    for (auto it = groups.size() > 1 ? groups.rbegin() + 1 : groups.rend(); it != groups.rend(); ++it) {
      const auto g = std::to_string(*it);
      digits += std::string(9 - g.size(), '0') + g;
    }
  }
  if (scale > 0) {
    const auto places = static_cast<std::size_t>(scale);
    if (digits.size() <= places) {
      digits.insert(0, places + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - places, 1, '.');
  } else if (scale < 0 && digits != "0") {
    digits.append(static_cast<std::size_t>(-scale), '0');
  }
  return negative ? "-" + digits : digits;
}

SchemaBuilder decimal_schema(int scale, int precision) {
  SchemaBuilder b(SchemaType::bytes);
  b.name(std::string(logical::kDecimal)).version(1).parameter("scale", std::to_string(scale));
  if (precision > 0) {
    b.parameter("connect.decimal.precision", std::to_string(precision));
  }
  return b;
}

// Howard Hinnant's days_from_civil and civil_from_days (public domain, "chrono-Compatible Low-Level Date
// Algorithms").
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) noexcept {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto yoe = static_cast<unsigned>(year - era * 400);
  const unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

CivilDate civil_from_days(std::int64_t days) noexcept {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto doe = static_cast<unsigned>(days - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned day = doy - (153 * mp + 2) / 5 + 1;
  const unsigned month = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

}  // namespace tandem
