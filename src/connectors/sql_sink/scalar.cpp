#include "connectors/sql_sink/scalar.hpp"

#include "tandem/base/error.hpp"
#include "tandem/data/logical.hpp"

#include <charconv>
#include <cmath>
#include <iterator>
#include <unordered_map>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

using Form = Scalar::Form;

SourceKind plain_kind(SchemaType type) noexcept {
  switch (type) {
    case SchemaType::int8:
    case SchemaType::int16:
    case SchemaType::int32:
    case SchemaType::int64:
      return SourceKind::integer;
    case SchemaType::float32:
    case SchemaType::float64:
      return SourceKind::real;
    case SchemaType::boolean:
      return SourceKind::boolean;
    case SchemaType::string:
      return SourceKind::text;
    case SchemaType::bytes:
      return SourceKind::bytes;
    case SchemaType::array:
      return SourceKind::array;
    case SchemaType::map:
      return SourceKind::map;
    case SchemaType::structure:
      break;
  }
  return SourceKind::structure;
}

[[noreturn]] void misfit() { raise(ErrorKind::data, "the value does not have the type of its schema"); }

std::int64_t integer_of(const Value& value) {
  std::int64_t n = 0;
  if (!value.to_int64(n)) {
    misfit();
  }
  return n;
}

std::string_view bytes_of(const Value& value) {
  if (const auto* b = value.bytes()) {
    return b->data;
  }
  misfit();
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::int64_t from_millis(std::int64_t ms) {
  std::int64_t us = 0;
  if (__builtin_mul_overflow(ms, 1000, &us)) {
    raise(ErrorKind::data, fmt::format("{} milliseconds are out of range", ms));
  }
  return us;
}

void decimal_text(std::string_view unscaled, int scale, std::string& out) {
  if (unscaled.empty() || unscaled.size() > 8 || scale < 0 || scale > 18) {
    out = decimal_to_text(unscaled, scale);
    return;
  }
  std::int64_t n = static_cast<signed char>(unscaled[0]);
  for (std::size_t i = 1; i < unscaled.size(); ++i) {
    n = static_cast<std::int64_t>(static_cast<std::uint64_t>(n) << 8 |
                                  static_cast<unsigned char>(unscaled[i]));
  }
  const bool negative = n < 0;
  const std::uint64_t magnitude =
      negative ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, magnitude).ptr;
  const auto count = static_cast<int>(end - digits);
  out.clear();
  if (negative) {
    out += '-';
  }
  if (count > scale) {
    out.append(digits, static_cast<std::size_t>(count - scale));
  } else {
    out += '0';
  }
  if (scale > 0) {
    out += '.';
    out.append(static_cast<std::size_t>(std::max(0, scale - count)), '0');
    out.append(digits + std::max(0, count - scale), end);
  }
}

int scale_of(const Schema* schema) {
  if (schema != nullptr) {
    if (const auto text = schema->parameter("scale")) {
      int scale = 0;
      std::from_chars(text->data(), text->data() + text->size(), scale);
      return scale;
    }
  }
  raise(ErrorKind::data, "a Decimal has no parameter 'scale' in its schema");
}

}  // namespace

SourceKind source_kind(const Schema& schema) noexcept {
  static const std::unordered_map<std::string_view, SourceKind> names = {
      {logical::kDecimal, SourceKind::decimal},
      {logical::kDate, SourceKind::date},
      {logical::kTime, SourceKind::time_ms},
      {logical::kTimestamp, SourceKind::timestamp_ms},
      {"io.debezium.time.Date", SourceKind::date},
      {"io.debezium.time.Time", SourceKind::time_ms},
      {"io.debezium.time.MicroTime", SourceKind::time_us},
      {"io.debezium.time.NanoTime", SourceKind::time_ns},
      {"io.debezium.time.Timestamp", SourceKind::timestamp_ms},
      {"io.debezium.time.MicroTimestamp", SourceKind::timestamp_us},
      {"io.debezium.time.NanoTimestamp", SourceKind::timestamp_ns},
      {"io.debezium.time.ZonedTimestamp", SourceKind::zoned_timestamp},
      {"io.debezium.time.MicroDuration", SourceKind::micro_duration},
      {"io.debezium.time.NanoDuration", SourceKind::nano_duration},
      {"io.debezium.data.Bits", SourceKind::bits},
      {"io.debezium.data.Json", SourceKind::json},
      {"io.debezium.data.VariableScaleDecimal", SourceKind::variable_decimal},
      {"io.debezium.data.geometry.Point", SourceKind::geometry},
      {"io.debezium.data.geometry.Geometry", SourceKind::geometry},
      {"io.debezium.data.geometry.Geography", SourceKind::geometry},
  };
  if (!schema.name().empty()) {
    if (const auto it = names.find(schema.name()); it != names.end()) {
      return it->second;
    }
  }
  return plain_kind(schema.type());
}

SourceKind source_kind(const Value& value) noexcept {
  std::int64_t n = 0;
  if (value.to_int64(n)) {
    return SourceKind::integer;
  }
  if (value.get_if<bool>() != nullptr) {
    return SourceKind::boolean;
  }
  if (value.get_if<float>() != nullptr || value.get_if<double>() != nullptr) {
    return SourceKind::real;
  }
  if (value.bytes() != nullptr) {
    return SourceKind::bytes;
  }
  if (value.array() != nullptr) {
    return SourceKind::array;
  }
  if (value.map() != nullptr) {
    return SourceKind::map;
  }
  return value.structure() != nullptr ? SourceKind::structure : SourceKind::text;
}

Scalar to_scalar(SourceKind kind, const Schema* schema, const Value& value, std::string& scratch) {
  Scalar s;
  if (value.is_null()) {
    return s;
  }
  switch (kind) {
    case SourceKind::boolean: {
      const auto* b = value.get_if<bool>();
      if (b == nullptr) {
        misfit();
      }
      s.form = Form::boolean;
      s.integer = *b ? 1 : 0;
      break;
    }
    case SourceKind::integer:
      s.form = Form::integer;
      s.integer = integer_of(value);
      break;
    case SourceKind::real:
      s.form = Form::real;
      if (const auto* d = value.get_if<double>()) {
        s.real = *d;
      } else if (const auto* f = value.get_if<float>()) {
        s.real = *f;
        s.single = true;
      } else {
        s.real = static_cast<double>(integer_of(value));
      }
      break;
    case SourceKind::text:
    case SourceKind::json: {
      const auto* text = value.string();
      if (text == nullptr) {
        misfit();
      }
      s.form = Form::text;
      s.text = *text;
      break;
    }
    case SourceKind::bytes:
      s.form = Form::bytes;
      s.text = bytes_of(value);
      break;
    case SourceKind::decimal:
      decimal_text(bytes_of(value), scale_of(schema), scratch);
      s.form = Form::decimal;
      s.text = scratch;
      break;
    case SourceKind::variable_decimal: {
      const auto* inner = value.structure();
      const Value* scale = inner == nullptr ? nullptr : inner->find("scale");
      const Value* digits = inner == nullptr ? nullptr : inner->find("value");
      if (scale == nullptr || digits == nullptr) {
        misfit();
      }
      decimal_text(bytes_of(*digits), static_cast<int>(integer_of(*scale)), scratch);
      s.form = Form::decimal;
      s.text = scratch;
      break;
    }
    case SourceKind::date:
      s.form = Form::date;
      s.integer = integer_of(value);
      break;
    case SourceKind::time_ms:
      s.form = Form::time;
      s.integer = integer_of(value) * 1000;
      break;
    case SourceKind::time_us:
      s.form = Form::time;
      s.integer = integer_of(value);
      break;
    case SourceKind::time_ns:
      s.form = Form::time;
      s.integer = floor_div(integer_of(value), 1000);
      break;
    case SourceKind::timestamp_ms:
      s.form = Form::timestamp;
      s.integer = from_millis(integer_of(value));
      break;
    case SourceKind::timestamp_us:
      s.form = Form::timestamp;
      s.integer = integer_of(value);
      break;
    case SourceKind::timestamp_ns: {
      const std::int64_t ns = integer_of(value);
      s.form = Form::timestamp;
      s.integer = ns == INT64_MAX ? kPlusInfinity : ns == INT64_MIN ? kMinusInfinity : floor_div(ns, 1000);
      break;
    }
    case SourceKind::zoned_timestamp: {
      const auto* text = value.string();
      if (text == nullptr || !parse_timestamp(*text, s.integer)) {
        raise(ErrorKind::data, fmt::format("'{}' is no time stamp with zone", text == nullptr ? "" : *text));
      }
      s.form = Form::instant;
      break;
    }
    case SourceKind::micro_duration:
      s.form = Form::duration;
      s.integer = integer_of(value);
      break;
    case SourceKind::nano_duration:
      s.form = Form::duration;
      s.integer = floor_div(integer_of(value), 1000);
      break;
    case SourceKind::bits: {
      s.form = Form::bits;
      s.text = bytes_of(value);
      s.integer = static_cast<std::int64_t>(s.text.size() * 8);
      if (const auto length = schema == nullptr ? std::nullopt : schema->parameter("length")) {
        std::int64_t n = 0;
        if (parse_integer(*length, n) && n > 0 && n <= s.integer) {
          s.integer = n;
        }
      }
      break;
    }
    case SourceKind::geometry: {
      const auto* inner = value.structure();
      const Value* wkb = inner == nullptr ? nullptr : inner->find("wkb");
      if (wkb == nullptr) {
        misfit();
      }
      if (wkb->is_null()) {
        return s;
      }
      s.form = Form::geometry;
      s.text = bytes_of(*wkb);
      if (const Value* srid = inner->find("srid")) {
        srid->to_int64(s.integer);
      }
      break;
    }
    case SourceKind::array:
    case SourceKind::map:
    case SourceKind::structure:
      s.form = Form::list;
      s.value = &value;
      break;
  }
  return s;
}

void append_real(std::string& out, double value, bool single) {
  char text[40];
  const auto end = single ? std::to_chars(text, text + sizeof text, static_cast<float>(value)).ptr
                          : std::to_chars(text, text + sizeof text, value).ptr;
  out.append(text, end);
}

bool append_plain(std::string& out, const Scalar& s) {
  switch (s.form) {
    case Form::boolean:
      out += s.integer != 0 ? "true" : "false";
      return true;
    case Form::integer:
      fmt::format_to(std::back_inserter(out), "{}", s.integer);
      return true;
    case Form::real:
      if (std::isfinite(s.real)) {
        append_real(out, s.real, s.single);
      } else {
        out += std::isnan(s.real) ? "NaN" : s.real > 0 ? "Infinity" : "-Infinity";
      }
      return true;
    case Form::decimal:
    case Form::text:
      out += s.text;
      return true;
    case Form::date:
      append_date(out, s.integer);
      return true;
    case Form::time:
      append_time(out, s.integer);
      return true;
    case Form::timestamp:
    case Form::instant:
      if (s.integer == kPlusInfinity || s.integer == kMinusInfinity) {
        out += s.integer > 0 ? "infinity" : "-infinity";
        return true;
      }
      append_timestamp(out, s.integer);
      if (s.form == Form::instant) {
        out += "+00";
      }
      return true;
    case Form::duration:
      append_time(out, s.integer);
      return true;
    case Form::bits:
      for (std::int64_t bit = s.integer - 1; bit >= 0; --bit) {
        out += (static_cast<unsigned char>(s.text[static_cast<std::size_t>(bit / 8)]) >> (bit % 8) & 1) != 0
                   ? '1'
                   : '0';
      }
      return true;
    case Form::list:
      append_json(out, *s.value);
      return true;
    case Form::null:
    case Form::bytes:
    case Form::geometry:
      break;
  }
  return false;
}

}  // namespace tandem::sql_sink
