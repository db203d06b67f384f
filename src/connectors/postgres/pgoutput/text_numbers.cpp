#include "connectors/postgres/pgoutput/text_values.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <vector>

namespace tandem::pgoutput {
namespace {

/// Shortest two's complement of sign and magnitude (big-endian bytes, leading zeros allowed).
void put_twos_complement(std::string magnitude, bool negative, std::string& out) {
  const auto first = magnitude.find_first_not_of('\0');
  magnitude.erase(0, first == std::string::npos ? magnitude.size() : first);
  if (magnitude.empty()) {
    out.assign(1, '\0');
    return;
  }
  if (negative) {
    unsigned carry = 1;
    for (std::size_t i = magnitude.size(); i-- > 0;) {
      const unsigned v = (~static_cast<unsigned char>(magnitude[i]) & 0xFFU) + carry;
      magnitude[i] = static_cast<char>(v & 0xFFU);
      carry = v >> 8;
    }
  }
  const bool sign_bit = (static_cast<unsigned char>(magnitude[0]) & 0x80U) != 0;
  if (negative != sign_bit) {
    magnitude.insert(magnitude.begin(), negative ? '\xFF' : '\0');
  }
  // -128 as FF 80: the first byte says nothing that the second does not.
  while (negative && magnitude.size() > 1 && magnitude[0] == '\xFF' &&
         (static_cast<unsigned char>(magnitude[1]) & 0x80U) != 0) {
    magnitude.erase(0, 1);
  }
  out = std::move(magnitude);
}

void put_int64(std::int64_t v, std::string& out) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(static_cast<std::uint64_t>(v) >> (56 - 8 * i));
  }
  int skip = 0;
  while (skip < 7 && ((bytes[skip] == '\0' && (bytes[skip + 1] & '\x80') == 0) ||
                      (bytes[skip] == '\xFF' && (bytes[skip + 1] & '\x80') != 0))) {
    ++skip;
  }
  out.assign(bytes + skip, static_cast<std::size_t>(8 - skip));
}

/// Decimal digits (only digits) to big-endian bytes.
std::string magnitude_of(std::string_view digits) {
  std::vector<std::uint32_t> limbs;  // little-endian, base 2^32
  for (std::size_t at = 0; at < digits.size();) {
    const std::size_t n = std::min<std::size_t>(9, digits.size() - at);
    std::uint64_t factor = 1, chunk = 0;
    for (std::size_t i = 0; i < n; ++i) {
      factor *= 10;
      chunk = chunk * 10 + static_cast<std::uint64_t>(digits[at + i] - '0');
    }
    for (std::uint32_t& limb : limbs) {
      const std::uint64_t v = limb * factor + chunk;
      limb = static_cast<std::uint32_t>(v);
      chunk = v >> 32;
    }
    if (chunk != 0) {
      limbs.push_back(static_cast<std::uint32_t>(chunk));
    }
    at += n;
  }
  std::string out;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.push_back(static_cast<char>(limbs[i] >> shift));
    }
  }
  return out;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// std::from_chars takes "inf" and "nan" spellings that the server never writes, but also all that it does.
template <class T>
bool parse_real(std::string_view text, T& out) {
  const auto r = std::from_chars(text.data(), text.data() + text.size(), out);
  if (r.ec == std::errc::result_out_of_range) {  // of a numeric: infinity or zero, as in Java
    out = static_cast<T>(std::strtod(std::string(text).c_str(), nullptr));
  } else if (r.ec != std::errc()) {
    return false;
  }
  return r.ptr == text.data() + text.size();
}

int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

}  // namespace

bool parse_numeric(std::string_view text, Numeric& out, std::optional<int> wanted_scale) {
  out.special = text == "NaN"         ? Numeric::Special::nan
                : text == "Infinity"  ? Numeric::Special::infinity
                : text == "-Infinity" ? Numeric::Special::minus_infinity
                                      : Numeric::Special::none;
  if (out.special != Numeric::Special::none) {
    return true;
  }
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  const auto dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string_view fraction = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  if (whole.empty() || !all_digits(whole) || !all_digits(fraction) ||
      (dot != std::string_view::npos && fraction.empty())) {
    return false;
  }
  std::size_t zeros = 0;
  if (wanted_scale) {
    while (static_cast<int>(fraction.size()) > *wanted_scale && !fraction.empty() && fraction.back() == '0') {
      fraction.remove_suffix(1);
    }
    if (*wanted_scale < 0 || static_cast<int>(fraction.size()) > *wanted_scale) {
      return false;
    }
    zeros = static_cast<std::size_t>(*wanted_scale) - fraction.size();
  }
  out.scale = static_cast<int>(fraction.size() + zeros);
  if (whole.size() + fraction.size() + zeros <= 18) {
    std::int64_t v = 0;
    for (const char c : whole) {
      v = v * 10 + (c - '0');
    }
    for (const char c : fraction) {
      v = v * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < zeros; ++i) {
      v *= 10;
    }
    put_int64(negative ? -v : v, out.unscaled.data);
    return true;
  }
  std::string digits(whole);
  digits.append(fraction);
  digits.append(zeros, '0');
  put_twos_complement(magnitude_of(digits), negative, out.unscaled.data);
  return true;
}

bool parse_double(std::string_view text, double& out) { return parse_real(text, out); }
bool parse_float(std::string_view text, float& out) { return parse_real(text, out); }

bool parse_bytea(std::string_view text, std::string& out) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) {
    return false;
  }
  out.resize(text.size() / 2 - 1);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_digit(text[2 * i + 2]), low = hex_digit(text[2 * i + 3]);
    if (high < 0 || low < 0) {
      return false;
    }
    out[i] = static_cast<char>(high << 4 | low);
  }
  return true;
}

bool parse_uuid(std::string_view text) {
  if (text.size() != 36) {
    return false;
  }
  for (std::size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : hex_digit(text[i]) < 0) {
      return false;
    }
  }
  return true;
}

bool parse_bits(std::string_view text, std::string& out) {
  out.assign((text.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[text.size() - 1 - i];
    if (c != '0' && c != '1') {
      return false;
    }
    if (c == '1') {
      out[i / 8] = static_cast<char>(static_cast<unsigned char>(out[i / 8]) | (1U << (i % 8)));
    }
  }
  return true;
}

bool parse_money(std::string_view text, std::string& decimal) {
  decimal.clear();
  const bool negative = text.find_first_of("-(") != std::string_view::npos;
  bool point = false, digit = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      decimal.push_back(c);
      digit = true;
    } else if (c == '.' && !point && digit) {
      decimal.push_back(c);
      point = true;
    } else if (c != '$' && c != ',' && c != '-' && c != '(' && c != ')') {
      return false;
    }
  }
  if (!digit || decimal.back() == '.') {
    return false;
  }
  if (negative) {
    decimal.insert(decimal.begin(), '-');
  }
  return true;
}

void round_half_up(std::string& decimal, int scale) {
  const auto dot = decimal.find('.');
  const auto kept = static_cast<std::size_t>(std::max(scale, 0));
  if (dot == std::string::npos || decimal.size() - dot - 1 <= kept) {
    return;
  }
  const bool up = decimal[dot + 1 + kept] >= '5';
  decimal.resize(kept == 0 ? dot : dot + 1 + kept);
  if (!up) {
    return;
  }
  const std::size_t first = decimal.front() == '-' ? 1 : 0;
  for (std::size_t i = decimal.size(); i > first; --i) {
    char& c = decimal[i - 1];
    if (c == '.') {
      continue;
    }
    if (c != '9') {
      ++c;
      return;
    }
    c = '0';
  }
  decimal.insert(first, 1, '1');
}

bool parse_point(std::string_view text, double& x, double& y) {
  const auto comma = text.find(',');
  return text.size() > 4 && text.front() == '(' && text.back() == ')' && comma != std::string_view::npos &&
         parse_real(text.substr(1, comma - 1), x) &&
         parse_real(text.substr(comma + 1, text.size() - comma - 2), y);
}

}  // namespace tandem::pgoutput
