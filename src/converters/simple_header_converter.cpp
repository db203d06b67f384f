#include "converters/simple_header_converter.hpp"

#include "tandem/data/logical.hpp"
#include "tandem/json/java_text.hpp"

#include <charconv>

#include <fmt/format.h>

namespace tandem::converters {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

void append_date(std::string& out, std::int64_t days) {
  const CivilDate date = civil_from_days(days);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

void append_time(std::string& out, std::int64_t ms) {
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}.{:03}Z", ms / 3'600'000, ms / 60'000 % 60,
                 ms / 1000 % 60, ms % 1000);
}

/// True when the schema is one of Connect's dates and the text was written.
bool append_temporal(std::string& out, const SchemaPtr& schema, const Value& value) {
  std::int64_t number = 0;
  if (!schema || schema->name().empty() || !value.to_int64(number)) {
    return false;
  }
  // org.apache.kafka.connect.data.Values takes every moment before the second day of 1970 for a time of day.
  if (schema->name() == logical::kDate) {
    number < 1 ? append_time(out, 0) : append_date(out, number);
  } else if (schema->name() == logical::kTime) {
    append_time(out, number);
  } else if (schema->name() == logical::kTimestamp) {
    std::int64_t days = number / kDayMs, rest = number % kDayMs;
    if (rest < 0) {
      rest += kDayMs;
      --days;
    }
    if (number < kDayMs) {
      append_time(out, rest);
      return true;
    }
    append_date(out, days);
    if (rest != 0) {  // Java leaves the time out at midnight
      out += 'T';
      append_time(out, rest);
    }
  } else {
    return false;
  }
  return true;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  out += '"';
}

void append(std::string& out, const SchemaPtr& schema, const Value& value, bool embedded);

void append_map(std::string& out, const SchemaPtr& schema, const MapEntries& entries) {
  char before = '{';
  for (const auto& [key, value] : entries) {
    out += before;
    before = ',';
    append(out, schema ? schema->key_schema() : nullptr, key, true);
    out += ':';
    append(out, schema ? schema->value_schema() : nullptr, value, true);
  }
  out += entries.empty() ? "{}" : "}";
}

void append_struct(std::string& out, const Struct& s) {
  char before = '{';
  for (const auto& field : s.schema->fields()) {
    out += before;
    before = ',';
    append_quoted(out, field.name);
    out += ':';
    const Value& value = s.fields[static_cast<std::size_t>(field.index)];
    const bool use_default = value.is_null() && field.schema->default_value();
    append(out, field.schema, use_default ? *field.schema->default_value() : value, true);
  }
  out += s.schema->fields().empty() ? "{}" : "}";
}

void append(std::string& out, const SchemaPtr& schema, const Value& value, bool embedded) {
  if (append_temporal(out, schema, value)) {
    return;
  }
  const bool decimal = schema && schema->name() == logical::kDecimal;
  if (embedded && (value.string() != nullptr || (value.bytes() != nullptr && !decimal))) {
    std::string text;
    json::append_java_text(text, schema, value);
    append_quoted(out, text);
  } else if (const auto* array = value.array()) {
    char before = '[';
    for (const auto& element : *array) {
      out += before;
      before = ',';
      append(out, schema ? schema->value_schema() : nullptr, element, true);
    }
    out += array->empty() ? "[]" : "]";
  } else if (const auto* map = value.map()) {
    append_map(out, schema, *map);
  } else if (const auto* s = value.structure()) {
    append_struct(out, *s);
  } else {
    json::append_java_text(out, schema, value);
  }
}

}  // namespace

void append_header_text(std::string& out, const SchemaPtr& schema, const Value& value) {
  append(out, schema, value, false);
}

bool SimpleHeaderConverter::from_connect(std::string_view, const Header& header, std::string& out) {
  if (header.value.is_null()) {
    return false;
  }
  append_header_text(out, header.schema, header.value);
  return true;
}

SchemaAndValue SimpleHeaderConverter::to_connect(std::string_view, std::string_view,
                                                 std::optional<BytesView> bytes) {
  return bytes ? parse_header_text(*bytes) : SchemaAndValue{};
}

}  // namespace tandem::converters
