#include "connectors/mysql/value_writers.hpp"

#include "tandem/data/logical.hpp"

#include <charconv>
#include <cstring>

namespace tandem::mysql {
namespace {

using Kind = Cell::Kind;

/// Any numeric cell as 64 bits; false for null and for text that is no integer.
bool integer_of(const Cell& cell, std::int64_t& out) {
  switch (cell.kind) {
    case Kind::signed_int:
      out = cell.i;
      return true;
    case Kind::unsigned_int:
      out = static_cast<std::int64_t>(cell.u);
      return true;
    case Kind::real64:
      out = static_cast<std::int64_t>(cell.d);
      return true;
    case Kind::real32:
      out = static_cast<std::int64_t>(cell.f);
      return true;
    case Kind::text:
    case Kind::sql_text: {
      const char* begin = cell.bytes.data();
      const char* end = begin + cell.bytes.size();
      begin += begin != end && *begin == '+';
      if (std::from_chars(begin, end, out).ec == std::errc()) {
        return true;
      }
      std::uint64_t wide = 0;
      if (std::from_chars(begin, end, wide).ec == std::errc()) {
        out = static_cast<std::int64_t>(wide);
        return true;
      }
      return false;
    }
    default:
      return false;
  }
}

template <class F>
bool real_of(const Cell& cell, F& out) {
  switch (cell.kind) {
    case Kind::real32:
      out = static_cast<F>(cell.f);
      return true;
    case Kind::real64:
      out = static_cast<F>(cell.d);
      return true;
    case Kind::signed_int:
      out = static_cast<F>(cell.i);
      return true;
    case Kind::unsigned_int:
      out = static_cast<F>(cell.u);
      return true;
    case Kind::text:
    case Kind::sql_text: {
      const char* begin = cell.bytes.data();
      const char* end = begin + cell.bytes.size();
      begin += begin != end && *begin == '+';
      return std::from_chars(begin, end, out).ec == std::errc();
    }
    default:
      return false;
  }
}

bool is_text(const Cell& cell) { return cell.kind == Kind::text || cell.kind == Kind::sql_text; }

/// Bits of a BIT value: a number from the binlog, big-endian bytes from a result set.
bool bits_of(const Cell& cell, std::uint64_t& out) {
  if (cell.kind == Kind::unsigned_int || cell.kind == Kind::signed_int) {
    out = cell.u;
    return true;
  }
  if (!is_text(cell)) {
    return false;
  }
  out = 0;
  for (const char c : cell.bytes) {
    out = out << 8 | static_cast<unsigned char>(c);
  }
  return true;
}

}  // namespace

template <class T>
void write_integer(const Cell& cell, Value& out) {
  std::int64_t n = 0;
  if (integer_of(cell, n)) {
    out = static_cast<T>(n);
  }
}
template void write_integer<std::int16_t>(const Cell&, Value&);
template void write_integer<std::int32_t>(const Cell&, Value&);
template void write_integer<std::int64_t>(const Cell&, Value&);

void write_float(const Cell& cell, Value& out) {
  float f = 0;
  if (real_of(cell, f)) {
    out = f;
  }
}

void write_float_as_double(const Cell& cell, Value& out) {
  float f = 0;
  if (real_of(cell, f)) {
    out = static_cast<double>(f);
  }
}

void write_double(const Cell& cell, Value& out) {
  double d = 0;
  if (real_of(cell, d)) {
    out = d;
  }
}

void write_boolean(const Cell& cell, Value& out) {
  std::int64_t n = 0;
  if (integer_of(cell, n)) {
    out = n != 0;
  }
}

void write_bit(const Cell& cell, Value& out) {
  std::uint64_t bits = 0;
  if (bits_of(cell, bits)) {
    out = bits != 0;
  }
}

Writer write_bits(std::size_t bytes) {
  return [bytes](const Cell& cell, Value& out) {
    std::uint64_t bits = 0;
    if (bits_of(cell, bits)) {
      std::string data(bytes, '\0');
      for (std::size_t i = 0; i < bytes; ++i) {
        data[i] = static_cast<char>(bits >> (8 * i));
      }
      out = Bytes{std::move(data)};
    }
  };
}

Writer write_decimal(int scale) {
  return [scale](const Cell& cell, Value& out) {
    char digits[24];
    BytesView text = cell.bytes;
    if (cell.kind == Kind::unsigned_int || cell.kind == Kind::signed_int) {
      const auto end = cell.kind == Kind::signed_int ? std::to_chars(digits, digits + sizeof digits, cell.i)
                                                     : std::to_chars(digits, digits + sizeof digits, cell.u);
      text = {digits, static_cast<std::size_t>(end.ptr - digits)};
    } else if (!is_text(cell)) {
      return;
    }
    if (auto value = decimal_from_text(text, scale); value.has_value()) {
      out = std::move(value.value());
    }
  };
}

Writer write_decimal_text(int scale) {
  return [scale](const Cell& cell, Value& out) {
    if (!is_text(cell)) {
      return;
    }
    if (auto value = decimal_from_text(cell.bytes, scale); value.has_value()) {
      out = decimal_to_text(value.value().view(), scale);
    }
  };
}

Writer write_binary(ValueOptions::Binary mode, std::size_t pad_to) {
  return [mode, pad_to](const Cell& cell, Value& out) {
    if (!is_text(cell)) {
      return;
    }
    std::string data(cell.bytes);
    if (data.size() < pad_to) {
      data.resize(pad_to, '\0');
    }
    switch (mode) {
      case ValueOptions::Binary::bytes:
        out = Bytes{std::move(data)};
        break;
      case ValueOptions::Binary::hex:
        out = to_hex(data);
        break;
      case ValueOptions::Binary::base64:
        out = to_base64(data);
        break;
      case ValueOptions::Binary::base64_url: {
        std::string text = to_base64(data);
        for (char& c : text) {
          c = c == '+' ? '-' : c == '/' ? '_' : c;
        }
        out = std::move(text);
        break;
      }
    }
  };
}

Writer write_text(TextDecoder decode) {
  if (!decode) {
    return [](const Cell& cell, Value& out) {
      if (is_text(cell)) {
        out = cell.bytes;
      }
    };
  }
  return [decode = std::move(decode)](const Cell& cell, Value& out) {
    if (cell.kind == Kind::sql_text) {
      out = cell.bytes;
    } else if (cell.kind == Kind::text) {
      std::string text;
      decode(cell.bytes, text);
      out = std::move(text);
    }
  };
}

std::vector<std::string> enum_labels(const std::vector<std::string>& quoted) {
  std::vector<std::string> out;
  for (const auto& q : quoted) {
    std::string label;
    const bool has_quotes = q.size() >= 2 && (q.front() == '\'' || q.front() == '"');
    for (std::size_t i = has_quotes ? 1 : 0; i < q.size() - (has_quotes ? 1 : 0); ++i) {
      if (has_quotes && q[i] == q.front() && i + 2 < q.size() && q[i + 1] == q.front()) {
        ++i;
      }
      label += q[i] == ',' ? "\\," : std::string(1, q[i]);
    }
    out.push_back(std::move(label));
  }
  return out;
}

Writer write_enum(std::vector<std::string> labels) {
  return [labels = std::move(labels)](const Cell& cell, Value& out) {
    if (is_text(cell)) {
      out = cell.bytes;
      return;
    }
    std::int64_t n = 0;
    if (integer_of(cell, n)) {
      out = n > 0 && static_cast<std::size_t>(n) <= labels.size()
                ? Value(labels[static_cast<std::size_t>(n - 1)])
                : Value("");
    }
  };
}

Writer write_set(std::vector<std::string> labels) {
  return [labels = std::move(labels)](const Cell& cell, Value& out) {
    if (is_text(cell)) {
      out = cell.bytes;
      return;
    }
    std::int64_t bits = 0;
    if (integer_of(cell, bits)) {
      std::string text;
      for (std::size_t i = 0; i < labels.size(); ++i) {
        if (static_cast<std::uint64_t>(bits) >> i & 1) {
          text += (text.empty() ? "" : ",") + labels[i];
        }
      }
      out = std::move(text);
    }
  };
}

SchemaBuilder point_schema() {
  SchemaBuilder b = SchemaBuilder::structure();
  b.name("io.debezium.data.geometry.Point")
      .version(1)
      .doc("Geometry (POINT)")
      .field("x", primitive(SchemaType::float64))
      .field("y", primitive(SchemaType::float64))
      .field("wkb", primitive(SchemaType::bytes, true))
      .field("srid", primitive(SchemaType::int32, true));
  return b;
}

SchemaBuilder geometry_schema() {
  SchemaBuilder b = SchemaBuilder::structure();
  b.name("io.debezium.data.geometry.Geometry")
      .version(1)
      .optional()  // of any column
      .doc("Geometry")
      .field("wkb", primitive(SchemaType::bytes))
      .field("srid", primitive(SchemaType::int32, true));
  return b;
}

namespace {

/// MySQL's internal form: SRID as 4 little-endian bytes, then WKB.
bool split_geometry(const Cell& cell, BytesView& wkb, Value& srid) {
  if (!is_text(cell) || cell.bytes.size() < 4) {
    return false;
  }
  ByteReader reader(cell.bytes);
  std::uint32_t id = 0;
  reader.read(id);
  wkb = reader.rest();
  if (id != 0) {
    srid = static_cast<std::int32_t>(id);
  }
  return true;
}

}  // namespace

Writer write_point(const SchemaPtr& schema) {
  return [schema](const Cell& cell, Value& out) {
    BytesView wkb;
    Value srid;
    if (!split_geometry(cell, wkb, srid) || wkb.size() < 21) {
      return;
    }
    const bool little = wkb[0] == 1;
    double xy[2];
    for (int i = 0; i < 2; ++i) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, wkb.data() + 5 + 8 * i, 8);
      bits = little ? bits : __builtin_bswap64(bits);
      std::memcpy(&xy[i], &bits, 8);
    }
    auto s = std::make_shared<Struct>(schema);
    s->fields[0] = xy[0];
    s->fields[1] = xy[1];
    s->fields[2] = Bytes{std::string(wkb)};
    s->fields[3] = std::move(srid);
    out = std::move(s);
  };
}

Writer write_geometry(const SchemaPtr& schema) {
  return [schema](const Cell& cell, Value& out) {
    BytesView wkb;
    Value srid;
    if (!split_geometry(cell, wkb, srid)) {
      return;
    }
    auto s = std::make_shared<Struct>(schema);
    s->fields[0] = Bytes{std::string(wkb)};
    s->fields[1] = std::move(srid);
    out = std::move(s);
  };
}

void write_vector(const Cell& cell, Value& out) {
  if (!is_text(cell)) {
    return;
  }
  Array values;
  for (std::size_t i = 0; i + 4 <= cell.bytes.size(); i += 4) {
    float f = 0;
    std::memcpy(&f, cell.bytes.data() + i, 4);
    values.emplace_back(f);
  }
  out = std::move(values);
}

void write_uuid(const Cell& cell, Value& out) {
  if (!is_text(cell)) {
    return;
  }
  if (cell.bytes.size() > 16 || cell.kind == Kind::sql_text) {
    out = cell.bytes;
    return;
  }
  std::string hex = to_hex(cell.bytes);
  hex.resize(32, '0');  // the log leaves zeros at the end out
  for (const std::size_t at : {20U, 16U, 12U, 8U}) {
    hex.insert(at, "-");
  }
  out = std::move(hex);
}

}  // namespace tandem::mysql
