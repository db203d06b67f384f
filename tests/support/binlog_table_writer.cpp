#include "tests/support/binlog_bytes.hpp"
#include "tests/support/binlog_writer.hpp"

namespace tandem::test::binlog_writer {
namespace {

std::string type_metadata(const TableMapColumn& c) {
  std::string out;
  switch (c.type) {
    case ColumnType::varchar:
      put(out, c.size, 2);
      break;
    case ColumnType::bit:
      out = {static_cast<char>(c.size % 8), static_cast<char>(c.size / 8)};
      break;
    case ColumnType::decimal:
      out = {static_cast<char>(c.size), static_cast<char>(c.scale)};
      break;
    case ColumnType::string:
      out = {static_cast<char>(0xFE ^ (c.size >> 8 & 3) << 4), static_cast<char>(c.size & 0xFF)};
      break;
    case ColumnType::enum_:
    case ColumnType::set:
      out = {static_cast<char>(c.type), static_cast<char>(c.size)};
      break;
    case ColumnType::float_:
    case ColumnType::double_:
    case ColumnType::blob:
    case ColumnType::tiny_blob:
    case ColumnType::medium_blob:
    case ColumnType::long_blob:
    case ColumnType::geometry:
    case ColumnType::json:
    case ColumnType::vector:
    case ColumnType::time:
    case ColumnType::datetime:
    case ColumnType::timestamp:
      out = {static_cast<char>(c.size)};
      break;
    default:
      break;
  }
  return out;
}

/// Bits from the most significant on.
std::string high_bits(const std::vector<bool>& set) {
  std::string out((set.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i]) {
      out[i / 8] = static_cast<char>(out[i / 8] | 0x80 >> (i % 8));
    }
  }
  return out;
}

void put_field(std::string& out, int type, const std::string& value) {
  if (!value.empty()) {
    out += static_cast<char>(type);
    put_lenenc(out, value);
  }
}

std::string members(const TableMap& map, ColumnType type) {
  std::string out;
  for (const auto& c : map.columns) {
    if (c.type == type) {
      put_lenenc(out, c.members.size());
      for (const auto& m : c.members) {
        put_lenenc(out, m);
      }
    }
  }
  return out;
}

std::string optional_metadata(const TableMap& map, bool full) {
  std::vector<bool> is_unsigned, visible;
  std::string charsets, enum_charsets, names, geometry, dimensions, key;
  for (const auto& c : map.columns) {
    visible.push_back(c.visible);
    put_lenenc(names, c.name);
    if (c.is_numeric()) {
      is_unsigned.push_back(c.is_unsigned.value_or(false));
    }
    if (c.is_character()) {
      put_lenenc(charsets, c.collation.value_or(63));
    }
    if (c.type == ColumnType::enum_ || c.type == ColumnType::set) {
      put_lenenc(enum_charsets, c.collation.value_or(63));
    }
    if (c.type == ColumnType::geometry) {
      put_lenenc(geometry, c.geometry_type.value_or(0));
    }
    if (c.type == ColumnType::vector) {
      put_lenenc(dimensions, c.vector_dimensions.value_or(0));
    }
  }
  bool prefixes = false;
  for (const auto& part : map.primary_key) {
    prefixes = prefixes || part.prefix != 0;
  }
  for (const auto& part : map.primary_key) {
    put_lenenc(key, part.column);
    if (prefixes) {
      put_lenenc(key, part.prefix);
    }
  }
  std::string out;
  put_field(out, 1, high_bits(is_unsigned));
  put_field(out, 3, charsets);
  put_field(out, 7, geometry);
  if (full) {
    put_field(out, 4, names);
    put_field(out, 5, members(map, ColumnType::set));
    put_field(out, 6, members(map, ColumnType::enum_));
    put_field(out, prefixes ? 9 : 8, key);
    put_field(out, 11, enum_charsets);
    put_field(out, 12, high_bits(visible));
    put_field(out, 13, dimensions);
  }
  return out;
}

}  // namespace

std::string table_map(const TableMap& map, bool full_metadata) {
  std::string out, types, metadata, nulls((map.columns.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < map.columns.size(); ++i) {
    const auto& c = map.columns[i];
    // ENUM and SET travel as STRING, the small blobs as BLOB.
    const bool as_string = c.type == ColumnType::enum_ || c.type == ColumnType::set;
    types += static_cast<char>(as_string ? ColumnType::string : c.type);
    metadata += type_metadata(c);
    if (c.nullable) {
      nulls[i / 8] = static_cast<char>(nulls[i / 8] | 1 << (i % 8));
    }
  }
  put(out, map.table_id, 6);
  put(out, map.flags, 2);
  put(out, map.database.size(), 1);
  out += map.database + '\0';
  put(out, map.table.size(), 1);
  out += map.table + '\0';
  put_lenenc(out, map.columns.size());
  out += types;
  put_lenenc(out, metadata);
  return out + nulls + optional_metadata(map, full_metadata);
}

bool Json::inlined(bool large) const noexcept {
  return type_ == 4 || type_ == 5 || type_ == 6 || (large && (type_ == 7 || type_ == 8));
}

Json Json::null() { return {4, std::string(1, '\0')}; }
Json Json::boolean(bool v) { return {4, v ? "\1" : "\2"}; }
Json Json::integer(std::int64_t v) {
  std::string out;
  const int width = v == static_cast<std::int16_t>(v) ? 2 : v == static_cast<std::int32_t>(v) ? 4 : 8;
  put(out, static_cast<std::uint64_t>(v), static_cast<std::size_t>(width));
  return {static_cast<std::uint8_t>(width == 2 ? 5 : width == 4 ? 7 : 9), out};
}
Json Json::u64(std::uint64_t v) {
  std::string out;
  put(out, v, 8);
  return {10, out};
}
Json Json::real(double v) { return {11, std::string(reinterpret_cast<const char*>(&v), 8)}; }

namespace {
std::string variable_length(std::string_view bytes) {
  std::string out;
  std::size_t n = bytes.size();
  for (; n > 127; n >>= 7) {
    out += static_cast<char>(n | 0x80);
  }
  out += static_cast<char>(n);
  return out + std::string(bytes);
}
}  // namespace

Json Json::string(std::string_view v) { return {12, variable_length(v)}; }
Json Json::opaque(ColumnType type, std::string_view data) {
  return {15, static_cast<char>(type) + variable_length(data)};
}

Json Json::array(const std::vector<Json>& items, bool large) {
  return container(large ? 3 : 2, nullptr, items, large);
}

Json Json::object(const std::vector<std::pair<std::string, Json>>& members, bool large) {
  std::vector<std::string> keys;
  std::vector<Json> items;
  for (const auto& [k, v] : members) {
    keys.push_back(k);
    items.push_back(v);
  }
  return container(large ? 1 : 0, &keys, items, large);
}

Json Json::container(std::uint8_t type, const std::vector<std::string>* keys, const std::vector<Json>& items,
                     bool large) {
  const std::size_t w = large ? 4 : 2;
  std::size_t offset = 2 * w + items.size() * (1 + w + (keys != nullptr ? w + 2 : 0));
  std::string key_entries, value_entries, tail;
  if (keys != nullptr) {
    for (const auto& k : *keys) {
      put(key_entries, offset, w);
      put(key_entries, k.size(), 2);
      tail += k;
      offset += k.size();
    }
  }
  for (const auto& item : items) {
    value_entries += static_cast<char>(item.type_);
    if (item.inlined(large)) {
      value_entries += item.data_ + std::string(w - std::min(w, item.data_.size()), '\0');
    } else {
      put(value_entries, offset, w);
      tail += item.data_;
      offset += item.data_.size();
    }
  }
  std::string out;
  put(out, items.size(), w);
  put(out, offset, w);
  return {type, out + key_entries + value_entries + tail};
}

}  // namespace tandem::test::binlog_writer
