#include "converters/simple_header_converter.hpp"
#include "tandem/data/logical.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace tandem::converters {
namespace {

constexpr int kMaxDepth = 100;

bool digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// `text` against a pattern of letters for digits ("yyyy-MM-dd"): numbers by letter group, in order.
bool read_pattern(std::string_view text, std::string_view pattern, int* numbers) {
  if (text.size() != pattern.size()) {
    return false;
  }
  int* at = numbers - 1;
  char group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char p = pattern[i];
    if (p == 'y' || p == 'M' || p == 'd' || p == 'H' || p == 'm' || p == 's' || p == 'S') {
      if (!digit(text[i])) {
        return false;
      }
      if (p != group) {
        *++at = 0;
      }
      *at = *at * 10 + (text[i] - '0');
    } else if (text[i] != p) {
      return false;
    }
    group = p;
  }
  return true;
}

bool to_days(const int* ymd, std::int64_t& days) {
  if (ymd[1] < 1 || ymd[1] > 12 || ymd[2] < 1) {
    return false;
  }
  days = days_from_civil(ymd[0], static_cast<unsigned>(ymd[1]), static_cast<unsigned>(ymd[2]));
  const CivilDate back = civil_from_days(days);
  return back.month == static_cast<unsigned>(ymd[1]) && back.day == static_cast<unsigned>(ymd[2]);
}

bool to_ms(const int* hmss, std::int64_t& ms) {
  ms = ((hmss[0] * 60LL + hmss[1]) * 60 + hmss[2]) * 1000 + hmss[3];
  return hmss[0] < 24 && hmss[1] < 60 && hmss[2] < 60;
}

SchemaPtr logical_schema(std::string_view name, SchemaType type) {
  return SchemaBuilder(type).name(std::string(name)).version(1).build();
}

std::optional<SchemaAndValue> temporal(std::string_view text) {
  static const SchemaPtr date = logical_schema(logical::kDate, SchemaType::int32);
  static const SchemaPtr time = logical_schema(logical::kTime, SchemaType::int32);
  static const SchemaPtr timestamp = logical_schema(logical::kTimestamp, SchemaType::int64);
  int n[7];
  std::int64_t days = 0, ms = 0;
  if (read_pattern(text, "yyyy-MM-dd", n) && to_days(n, days)) {
    return SchemaAndValue{date, static_cast<std::int32_t>(days)};
  }
  if (read_pattern(text, "HH:mm:ss.SSSZ", n) && to_ms(n, ms)) {
    return SchemaAndValue{time, static_cast<std::int32_t>(ms)};
  }
  if (read_pattern(text, "yyyy-MM-ddTHH:mm:ss.SSSZ", n) && to_days(n, days) && to_ms(n + 3, ms)) {
    return SchemaAndValue{timestamp, days * 86'400'000 + ms};
  }
  return std::nullopt;
}

SchemaAndValue smallest_integer(std::int64_t v) {
  if (v >= std::numeric_limits<std::int8_t>::min() && v <= std::numeric_limits<std::int8_t>::max()) {
    return {primitive(SchemaType::int8), static_cast<std::int8_t>(v)};
  }
  if (v >= std::numeric_limits<std::int16_t>::min() && v <= std::numeric_limits<std::int16_t>::max()) {
    return {primitive(SchemaType::int16), static_cast<std::int16_t>(v)};
  }
  if (v >= std::numeric_limits<std::int32_t>::min() && v <= std::numeric_limits<std::int32_t>::max()) {
    return {primitive(SchemaType::int32), static_cast<std::int32_t>(v)};
  }
  return {primitive(SchemaType::int64), v};
}

/// True when `text` is a number as BigDecimal reads it, with a sign or a digit in front.
bool is_number(std::string_view text) {
  std::size_t i = text[0] == '+' || text[0] == '-' ? 1 : 0, digits = 0;
  const auto run = [&] {
    for (; i < text.size() && digit(text[i]); ++i) {
      ++digits;
    }
  };
  run();
  if (i < text.size() && text[i] == '.') {
    ++i;
    run();
  }
  if (digits == 0) {
    return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) {
      ++i;
    }
    digits = 0;
    run();
  }
  return digits > 0 && i == text.size();
}

std::optional<SchemaAndValue> number(std::string_view text) {
  if (text.empty() || !(digit(text[0]) || text[0] == '+' || text[0] == '-') || !is_number(text)) {
    return std::nullopt;
  }
  const std::string_view unsigned_text = text[0] == '+' ? text.substr(1) : text;
  const char* const end = unsigned_text.data() + unsigned_text.size();
  if (unsigned_text.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t integer = 0;
    if (std::from_chars(unsigned_text.data(), end, integer).ec == std::errc{}) {
      return smallest_integer(integer);
    }
    auto unscaled = decimal_from_text(unsigned_text, 0);
    if (!unscaled) {
      return std::nullopt;
    }
    return SchemaAndValue{decimal_schema(0).build(), std::move(unscaled.value())};
  }
  double real = 0;
  if (std::from_chars(unsigned_text.data(), end, real).ec != std::errc{}) {
    return std::nullopt;
  }
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  if (std::trunc(real) == real && std::abs(real) <= kExactIntegers) {
    return smallest_integer(static_cast<std::int64_t>(real));
  }
  float narrow = 0;
  char shortest[64];
  if (std::from_chars(unsigned_text.data(), end, narrow).ec == std::errc{}) {
    const auto written = std::to_chars(shortest, shortest + sizeof shortest, narrow);
    double again = 0;
    std::from_chars(shortest, written.ptr, again);
    if (again == real) {
      return SchemaAndValue{primitive(SchemaType::float32), narrow};
    }
  }
  return SchemaAndValue{primitive(SchemaType::float64), real};
}

/// What several elements have in common.
struct Common {
  SchemaPtr schema;
  bool first = true;
  bool mixed = false;  ///< no schema fits: the value goes without one
  bool nulls = false;
  bool failed = false;  ///< nothing can stand for it: the whole is a string

  static bool numeric(const Schema& s) { return s.name().empty() && s.type() <= SchemaType::float64; }

  void add(const SchemaAndValue& element) {
    const bool null = element.value.is_null();
    if (failed || (!first && null != nulls)) {
      failed = true;
    } else if (first) {
      schema = element.schema;
      mixed = !null && !element.schema;
    } else if (!null && !mixed && !same_schema(schema, element.schema)) {
      merge(element.schema);
    }
    nulls = null;
    first = false;
  }

  void merge(const SchemaPtr& other) {
    if (other && numeric(*schema) && numeric(*other)) {
      schema = primitive(std::max(schema->type(), other->type()));
    } else if (!schema->name().empty() || (other && !other->name().empty())) {
      failed = true;
    } else {
      mixed = true;
      schema = nullptr;
    }
  }
};

Value widened(const Value& value, SchemaType type) {
  std::int64_t integer = 0;
  const bool is_integer = value.to_int64(integer);
  switch (type) {
    case SchemaType::int8:
      return static_cast<std::int8_t>(integer);
    case SchemaType::int16:
      return static_cast<std::int16_t>(integer);
    case SchemaType::int32:
      return static_cast<std::int32_t>(integer);
    case SchemaType::int64:
      return integer;
    case SchemaType::float32:
      return is_integer ? Value(static_cast<float>(integer)) : value;
    default:
      if (is_integer) {
        return static_cast<double>(integer);
      }
      return value.get_if<float>() != nullptr ? Value(static_cast<double>(*value.get_if<float>())) : value;
  }
}

void align(Value& value, const SchemaPtr& schema) {
  if (schema && Common::numeric(*schema) && !value.is_null()) {
    value = widened(value, schema->type());
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  /// A bracketed value that is the whole text; nothing when it is not.
  std::optional<SchemaAndValue> whole() {
    auto value = bracketed(0);
    skip_space();
    return value && at_ == text_.size() ? value : std::nullopt;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool take(char c) {
    skip_space();
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
      return true;
    }
    return false;
  }

  std::optional<SchemaAndValue> bracketed(int depth) {
    if (depth > kMaxDepth) {
      return std::nullopt;
    }
    if (take('[')) {
      return array(depth);
    }
    return take('{') ? map(depth) : std::nullopt;
  }

  std::optional<SchemaAndValue> element(int depth) {
    skip_space();
    if (at_ == text_.size()) {
      return std::nullopt;
    }
    if (text_[at_] == '[' || text_[at_] == '{') {
      return bracketed(depth + 1);
    }
    if (text_[at_] == '"') {
      return quoted();
    }
    const auto end = std::min(text_.find_first_of(",:]}\"[{", at_), text_.size());
    std::string_view token = trim(text_.substr(at_, end - at_));
    // A time has colons of its own.
    for (const std::size_t length : {std::size_t{24}, std::size_t{13}}) {
      if (auto time = temporal(text_.substr(at_, length)); time && text_.size() - at_ >= length) {
        at_ += length;
        return time;
      }
    }
    at_ = end;
    if (token == "null") {
      return SchemaAndValue{};
    }
    if (token == "true" || token == "false") {
      return SchemaAndValue{primitive(SchemaType::boolean), token == "true"};
    }
    if (auto date = temporal(token)) {
      return date;
    }
    return number(token);
  }

  std::optional<SchemaAndValue> quoted() {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        auto time = temporal(value);
        return time ? time : SchemaAndValue{primitive(SchemaType::string), std::move(value)};
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\')) {
        ++at_;
      }
      value += text_[at_];
    }
    return std::nullopt;
  }

  std::optional<SchemaAndValue> array(int depth) {
    Array elements;
    Common common;
    while (!take(']')) {
      auto value = element(depth);
      if (!value) {
        return std::nullopt;
      }
      common.add(*value);
      elements.push_back(std::move(value->value));
      if (!take(',') && (at_ == text_.size() || text_[at_] != ']')) {
        return std::nullopt;
      }
    }
    if (common.failed) {
      return std::nullopt;
    }
    for (auto& e : elements) {
      align(e, common.schema);
    }
    return SchemaAndValue{common.schema ? SchemaBuilder::array(common.schema).build() : nullptr,
                          std::move(elements)};
  }

  std::optional<SchemaAndValue> map(int depth) {
    MapEntries entries;
    Common keys, values;
    while (!take('}')) {
      auto key = element(depth);
      if (!key || key->value.is_null() || !take(':')) {
        return std::nullopt;
      }
      auto value = element(depth);
      if (!value) {
        return std::nullopt;
      }
      keys.add(*key);
      values.add(*value);
      entries.emplace_back(std::move(key->value), std::move(value->value));
      if (!take(',') && (at_ == text_.size() || text_[at_] != '}')) {
        return std::nullopt;
      }
    }
    if (keys.failed || values.failed) {
      return std::nullopt;
    }
    for (auto& [key, value] : entries) {
      align(key, keys.schema);
      align(value, values.schema);
    }
    const bool typed = keys.schema && values.schema;
    return SchemaAndValue{typed ? SchemaBuilder::map(keys.schema, values.schema).build() : nullptr,
                          std::move(entries)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

SchemaAndValue parse_header_text(std::string_view text) {
  const std::string_view token = trim(text);
  if (token == "null") {
    return {};
  }
  if (token == "true" || token == "false") {
    return {primitive(SchemaType::boolean), token == "true"};
  }
  if (!token.empty()) {
    if (auto time = temporal(token)) {
      return *std::move(time);
    }
    if (auto value = number(token)) {
      return *std::move(value);
    }
    if (token[0] == '[' || token[0] == '{') {
      if (auto value = Parser(token).whole()) {
        return *std::move(value);
      }
    }
  }
  return {primitive(SchemaType::string), text};
}

}  // namespace tandem::converters
