#include <fmt/format.h>

#include <limits>
#include <utility>

#include "json/numbers.hpp"
#include "json/type_names.hpp"
#include "tandem/base/error.hpp"
#include "tandem/data/logical.hpp"
#include "tandem/json/reader.hpp"

namespace tandem::json {
namespace {

/// A JSON number as plain decimal digits, its exponent carried out.
std::string plain_number(const Cursor& cursor, std::string_view text) {
  constexpr int kMaxExponent = 10'000;
  const auto e = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, e);
  int exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    digits.remove_prefix(digits.front() == '+' ? 1 : 0);
    std::int64_t wide = 0;
    if (!to_integer(digits, wide) || wide > kMaxExponent || wide < -kMaxExponent) {
      cursor.fail("a number with an exponent out of range");
    }
    exponent = static_cast<int>(wide);
  }
  std::string out;
  if (mantissa.front() == '-') {
    out = "-";
    mantissa.remove_prefix(1);
  }
  const auto dot = mantissa.find('.');
  std::string digits(mantissa.substr(0, dot));
  int point = static_cast<int>(digits.size()) + exponent;
  if (dot != std::string_view::npos) {
    digits += mantissa.substr(dot + 1);
  }
  if (point < 1) {
    digits.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  } else if (point > static_cast<int>(digits.size())) {
    digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  }
  out.append(digits, 0, static_cast<std::size_t>(point));
  if (static_cast<std::size_t>(point) < digits.size()) {
    out += '.';
    out.append(digits, static_cast<std::size_t>(point));
  }
  return out;
}

}  // namespace

struct ReadPlan::Node {
  enum class Kind : std::uint8_t {
    int8, int16, int32, int64, float32, float64, boolean, string, bytes, array, object, pairs, structure, decimal
  };

  SchemaPtr schema;
  Kind kind = Kind::string;
  int scale = 0;
  Value null_value;
  bool null_allowed = false;
  std::string name_text;  ///< `"name":` when this is a field
  std::string name;
  std::vector<Node> children;
  std::vector<std::size_t> filled;  ///< fields that cannot stay null when they are missing

  Node(SchemaPtr s, Format format) : schema(std::move(s)) {
    switch (schema->type()) {
      case SchemaType::bytes:
        kind = Kind::bytes;
        if (schema->name() == logical::kDecimal) {
          kind = Kind::decimal;
          scale = decimal_scale(*schema);
        }
        break;
      case SchemaType::array:
        kind = Kind::array;
        children.emplace_back(schema->value_schema(), format);
        break;
      case SchemaType::map:
        kind = schema->key_schema()->type() == SchemaType::string ? Kind::object : Kind::pairs;
        children.emplace_back(schema->key_schema(), format);
        children.emplace_back(schema->value_schema(), format);
        break;
      case SchemaType::structure:
        kind = Kind::structure;
        children.reserve(schema->fields().size());
        for (const auto& field : schema->fields()) {
          Node& child = children.emplace_back(field.schema, format);
          child.name = field.name;
          append_string(child.name_text, field.name);
          child.name_text += ':';
          if (!child.null_allowed || !child.null_value.is_null()) {
            filled.push_back(children.size() - 1);
          }
        }
        break;
      default: kind = static_cast<Kind>(schema->type());
    }
    if (schema->default_value() && format.replace_null_with_default) {
      null_value = *schema->default_value();
      null_allowed = true;
    } else {
      null_allowed = schema->optional();
    }
  }

  std::string where() const { return name.empty() ? "" : " in field '" + name + "'"; }

  [[noreturn]] void refuse(const Cursor& cursor, std::string_view what) const {
    raise(ErrorKind::data, fmt::format("{}{}, at byte {}", what, where(), cursor.position()));
  }

  void expect(Cursor& cursor, Token token) const {
    if (const Token found = cursor.peek(); found != token) {
      if (kind == Kind::structure) {
        refuse(cursor, fmt::format("Structs should be encoded as JSON objects, but found {}", to_string(found)));
      }
      if (kind == Kind::object) {
        refuse(cursor, fmt::format("Maps with string fields should be encoded as JSON objects, but found {}",
                                   to_string(found)));
      }
      if (kind == Kind::pairs) {
        refuse(cursor, fmt::format("Maps with non-string fields should be encoded as JSON array of tuples, but found {}",
                                   to_string(found)));
      }
      refuse(cursor, fmt::format("Invalid type for {}: {}", type_name(schema->type()), to_string(found)));
    }
  }

  Value null() const {
    if (!null_allowed) {
      raise(ErrorKind::data,
            fmt::format("Invalid null value for required {} field{}", type_name(schema->type()),
                        name.empty() ? "" : " '" + name + "'"));
    }
    return null_value;
  }

  template <class T>
  T integer(Cursor& cursor) const {
    expect(cursor, Token::number);
    const std::string_view text = cursor.read_number();
    std::int64_t wide = 0;
    if (!Cursor::integral(text) || !to_integer(text, wide) || wide < std::numeric_limits<T>::min() ||
        wide > std::numeric_limits<T>::max()) {
      refuse(cursor, fmt::format("{} is no {}", text, type_name(schema->type())));
    }
    return static_cast<T>(wide);
  }

  template <class T>
  T real(Cursor& cursor, T (*convert)(const Cursor&, std::string_view)) const {
    if (cursor.peek() == Token::string) {
      std::string scratch;
      const std::string_view word = cursor.read_string_view(scratch);
      if (word == "NaN") {
        return std::numeric_limits<T>::quiet_NaN();
      }
      if (word == "Infinity" || word == "-Infinity") {
        return word.front() == '-' ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
      }
      refuse(cursor, fmt::format("'{}' is no {}", word, type_name(schema->type())));
    }
    expect(cursor, Token::number);
    return convert(cursor, cursor.read_number());
  }

  Bytes bytes(Cursor& cursor) const {
    expect(cursor, Token::string);
    std::string scratch;
    const std::string_view text = cursor.read_string_view(scratch);
    Bytes out;
    if (!from_base64(text, out.data)) {
      refuse(cursor, "Invalid BYTES: the string is not base64");
    }
    return out;
  }

  Value decimal(Cursor& cursor) const {
    if (cursor.peek() != Token::number) {
      return bytes(cursor);
    }
    auto unscaled = decimal_from_text(plain_number(cursor, cursor.read_number()), scale);
    if (!unscaled) {
      refuse(cursor, "Invalid Decimal: " + unscaled.error().message);
    }
    return std::move(unscaled.value());
  }

  Value read(Cursor& cursor) const {
    if (cursor.take_null()) {
      return null();
    }
    switch (kind) {
      case Kind::int8: return integer<std::int8_t>(cursor);
      case Kind::int16: return integer<std::int16_t>(cursor);
      case Kind::int32: return integer<std::int32_t>(cursor);
      case Kind::int64: return integer<std::int64_t>(cursor);
      case Kind::float32: return real<float>(cursor, &to_float);
      case Kind::float64: return real<double>(cursor, &to_double);
      case Kind::boolean:
        if (const Token found = cursor.peek(); found != Token::true_) {
          expect(cursor, Token::false_);
        }
        return cursor.read_bool();
      case Kind::string: {
        expect(cursor, Token::string);
        std::string text;
        cursor.read_string(text);
        return text;
      }
      case Kind::bytes: return bytes(cursor);
      case Kind::decimal: return decimal(cursor);
      case Kind::array: {
        expect(cursor, Token::array);
        Array elements;
        if (cursor.enter_array()) {
          do {
            elements.push_back(children[0].read(cursor));
          } while (cursor.next_in_array());
        }
        return elements;
      }
      case Kind::object: return read_object(cursor);
      case Kind::pairs: return read_pairs(cursor);
      case Kind::structure: return read_struct(cursor);
    }
    return {};
  }

  Value read_object(Cursor& cursor) const {
    expect(cursor, Token::object);
    MapEntries entries;
    if (cursor.enter_object()) {
      std::string scratch;
      do {
        Value key(cursor.read_name(scratch));
        Value value = children[1].read(cursor);
        entries.emplace_back(std::move(key), std::move(value));
      } while (cursor.next_in_object());
    }
    return entries;
  }

  Value read_pairs(Cursor& cursor) const {
    expect(cursor, Token::array);
    MapEntries entries;
    if (cursor.enter_array()) {
      do {
        if (const Token found = cursor.peek(); found != Token::array) {
          refuse(cursor, fmt::format("Found invalid map entry instead of array tuple: {}", to_string(found)));
        }
        const auto refuse_length = [&](std::string_view found) {
          refuse(cursor, fmt::format("Found invalid map entry, expected length 2 but found :{}", found));
        };
        if (!cursor.enter_array()) {
          refuse_length("0");
        }
        Value key = children[0].read(cursor);
        if (!cursor.next_in_array()) {
          refuse_length("1");
        }
        Value value = children[1].read(cursor);
        if (cursor.next_in_array()) {
          refuse_length("more");
        }
        entries.emplace_back(std::move(key), std::move(value));
      } while (cursor.next_in_array());
    }
    return entries;
  }

  Value read_struct(Cursor& cursor) const {
    expect(cursor, Token::object);
    auto made = std::make_shared<Struct>(schema);
    if (cursor.enter_object()) {
      std::size_t expected = 0;
      do {
        // Writers keep the schema's order: one comparison a field instead of a look-up.
        if (expected < children.size() && cursor.take_literal(children[expected].name_text)) {
          made->fields[expected] = children[expected].read(cursor);
          ++expected;
          continue;
        }
        std::string scratch;
        const Field* field = schema->field(cursor.read_name(scratch));
        if (field == nullptr) {
          cursor.skip();
          continue;
        }
        const auto index = static_cast<std::size_t>(field->index);
        made->fields[index] = children[index].read(cursor);
        expected = index + 1;
      } while (cursor.next_in_object());
    }
    for (const std::size_t i : filled) {
      if (made->fields[i].is_null()) {
        made->fields[i] = children[i].null();
      }
    }
    return StructPtr(std::move(made));
  }
};

ReadPlan::ReadPlan(SchemaPtr schema, Format format) : root_(std::make_unique<Node>(std::move(schema), format)) {}
ReadPlan::~ReadPlan() = default;
ReadPlan::ReadPlan(ReadPlan&&) noexcept = default;
ReadPlan& ReadPlan::operator=(ReadPlan&&) noexcept = default;
Value ReadPlan::read(Cursor& cursor) const { return root_->read(cursor); }
Value ReadPlan::null() const { return root_->null(); }
const SchemaPtr& ReadPlan::schema() const noexcept { return root_->schema; }

}  // namespace tandem::json
