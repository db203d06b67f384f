#include "connectors/mysql/binlog/decimal.hpp"
#include "tests/support/binlog_bytes.hpp"
#include "tests/support/binlog_writer.hpp"

#include <algorithm>
#include <cstring>

namespace tandem::test::binlog_writer {
namespace {

std::string raw(const void* p, std::size_t n) { return {static_cast<const char*>(p), n}; }

void put_fraction(std::string& out, std::uint32_t micros, unsigned digits) {
  static constexpr std::uint32_t kUnit[] = {1, 10'000, 100, 1};
  const unsigned bytes = (digits + 1) / 2;
  put_be(out, micros / kUnit[bytes], bytes);
}

std::string sized(std::string_view bytes, std::size_t length_bytes) {
  std::string out;
  put(out, bytes.size(), length_bytes);
  return out + std::string(bytes);
}

std::uint64_t packed_datetime(const TimeParts& t) {
  return (((t.year * 13ULL + t.month) << 5 | t.day) << 17) | static_cast<std::uint64_t>(t.hour) << 12 |
         static_cast<std::uint64_t>(t.minute) << 6 | t.second;
}

std::string time_bytes(const TimeParts& t, unsigned digits) {
  static constexpr std::uint32_t kUnit[] = {1, 10'000, 100, 1};
  const unsigned bytes = (digits + 1) / 2;
  auto v = static_cast<std::int64_t>(t.hour) << 12 | t.minute << 6 | t.second;
  v = v << (8 * bytes) | static_cast<std::int64_t>(bytes == 0 ? 0 : t.micros / kUnit[bytes]);
  v = t.negative ? -v : v;
  std::string out;
  put_be(out, static_cast<std::uint64_t>(v + (std::int64_t{0x800000} << (8 * bytes))), 3 + bytes);
  return out;
}

std::string bits(const std::vector<bool>& set) {
  std::string out((set.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i]) {
      out[i / 8] = static_cast<char>(out[i / 8] | 1 << (i % 8));
    }
  }
  return out;
}

std::string image(const TableMap& map, const Cells& cells) {
  std::vector<bool> nulls;
  std::string values;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].kind == CellKind::absent) {
      continue;
    }
    nulls.push_back(cells[i].kind == CellKind::null);
    if (!nulls.back()) {
      values += cell(map.columns[i], cells[i]);
    }
  }
  return bits(nulls) + values;
}

std::string present(const Cells& cells) {
  std::vector<bool> set;
  for (const auto& c : cells) {
    set.push_back(c.kind != CellKind::absent);
  }
  return bits(set);
}

}  // namespace

Cell absent() { return {CellKind::absent, 0, 0, {}, {}, {}}; }
Cell null() { return {}; }
Cell integer(std::int64_t v) { return {CellKind::int64, v, 0, {}, {}, {}}; }
Cell real(double v, CellKind kind) { return {kind, 0, v, {}, {}, {}}; }
Cell text(std::string v, CellKind kind) { return {kind, 0, 0, std::move(v), {}, {}}; }
Cell temporal(CellKind kind, TimeParts parts) { return {kind, 0, 0, {}, parts, {}}; }
Cell instant(std::int64_t seconds, std::uint32_t micros) {
  return {CellKind::timestamp, 0, 0, {}, {}, {seconds, micros}};
}

std::string packed_decimal(std::string_view value, unsigned precision, unsigned scale) {
  static constexpr unsigned kBytes[] = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
  const bool negative = value.substr(0, 1) == "-";
  value.remove_prefix(negative ? 1 : 0);
  const auto point = value.find('.');
  std::string whole(value.substr(0, point)),
      rest(point == std::string_view::npos ? "" : value.substr(point + 1));
  whole = whole == "0" ? "" : whole;
  const unsigned before = precision - scale;
  const std::string digits = std::string(before - std::min<std::size_t>(before, whole.size()), '0') + whole +
                             rest + std::string(scale - rest.size(), '0');
  std::string out;
  std::size_t at = 0;
  const auto group = [&](unsigned n) {
    if (n > 0) {
      const std::uint32_t v = static_cast<std::uint32_t>(std::stoul(digits.substr(at, n)));
      put_be(out, negative ? ~v : v, kBytes[n]);
      at += n;
    }
  };
  group(before % 9);
  for (unsigned i = 0; i < before / 9 + scale / 9; ++i) {
    group(9);
  }
  group(scale % 9);
  out[0] = static_cast<char>(out[0] ^ 0x80);
  return out;
}

std::string cell(const TableMapColumn& c, const Cell& v) {
  std::string out;
  switch (c.type) {
    case ColumnType::tiny:
      put(out, static_cast<std::uint64_t>(v.i64), 1);
      break;
    case ColumnType::short_:
      put(out, static_cast<std::uint64_t>(v.i64), 2);
      break;
    case ColumnType::int24:
      put(out, static_cast<std::uint64_t>(v.i64), 3);
      break;
    case ColumnType::long_:
      put(out, static_cast<std::uint64_t>(v.i64), 4);
      break;
    case ColumnType::longlong:
      put(out, static_cast<std::uint64_t>(v.i64), 8);
      break;
    case ColumnType::year:
      put(out, v.i64 == 0 ? 0 : static_cast<std::uint64_t>(v.i64 - 1900), 1);
      break;
    case ColumnType::float_: {
      const auto f = static_cast<float>(v.real);
      return raw(&f, 4);
    }
    case ColumnType::double_:
      return raw(&v.real, 8);
    case ColumnType::decimal:
      return packed_decimal(v.bytes, c.size, c.scale);
    case ColumnType::varchar:
    case ColumnType::var_string:
    case ColumnType::string:
      return sized(v.bytes, c.size > 255 ? 2 : 1);
    case ColumnType::tiny_blob:
    case ColumnType::blob:
    case ColumnType::medium_blob:
    case ColumnType::long_blob:
    case ColumnType::json:
    case ColumnType::geometry:
    case ColumnType::vector:
      return sized(v.bytes, c.size);
    case ColumnType::bit:
      return v.bytes;
    case ColumnType::enum_:
    case ColumnType::set:
      put(out, static_cast<std::uint64_t>(v.i64), c.size);
      break;
    case ColumnType::date:
    case ColumnType::newdate:
      put(out, static_cast<std::uint64_t>(v.time.year << 9 | v.time.month << 5 | v.time.day), 3);
      break;
    case ColumnType::time:
      return time_bytes(v.time, c.size);
    case ColumnType::datetime:
      put_be(out, packed_datetime(v.time) | 0x8000000000ULL, 5);
      put_fraction(out, v.time.micros, c.size);
      break;
    case ColumnType::timestamp:
      put_be(out, static_cast<std::uint64_t>(v.instant.seconds), 4);
      put_fraction(out, v.instant.micros, c.size);
      break;
    case ColumnType::timestamp_old:
      put(out, static_cast<std::uint64_t>(v.instant.seconds), 4);
      break;
    case ColumnType::time_old: {
      const std::int64_t n = v.time.hour * 10000LL + v.time.minute * 100 + v.time.second;
      put(out, static_cast<std::uint64_t>(v.time.negative ? -n : n), 3);
      break;
    }
    case ColumnType::datetime_old:
      put(out,
          (v.time.year * 10000ULL + v.time.month * 100U + v.time.day) * 1'000'000 + v.time.hour * 10000U +
              v.time.minute * 100U + v.time.second,
          8);
      break;
    default:
      break;
  }
  return out;
}

std::string rows(RowsKind kind, const TableMap& map, const std::vector<Change>& changes, bool v2) {
  std::string out;
  put(out, map.table_id, 6);
  put(out, 1, 2);
  if (v2) {
    put(out, 2, 2);
  }
  put_lenenc(out, map.columns.size());
  if (kind != RowsKind::write) {
    out += present(changes.at(0).before);
  }
  if (kind != RowsKind::delete_) {
    out += present(changes.at(0).after);
  }
  for (const auto& change : changes) {
    out += kind != RowsKind::write ? image(map, change.before) : "";
    out += kind != RowsKind::delete_ ? image(map, change.after) : "";
  }
  return out;
}

}  // namespace tandem::test::binlog_writer
