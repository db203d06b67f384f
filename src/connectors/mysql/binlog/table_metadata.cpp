#include "connectors/mysql/binlog/table_metadata.hpp"

#include "connectors/mysql/binlog/wire.hpp"

#include <algorithm>

namespace tandem::binlog {
namespace {

enum class Field : std::uint8_t {
  signedness = 1,
  default_charset = 2,
  column_charset = 3,
  column_name = 4,
  set_members = 5,
  enum_members = 6,
  geometry_type = 7,
  simple_primary_key = 8,
  primary_key_with_prefix = 9,
  enum_set_default_charset = 10,
  enum_set_column_charset = 11,
  visibility = 12,
  vector_dimensions = 13,
};

bool is_enum_or_set(const TableMapColumn& c) noexcept {
  return c.type == ColumnType::enum_ || c.type == ColumnType::set;
}

/// Bit `i`, counted from the most significant bit of the first byte. Bits that are missing are 0.
bool bit(BytesView bits, std::size_t i) noexcept {
  return i / 8 < bits.size() && (static_cast<unsigned char>(bits[i / 8]) & (0x80U >> (i % 8))) != 0;
}

/// The bits of `what`, one for each column for which `which` is true.
template <class Which, class Set>
void each_bit(BytesView bits, TableMap& map, Which which, Set set) {
  std::size_t i = 0;
  for (auto& c : map.columns) {
    if (which(c)) {
      set(c, bit(bits, i++));
    }
  }
}

template <class Which, class Set>
bool each_number(BytesView value, TableMap& map, Which which, Set set) {
  ByteReader in(value);
  for (auto& c : map.columns) {
    if (which(c)) {
      std::uint64_t n = 0;
      if (!read_lenenc(in, n)) {
        return false;
      }
      set(c, n);
    }
  }
  return true;
}

/// A default, then pairs of (number among the columns of this kind, collation).
template <class Which>
bool read_default_charset(BytesView value, TableMap& map, Which which) {
  ByteReader in(value);
  std::uint64_t collation = 0, ordinal = 0;
  if (!read_lenenc(in, collation)) {
    return false;
  }
  std::vector<TableMapColumn*> columns;
  for (auto& c : map.columns) {
    if (which(c)) {
      c.collation = static_cast<std::uint16_t>(collation);
      columns.push_back(&c);
    }
  }
  while (!in.empty()) {
    if (!read_lenenc(in, ordinal) || !read_lenenc(in, collation) || ordinal >= columns.size()) {
      return false;
    }
    columns[ordinal]->collation = static_cast<std::uint16_t>(collation);
  }
  return true;
}

bool read_members(BytesView value, TableMap& map, ColumnType type) {
  ByteReader in(value);
  for (auto& c : map.columns) {
    if (c.type != type) {
      continue;
    }
    std::uint64_t count = 0;
    if (!read_lenenc(in, count) || count > in.remaining()) {
      return false;
    }
    c.members.reserve(count);
    for (; count > 0; --count) {
      BytesView member;
      if (!read_lenenc_string(in, member)) {
        return false;
      }
      c.members.emplace_back(member);
    }
  }
  return true;
}

bool read_names(BytesView value, TableMap& map) {
  ByteReader in(value);
  for (auto& c : map.columns) {
    BytesView name;
    if (!read_lenenc_string(in, name)) {
      return false;
    }
    c.name = name;
  }
  map.has_names = true;
  return true;
}

bool read_primary_key(BytesView value, TableMap& map, bool with_prefix) {
  ByteReader in(value);
  while (!in.empty()) {
    std::uint64_t column = 0, prefix = 0;
    if (!read_lenenc(in, column) || (with_prefix && !read_lenenc(in, prefix)) ||
        column >= map.columns.size()) {
      return false;
    }
    map.primary_key.push_back({static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(prefix)});
  }
  return true;
}

bool read_field(Field field, BytesView value, TableMap& map, bool from_mariadb) {
  const auto numeric = [](const TableMapColumn& c) { return c.is_numeric(); };
  // MariaDB's Field_geom is a Field_blob, and is counted as one here.
  const auto character = [from_mariadb](const TableMapColumn& c) {
    return c.is_character() || (from_mariadb && c.type == ColumnType::geometry);
  };
  const auto set_collation = [](TableMapColumn& c, std::uint64_t n) {
    c.collation = static_cast<std::uint16_t>(n);
  };
  switch (field) {
    case Field::signedness:
      // Whether a YEAR has a bit here depends on the server (MySQL 8.0.15: no; 9.7 and MariaDB: yes), so
      // beside one the bits cannot be told apart, and the shape that the schema history knows decides.
      if (std::ranges::any_of(map.columns, [](const auto& c) { return c.type == ColumnType::year; })) {
        return true;
      }
      map.has_signedness = true;
      each_bit(value, map, numeric, [](TableMapColumn& c, bool on) { c.is_unsigned = on; });
      return true;
    case Field::default_charset:
      return read_default_charset(value, map, character);
    case Field::column_charset:
      return each_number(value, map, character, set_collation);
    case Field::column_name:
      return read_names(value, map);
    case Field::set_members:
      return read_members(value, map, ColumnType::set);
    case Field::enum_members:
      return read_members(value, map, ColumnType::enum_);
    case Field::geometry_type:
      return each_number(
          value, map, [](const TableMapColumn& c) { return c.type == ColumnType::geometry; },
          [](TableMapColumn& c, std::uint64_t n) { c.geometry_type = static_cast<std::uint32_t>(n); });
    case Field::simple_primary_key:
      return read_primary_key(value, map, false);
    case Field::primary_key_with_prefix:
      return read_primary_key(value, map, true);
    case Field::enum_set_default_charset:
      return read_default_charset(value, map, is_enum_or_set);
    case Field::enum_set_column_charset:
      return each_number(value, map, is_enum_or_set, set_collation);
    case Field::visibility:
      each_bit(
          value, map, [](const TableMapColumn&) { return true; },
          [](TableMapColumn& c, bool on) { c.visible = on; });
      return true;
    case Field::vector_dimensions:
      return each_number(
          value, map, [](const TableMapColumn& c) { return c.type == ColumnType::vector; },
          [](TableMapColumn& c, std::uint64_t n) { c.vector_dimensions = static_cast<std::uint32_t>(n); });
  }
  return true;
}

}  // namespace

bool read_optional_metadata(BytesView bytes, TableMap& map, bool from_mariadb) {
  ByteReader in(bytes);
  std::uint8_t field = 0;
  while (in.read(field)) {
    BytesView value;
    if (!read_lenenc_string(in, value) || !read_field(static_cast<Field>(field), value, map, from_mariadb)) {
      return false;
    }
  }
  if (!map.has_signedness) {
    map.has_signedness = true;
    for (const auto& c : map.columns) {
      map.has_signedness = map.has_signedness && !c.is_numeric();
    }
  }
  return true;
}

}  // namespace tandem::binlog
