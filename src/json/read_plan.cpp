#include "json/numbers.hpp"
#include "json/type_names.hpp"
#include "tandem/base/error.hpp"
#include "tandem/data/logical.hpp"
#include "tandem/json/reader.hpp"

#include <limits>
#include <utility>

#include <fmt/format.h>

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
    int8,
    int16,
    int32,
    int64,
    float32,
    float64,
    boolean,
    string,
    bytes,
    array,
    object,
    pairs,
    structure,
    decimal
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
      default:
        kind = static_cast<Kind>(schema->type());
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

  void expect(const Cursor& cursor, Token found, Token wanted) const {
    if (found != wanted) {
      if (kind == Kind::structure) {
        refuse(cursor,
               fmt::format("Structs should be encoded as JSON objects, but found {}", to_string(found)));
      }
      if (kind == Kind::object) {
        refuse(cursor, fmt::format("Maps with string fields should be encoded as JSON objects, but found {}",
                                   to_string(found)));
      }
      if (kind == Kind::pairs) {
        refuse(
            cursor,
            fmt::format("Maps with non-string fields should be encoded as JSON array of tuples, but found {}",
                        to_string(found)));
      }
      refuse(cursor, fmt::format("Invalid type for {}: {}", type_name(schema->type()), to_string(found)));
    }
  }

  Value null() const {
    if (!null_allowed) {
      raise(ErrorKind::data, fmt::format("Invalid null value for required {} field{}",
                                         type_name(schema->type()), name.empty() ? "" : " '" + name + "'"));
    }
    return null_value;
  }

  template <class T>
  void read_integer(Cursor& cursor, Token token, Value& out) const {
    expect(cursor, token, Token::number);
    const std::string_view text = cursor.read_number();
    std::int64_t wide = 0;
    if (!to_integer(text, wide) || wide < std::numeric_limits<T>::min() ||
        wide > std::numeric_limits<T>::max()) {
      refuse(cursor, fmt::format("{} is no {}", text, type_name(schema->type())));
    }
    out.variant().emplace<T>(static_cast<T>(wide));
  }

  template <class T>
  T real(Cursor& cursor, Token token, T (*convert)(const Cursor&, std::string_view)) const {
    if (token == Token::string) {
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
    expect(cursor, token, Token::number);
    return convert(cursor, cursor.read_number());
  }

  Bytes bytes(Cursor& cursor, Token token) const {
    expect(cursor, token, Token::string);
    std::string scratch;
    const std::string_view text = cursor.read_string_view(scratch);
    Bytes out;
    if (!from_base64(text, out.data)) {
      refuse(cursor, "Invalid BYTES: the string is not base64");
    }
    return out;
  }

  Bytes decimal(Cursor& cursor, Token token) const {
    if (token != Token::number) {
      return bytes(cursor, token);
    }
    auto unscaled = decimal_from_text(plain_number(cursor, cursor.read_number()), scale);
    if (!unscaled) {
      refuse(cursor, "Invalid Decimal: " + unscaled.error().message);
    }
    return std::move(unscaled.value());
  }

  /// `out` is null before.
  void read(Cursor& cursor, Value& out) const {
    const Token token = cursor.peek();
    if (token == Token::null) {
      cursor.take_null();
      out = null();
      return;
    }
    switch (kind) {
      case Kind::int8:
        read_integer<std::int8_t>(cursor, token, out);
        break;
      case Kind::int16:
        read_integer<std::int16_t>(cursor, token, out);
        break;
      case Kind::int32:
        read_integer<std::int32_t>(cursor, token, out);
        break;
      case Kind::int64:
        read_integer<std::int64_t>(cursor, token, out);
        break;
      case Kind::float32:
        out = real<float>(cursor, token, &to_float);
        break;
      case Kind::float64:
        out = real<double>(cursor, token, &to_double);
        break;
      case Kind::boolean:
        if (token != Token::true_) {
          expect(cursor, token, Token::false_);
        }
        out = cursor.read_bool();
        break;
      case Kind::string:
        expect(cursor, token, Token::string);
        cursor.read_string(out.variant().emplace<std::string>());
        break;
      case Kind::bytes:
        out.variant().emplace<Bytes>(bytes(cursor, token));
        break;
      case Kind::decimal:
        out.variant().emplace<Bytes>(decimal(cursor, token));
        break;
      case Kind::array: {
        expect(cursor, token, Token::array);
        auto elements = std::make_shared<Array>();
        if (cursor.enter_array()) {
          do {
            children[0].read(cursor, elements->emplace_back());
          } while (cursor.next_in_array());
        }
        out = Value(std::move(elements));
        break;
      }
      case Kind::object:
        out = read_object(cursor, token);
        break;
      case Kind::pairs:
        out = read_pairs(cursor, token);
        break;
      case Kind::structure:
        read_struct(cursor, token, out);
        break;
    }
  }

  Value read_object(Cursor& cursor, Token token) const {
    expect(cursor, token, Token::object);
    MapEntries entries;
    if (cursor.enter_object()) {
      std::string scratch;
      do {
        auto& entry = entries.emplace_back(Value(cursor.read_name(scratch)), Value());
        children[1].read(cursor, entry.second);
      } while (cursor.next_in_object());
    }
    return entries;
  }

  Value read_pairs(Cursor& cursor, Token token) const {
    expect(cursor, token, Token::array);
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
        auto& entry = entries.emplace_back();
        children[0].read(cursor, entry.first);
        if (!cursor.next_in_array()) {
          refuse_length("1");
        }
        children[1].read(cursor, entry.second);
        if (cursor.next_in_array()) {
          refuse_length("more");
        }
      } while (cursor.next_in_array());
    }
    return entries;
  }

  void read_struct(Cursor& cursor, Token token, Value& out) const {
    expect(cursor, token, Token::object);
    auto made = std::make_shared<Struct>(schema);
    if (cursor.enter_object()) {
      std::size_t expected = 0;
      do {
        // Writers keep the schema's order: one comparison a field instead of a look-up.
        if (expected < children.size() && cursor.take_literal(children[expected].name_text)) {
          children[expected].read(cursor, made->fields[expected]);
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
        made->fields[index] = Value();  // a repeated name: the last one counts
        children[index].read(cursor, made->fields[index]);
        expected = index + 1;
      } while (cursor.next_in_object());
    }
    for (const std::size_t i : filled) {
      if (made->fields[i].is_null()) {
        made->fields[i] = children[i].null();
      }
    }
    out = Value(StructPtr(std::move(made)));
  }
};

ReadPlan::ReadPlan(SchemaPtr schema, Format format)
    : root_(std::make_unique<Node>(std::move(schema), format)) {}
ReadPlan::~ReadPlan() = default;
ReadPlan::ReadPlan(ReadPlan&&) noexcept = default;
ReadPlan& ReadPlan::operator=(ReadPlan&&) noexcept = default;
Value ReadPlan::read(Cursor& cursor) const {
  Value value;
  root_->read(cursor, value);
  return value;
}
Value ReadPlan::null() const { return root_->null(); }
const SchemaPtr& ReadPlan::schema() const noexcept { return root_->schema; }

}  // namespace tandem::json
