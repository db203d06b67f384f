#pragma once
#include "connectors/mysql/binlog/cell.hpp"

/// Packed temporal values of rows (mysys/my_time.cc). Each reads into `cell` and is false when cut short;
/// `digits` is the number of fraction digits, 0 to 6.
namespace tandem::binlog {

bool read_date(ByteReader& in, CellView& cell) noexcept;
bool read_time(ByteReader& in, unsigned digits, CellView& cell) noexcept;
bool read_datetime(ByteReader& in, unsigned digits, CellView& cell) noexcept;
bool read_timestamp(ByteReader& in, unsigned digits, CellView& cell) noexcept;

/// Forms from before MySQL 5.6, still in tables that were never rebuilt.
bool read_time_old(ByteReader& in, CellView& cell) noexcept;
bool read_datetime_old(ByteReader& in, CellView& cell) noexcept;
bool read_timestamp_old(ByteReader& in, CellView& cell) noexcept;

/// The 8-byte form that binary JSON uses: TIME_from_longlong_time_packed and …_datetime_packed.
TimeParts time_from_packed(std::int64_t packed) noexcept;
TimeParts datetime_from_packed(std::int64_t packed) noexcept;

}  // namespace tandem::binlog
