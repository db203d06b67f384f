#pragma once
#include "connectors/mysql/binlog/event.hpp"
#include "tandem/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace tandem::binlog {

enum class RowsKind : std::uint8_t { write, update, delete_ };

/// The table id alone: all that is needed to skip an event. 0 when it is cut short.
std::uint64_t rows_event_table_id(const Event& event) noexcept;

/// The frame of a rows event. The rows are still bytes: see RowDecoder.
struct RowsEvent {
  RowsKind kind = RowsKind::write;
  std::uint64_t table_id = 0;
  std::uint16_t flags = 0;
  std::uint32_t column_count = 0;
  /// One bit a column, least significant first: what the before and the after image hold. An insert has an
  /// after image only, a delete a before image only; `columns_after` is then empty, and the other way round.
  BytesView columns_before, columns_after;
  BytesView rows;
};

/// Bit `i` of such bits, and how many of the first `size` are set.
inline bool bit(BytesView bits, std::size_t i) noexcept {
  return (static_cast<unsigned char>(bits[i / 8]) >> (i % 8) & 1) != 0;
}

inline std::size_t count_bits(BytesView bits, std::size_t size) noexcept {
  std::size_t n = 0;
  for (std::size_t i = 0; i < size / 8; ++i) {
    n += static_cast<std::size_t>(__builtin_popcount(static_cast<unsigned char>(bits[i])));
  }
  for (std::size_t i = size / 8 * 8; i < size; ++i) {
    n += bit(bits, i) ? 1 : 0;
  }
  return n;
}

/// `plain` receives the rows of a MariaDB *_COMPRESSED event; the result then points into it.
Result<RowsEvent> parse_rows_event(const Event& event, std::string& plain);

}  // namespace tandem::binlog
