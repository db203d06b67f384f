#include "connectors/mysql/binlog/json_binary.hpp"

#include "connectors/mysql/binlog/decimal.hpp"
#include "connectors/mysql/binlog/table_map.hpp"
#include "connectors/mysql/binlog/temporal.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace tandem::binlog {
namespace {

enum JsonType : std::uint8_t {
  kSmallObject = 0,
  kLargeObject = 1,
  kSmallArray = 2,
  kLargeArray = 3,
  kLiteral = 4,
  kInt16 = 5,
  kUint16 = 6,
  kInt32 = 7,
  kUint32 = 8,
  kInt64 = 9,
  kUint64 = 10,
  kDouble = 11,
  kString = 12,
  kOpaque = 15,
};

// The server allows 100 levels.
constexpr int kDeepest = 150;

class Writer {
 public:
  Writer(std::string& out, std::size_t document_bytes) : out_(out), budget_(document_bytes) {}

  bool value(std::uint8_t type, BytesView bytes, int depth) {
    // In a sound document no byte belongs to two values. In a broken one a thousand offsets may point at the
    // same child, at each of a hundred levels: the budget ends that.
    if (depth > kDeepest || !spend(1)) {
      return false;
    }
    ByteReader in(bytes);
    switch (type) {
      case kSmallObject:
        return container(bytes, true, 2, depth);
      case kLargeObject:
        return container(bytes, true, 4, depth);
      case kSmallArray:
        return container(bytes, false, 2, depth);
      case kLargeArray:
        return container(bytes, false, 4, depth);
      case kLiteral:
        return literal(in);
      case kInt16:
        return integer<std::int16_t>(in);
      case kUint16:
        return integer<std::uint16_t>(in);
      case kInt32:
        return integer<std::int32_t>(in);
      case kUint32:
        return integer<std::uint32_t>(in);
      case kInt64:
        return integer<std::int64_t>(in);
      case kUint64:
        return integer<std::uint64_t>(in);
      case kDouble: {
        std::uint64_t bits = 0;
        if (!in.read(bits)) {
          return false;
        }
        append_json_double(out_, std::bit_cast<double>(bits));
        return true;
      }
      case kString: {
        BytesView text;
        if (!sized(in, text) || !spend(text.size())) {
          return false;
        }
        quoted(text);
        return true;
      }
      case kOpaque:
        return opaque(in);
      default:
        return false;
    }
  }

 private:
  bool spend(std::size_t bytes) noexcept {
    if (budget_ < bytes) {
      return false;
    }
    budget_ -= bytes;
    return true;
  }

  template <class T>
  bool integer(ByteReader& in) {
    T v = 0;
    if (!in.read(v)) {
      return false;
    }
    fmt::format_to(std::back_inserter(out_), "{}", v);
    return true;
  }

  bool literal(ByteReader& in) {
    std::uint8_t v = 0;
    if (!in.read(v) || v > 2) {
      return false;
    }
    out_ += v == 0 ? "null" : v == 1 ? "true" : "false";
    return true;
  }

  /// Length in groups of seven bits, lowest first, then that many bytes.
  static bool sized(ByteReader& in, BytesView& out) noexcept {
    std::uint64_t size = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      std::uint8_t byte = 0;
      if (!in.read(byte)) {
        return false;
      }
      size |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) {
        return in.read_bytes(out, size);
      }
    }
    return false;
  }

  void quoted(BytesView text) {
    out_ += '"';
    append_json_escaped(out_, text);
    out_ += '"';
  }

  static bool is_inlined(std::uint8_t type, std::size_t width) noexcept {
    return type == kLiteral || type == kInt16 || type == kUint16 ||
           (width == 4 && (type == kInt32 || type == kUint32));
  }

  /// Count, size, key entries (offset, length), value entries (type, offset or value), then keys and values.
  /// Offsets count from the container's first byte.
  bool container(BytesView bytes, bool is_object, std::size_t width, int depth) {
    ByteReader in(bytes);
    std::uint64_t count = 0, size = 0;
    if (!in.read_uint(count, width) || !in.read_uint(size, width) || size > bytes.size()) {
      return false;
    }
    bytes = bytes.substr(0, size);
    const std::size_t key_entry = width + 2, value_entry = 1 + width;
    const std::size_t header = 2 * width + count * (value_entry + (is_object ? key_entry : 0));
    if (header > size || !spend(header - 2 * width)) {
      return false;
    }
    ByteReader keys(bytes.substr(2 * width));
    ByteReader values(bytes.substr(2 * width + (is_object ? count * key_entry : 0)));
    out_ += is_object ? '{' : '[';
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i > 0) {
        out_ += ',';
      }
      if (is_object && !key(bytes, keys, width)) {
        return false;
      }
      if (!element(bytes, values, width, header, depth)) {
        return false;
      }
    }
    out_ += is_object ? '}' : ']';
    return true;
  }

  bool key(BytesView bytes, ByteReader& keys, std::size_t width) {
    std::uint64_t offset = 0, length = 0;
    keys.read_uint(offset, width);
    keys.read_uint(length, 2);
    if (offset > bytes.size() || length > bytes.size() - offset || !spend(length)) {
      return false;
    }
    quoted(bytes.substr(offset, length));
    out_ += ':';
    return true;
  }

  bool element(BytesView bytes, ByteReader& values, std::size_t width, std::size_t header, int depth) {
    std::uint8_t type = 0;
    BytesView cell;
    values.read(type);
    values.read_bytes(cell, width);
    if (is_inlined(type, width)) {
      ++budget_;  // paid for with the header
      return value(type, cell, depth + 1);
    }
    std::uint64_t offset = 0;
    ByteReader(cell).read_uint(offset, width);
    return offset >= header && offset < bytes.size() && value(type, bytes.substr(offset), depth + 1);
  }

  bool opaque(ByteReader& in) {
    std::uint8_t type = 0;
    BytesView data;
    if (!in.read(type) || !sized(in, data) || !spend(data.size())) {
      return false;
    }
    ByteReader value(data);
    std::int64_t packed = 0;
    switch (static_cast<ColumnType>(type)) {
      case ColumnType::decimal:
        return data.size() > 2 &&
               append_decimal_text(out_, data.substr(2), static_cast<unsigned char>(data[0]),
                                   static_cast<unsigned char>(data[1]));
      case ColumnType::date: {
        if (!value.read(packed)) {
          return false;
        }
        const TimeParts t = datetime_from_packed(packed);
        fmt::format_to(std::back_inserter(out_), "\"{:04}-{:02}-{:02}\"", t.year, t.month, t.day);
        return true;
      }
      case ColumnType::time_old:
      case ColumnType::time: {
        if (!value.read(packed)) {
          return false;
        }
        const TimeParts t = time_from_packed(packed);
        out_ += t.negative ? "\"-" : "\"";
        clock(t);
        return true;
      }
      case ColumnType::datetime_old:
      case ColumnType::datetime:
      case ColumnType::timestamp_old:
      case ColumnType::timestamp: {
        if (!value.read(packed)) {
          return false;
        }
        const TimeParts t = datetime_from_packed(packed);
        fmt::format_to(std::back_inserter(out_), "\"{:04}-{:02}-{:02} ", t.year, t.month, t.day);
        clock(t);
        return true;
      }
      default:
        out_ += '"';
        append_base64(out_, data);
        out_ += '"';
        return true;
    }
  }

  /// Hours, minutes, seconds, the fraction without trailing zeros, and the closing quote.
  void clock(const TimeParts& t) {
    fmt::format_to(std::back_inserter(out_), "{:02}:{:02}:{:02}", t.hour, t.minute, t.second);
    if (t.micros != 0) {
      fmt::format_to(std::back_inserter(out_), ".{:06}", t.micros);
      while (out_.back() == '0') {
        out_.pop_back();
      }
    }
    out_ += '"';
  }

  std::string& out_;
  std::size_t budget_;
};

}  // namespace

Result<void> append_json_text(std::string& out, BytesView binary) {
  if (binary.empty()) {
    out += "null";
    return boost::outcome_v2::success();
  }
  const std::size_t start = out.size();
  if (!Writer(out, binary.size() + 1).value(static_cast<std::uint8_t>(binary[0]), binary.substr(1), 0)) {
    out.resize(start);
    return Error(ErrorKind::data, fmt::format("a JSON value of {} bytes is broken", binary.size()),
                 "check the value on the server: SELECT JSON_VALID(column)");
  }
  return boost::outcome_v2::success();
}

}  // namespace tandem::binlog
