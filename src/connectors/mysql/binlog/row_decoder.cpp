#include "connectors/mysql/binlog/row_decoder.hpp"

#include "connectors/mysql/binlog/decimal.hpp"
#include "connectors/mysql/binlog/temporal.hpp"

#include <fmt/format.h>

namespace tandem::binlog {
namespace {

template <class Signed>
bool read_integer(ByteReader& in, bool is_unsigned, CellView& cell) noexcept {
  Signed v = 0;
  if (!in.read(v)) {
    return false;
  }
  if (is_unsigned) {
    cell.kind = CellKind::uint64;
    cell.u64 = static_cast<std::make_unsigned_t<Signed>>(v);
  } else {
    cell.kind = CellKind::int64;
    cell.i64 = v;
  }
  return true;
}

bool read_int24(ByteReader& in, bool is_unsigned, CellView& cell) noexcept {
  std::uint64_t v = 0;
  if (!in.read_uint(v, 3)) {
    return false;
  }
  if (is_unsigned) {
    cell.kind = CellKind::uint64;
    cell.u64 = v;
  } else {
    cell.kind = CellKind::int64;
    cell.i64 = (v & 0x800000) != 0 ? static_cast<std::int64_t>(v) - 0x1000000 : static_cast<std::int64_t>(v);
  }
  return true;
}

bool read_sized(ByteReader& in, std::size_t length_bytes, CellKind kind, CellView& cell) noexcept {
  std::uint64_t size = 0;
  BytesView bytes;
  if (!in.read_uint(size, length_bytes) || !in.read_bytes(bytes, size)) {
    return false;
  }
  cell.kind = kind;
  cell.bytes = bytes;
  return true;
}

template <class T>
bool read_as(ByteReader& in, CellKind kind, CellView& cell, T CellView::*member) noexcept {
  static_assert(std::endian::native == std::endian::little);
  BytesView raw;
  if (!in.read_bytes(raw, sizeof(T))) {
    return false;
  }
  std::memcpy(&(cell.*member), raw.data(), sizeof(T));
  cell.kind = kind;
  return true;
}

bool read_mask(ByteReader& in, std::size_t bytes, CellKind kind, CellView& cell) noexcept {
  std::uint64_t v = 0;
  if (!in.read_uint(v, bytes)) {
    return false;
  }
  cell.kind = kind;
  cell.u64 = v;
  return true;
}

}  // namespace

RowDecoder::RowDecoder(const TableMap& map) : map_(map) {
  plans_.reserve(map.columns.size());
  for (const auto& c : map.columns) {
    plans_.push_back(plan_for(c));
  }
  before_.resize(map.columns.size());
  after_.resize(map.columns.size());
}

RowDecoder::Plan RowDecoder::plan_for(const TableMapColumn& c) {
  Plan p{c.type, c.is_unsigned.value_or(false), c.scale, 0, c.size};
  switch (c.type) {
    case ColumnType::varchar:
    case ColumnType::var_string:
    case ColumnType::string:
      p.bytes = c.size > 255 ? 2 : 1;
      break;
    case ColumnType::bit:
      p.bytes = static_cast<std::uint8_t>((c.size + 7) / 8);
      break;
    case ColumnType::decimal:
      p.bytes = static_cast<std::uint8_t>(decimal_size(c.size, c.scale));
      break;
    case ColumnType::time:
    case ColumnType::datetime:
    case ColumnType::timestamp:
      p.scale = static_cast<std::uint8_t>(c.size);
      break;
    default:
      p.bytes = static_cast<std::uint8_t>(c.size);
      break;
  }
  return p;
}

Result<void> RowDecoder::start(const RowsEvent& event) {
  if (event.column_count != map_.columns.size()) {
    return Error(ErrorKind::data,
                 fmt::format("a rows event of {}.{} has {} columns, its table map {}", map_.database,
                             map_.table, event.column_count, map_.columns.size()));
  }
  event_ = event;
  in_ = ByteReader(event.rows);
  row_number_ = 0;
  return boost::outcome_v2::success();
}

Error RowDecoder::broken_row(std::size_t column) const {
  const bool in_columns = column < map_.columns.size();
  const bool compressed = in_columns && (map_.columns[column].type == ColumnType::mariadb_blob_compressed ||
                                         map_.columns[column].type == ColumnType::mariadb_varchar_compressed);
  const std::string what =
      in_columns ? fmt::format("{}.{}, column {} (type {}), row {} of its event", map_.database, map_.table,
                               map_.columns[column].name.empty() ? fmt::format("number {}", column + 1)
                                                                 : map_.columns[column].name,
                               static_cast<int>(map_.columns[column].type), row_number_)
                 : fmt::format("{}.{}, row {} of its event", map_.database, map_.table, row_number_);
  if (compressed) {
    return Error(ErrorKind::schema, "compressed columns (COMPRESSED attribute) cannot be read: " + what,
                 "ALTER TABLE … MODIFY the column without COMPRESSED, or exclude the table");
  }
  return Error(ErrorKind::data, "a row in the binlog is cut short or of a type that is not known: " + what,
               "check the log on the server with mysqlbinlog -vv");
}

Result<bool> RowDecoder::next(RowView& row) {
  if (in_.empty()) {
    return false;
  }
  ++row_number_;
  row = RowView();
  if (event_.kind != RowsKind::write) {
    if (!read_image(event_.columns_before, before_)) {
      return broken_row(failed_column_);
    }
    row.before = before_;
  }
  if (event_.kind != RowsKind::delete_) {
    if (!read_image(event_.columns_after, after_)) {
      return broken_row(failed_column_);
    }
    row.after = after_;
  }
  // An image without columns takes no bytes; it would come again for ever.
  if (in_.position() == event_.rows.data() && row_number_ > 1) {
    return broken_row(map_.columns.size());
  }
  return true;
}

bool RowDecoder::read_image(BytesView present, std::vector<CellView>& cells) {
  failed_column_ = cells.size();
  const std::size_t columns = plans_.size();
  BytesView nulls;
  if (present.size() < (columns + 7) / 8 || !in_.read_bytes(nulls, (count_bits(present, columns) + 7) / 8)) {
    return false;
  }
  std::size_t null_bit = 0;
  for (std::size_t i = 0; i < columns; ++i) {
    CellView& cell = cells[i];
    if (!bit(present, i)) {
      cell.kind = CellKind::absent;
    } else if (bit(nulls, null_bit++)) {
      cell.kind = CellKind::null;
    } else if (!read_cell(in_, plans_[i], cell)) {
      failed_column_ = i;
      return false;
    }
  }
  return true;
}

bool RowDecoder::read_cell(ByteReader& in, const Plan& p, CellView& cell) noexcept {
  switch (p.type) {
    case ColumnType::tiny:
      return read_integer<std::int8_t>(in, p.is_unsigned, cell);
    case ColumnType::short_:
      return read_integer<std::int16_t>(in, p.is_unsigned, cell);
    case ColumnType::long_:
      return read_integer<std::int32_t>(in, p.is_unsigned, cell);
    case ColumnType::longlong:
      return read_integer<std::int64_t>(in, p.is_unsigned, cell);
    case ColumnType::int24:
      return read_int24(in, p.is_unsigned, cell);
    case ColumnType::float_:
      return read_as(in, CellKind::float32, cell, &CellView::f32);
    case ColumnType::double_:
      return read_as(in, CellKind::float64, cell, &CellView::f64);
    case ColumnType::decimal: {
      BytesView packed;
      if (p.bytes == 0 || !in.read_bytes(packed, p.bytes)) {
        return false;
      }
      cell.kind = CellKind::decimal;
      cell.precision = static_cast<std::uint8_t>(p.size);
      cell.scale = p.scale;
      cell.bytes = packed;
      return true;
    }
    case ColumnType::varchar:
    case ColumnType::var_string:
    case ColumnType::string:
      return read_sized(in, p.bytes, CellKind::string, cell);
    case ColumnType::tiny_blob:
    case ColumnType::blob:
    case ColumnType::medium_blob:
    case ColumnType::long_blob:
      return p.bytes <= 4 && read_sized(in, p.bytes, CellKind::string, cell);
    case ColumnType::json:
      return p.bytes <= 4 && read_sized(in, p.bytes, CellKind::json, cell);
    case ColumnType::geometry:
      return p.bytes <= 4 && read_sized(in, p.bytes, CellKind::geometry, cell);
    case ColumnType::vector:
      return p.bytes <= 4 && read_sized(in, p.bytes, CellKind::vector, cell);
    case ColumnType::date:
    case ColumnType::newdate:
      return read_date(in, cell);
    case ColumnType::time:
      return read_time(in, p.scale, cell);
    case ColumnType::datetime:
      return read_datetime(in, p.scale, cell);
    case ColumnType::timestamp:
      return read_timestamp(in, p.scale, cell);
    case ColumnType::time_old:
      return read_time_old(in, cell);
    case ColumnType::datetime_old:
      return read_datetime_old(in, cell);
    case ColumnType::timestamp_old:
      return read_timestamp_old(in, cell);
    case ColumnType::year: {
      std::uint8_t v = 0;
      if (!in.read(v)) {
        return false;
      }
      cell.kind = CellKind::year;
      cell.u64 = v == 0 ? 0 : v + 1900U;
      return true;
    }
    case ColumnType::bit: {
      BytesView raw;
      if (!in.read_bytes(raw, p.bytes)) {
        return false;
      }
      cell.kind = CellKind::bit;
      cell.precision = static_cast<std::uint8_t>(p.size);
      cell.bytes = raw;
      return true;
    }
    case ColumnType::enum_:
      return p.bytes <= 2 && read_mask(in, p.bytes, CellKind::enum_, cell);
    case ColumnType::set:
      return p.bytes <= 8 && read_mask(in, p.bytes, CellKind::set, cell);
    case ColumnType::null:
      cell.kind = CellKind::null;
      return true;
    case ColumnType::decimal_old:
    case ColumnType::mariadb_blob_compressed:
    case ColumnType::mariadb_varchar_compressed:
      return false;
  }
  return false;
}

std::string_view to_string(CellKind kind) noexcept {
  switch (kind) {
    case CellKind::absent:
      return "absent";
    case CellKind::null:
      return "null";
    case CellKind::int64:
      return "int64";
    case CellKind::uint64:
      return "uint64";
    case CellKind::float32:
      return "float32";
    case CellKind::float64:
      return "float64";
    case CellKind::decimal:
      return "decimal";
    case CellKind::string:
      return "string";
    case CellKind::date:
      return "date";
    case CellKind::time:
      return "time";
    case CellKind::datetime:
      return "datetime";
    case CellKind::timestamp:
      return "timestamp";
    case CellKind::year:
      return "year";
    case CellKind::bit:
      return "bit";
    case CellKind::enum_:
      return "enum";
    case CellKind::set:
      return "set";
    case CellKind::json:
      return "json";
    case CellKind::geometry:
      return "geometry";
    case CellKind::vector:
      return "vector";
  }
  return "unknown";
}

}  // namespace tandem::binlog
