#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::test::binlog_writer {

inline void put(std::string& out, std::uint64_t v, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    out += static_cast<char>(v >> (8 * i));
  }
}
inline void put_be(std::string& out, std::uint64_t v, std::size_t width) {
  for (std::size_t i = width; i > 0; --i) {
    out += static_cast<char>(v >> (8 * (i - 1)));
  }
}
inline void put_lenenc(std::string& out, std::uint64_t v) {
  if (v < 251) {
    put(out, v, 1);
  } else if (v < 0x10000) {
    out += '\xFC';
    put(out, v, 2);
  } else if (v < 0x1000000) {
    out += '\xFD';
    put(out, v, 3);
  } else {
    out += '\xFE';
    put(out, v, 8);
  }
}
inline void put_lenenc(std::string& out, std::string_view text) {
  put_lenenc(out, text.size());
  out += text;
}
/// MySQL 8.3's variable-length integer.
inline void put_varlen(std::string& out, std::uint64_t v) {
  std::size_t more = 0;
  while (more < 8 && v >> (7 * (more + 1)) != 0) {
    ++more;
  }
  if (more == 8) {
    out += '\xFF';
    put(out, v, 8);
  } else {
    put(out, v << (more + 1) | ((1U << more) - 1), more + 1);
  }
}
inline void put_varlen_signed(std::string& out, std::int64_t v) {
  put_varlen(out, static_cast<std::uint64_t>(v) << 1 ^ static_cast<std::uint64_t>(v >> 63));
}

}  // namespace tandem::test::binlog_writer
