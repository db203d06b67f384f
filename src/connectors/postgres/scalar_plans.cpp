#include "connectors/postgres/scalar_plans.hpp"

#include "connectors/postgres/pgoutput/text_values.hpp"
#include "connectors/relational/model/transaction.hpp"
#include "tandem/data/logical.hpp"
#include "tandem/json/number_text.hpp"

#include <cstring>

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

using pgoutput::Numeric;

Value as_bytes(std::string raw, BinaryMode mode) {
  switch (mode) {
    case BinaryMode::bytes:
      return Value(Bytes{std::move(raw)});
    case BinaryMode::hex:
      return Value(to_hex(raw));
    case BinaryMode::base64:
      return Value(to_base64(raw));
    case BinaryMode::base64_url_safe: {
      std::string text = to_base64(raw);
      for (char& c : text) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
      }
      return Value(std::move(text));
    }
  }
  return {};
}

SchemaPtr variable_scale_struct() {
  static const SchemaPtr schema = SchemaBuilder::structure()
                                      .field("scale", primitive(SchemaType::int32))
                                      .field("value", primitive(SchemaType::bytes))
                                      .build();
  return schema;
}

SchemaBuilder variable_scale_builder() {
  SchemaBuilder b = SchemaBuilder::like(*variable_scale_struct());
  b.name("io.debezium.data.VariableScaleDecimal").version(1).doc("Variable scaled decimal");
  return b;
}

SchemaBuilder point_builder() {
  auto b = SchemaBuilder::structure();
  b.name("io.debezium.data.geometry.Point").version(1).doc("Geometry (POINT)");
  b.field("x", primitive(SchemaType::float64)).field("y", primitive(SchemaType::float64));
  b.field("wkb", primitive(SchemaType::bytes, true)).field("srid", primitive(SchemaType::int32, true));
  return b;
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : fmt::format("\\u{:04X}", c);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

std::string quoted_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

/// The driver gives a java.util.HashMap: of equal keys the last, in the order of its buckets.
MapEntries in_hash_order(MapEntries entries) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : entries) {
    keys.push_back(*key.string());
  }
  MapEntries out;
  for (const std::size_t i : relational::java_hash_order(keys)) {
    out.push_back(std::move(entries[i]));
  }
  return out;
}

}  // namespace

Scalar text_plan(const TypeSettings& settings, const char* name) {
  SchemaBuilder schema(SchemaType::string);
  if (name != nullptr) {
    schema.name(name).version(1);
  }
  return {std::move(schema),
          [](std::string_view text, Value& out) {
            if (auto* kept = std::get_if<std::string>(&out.variant())) {
              kept->assign(text);
            } else {
              out = Value(text);
            }
            return true;
          },
          Value(""), Value(settings.placeholder), true};
}

namespace {

Scalar binary_plan(const TypeSettings& settings, Parse parse) {
  const BinaryMode mode = settings.binary;
  Scalar s{SchemaBuilder(mode == BinaryMode::bytes ? SchemaType::bytes : SchemaType::string),
           std::move(parse), as_bytes({}, mode), as_bytes(settings.placeholder_bytes, mode), false};
  if (mode == BinaryMode::hex) {
    s.placeholder = Value(settings.placeholder);
  }
  s.placeholder_fits = mode == BinaryMode::bytes || mode == BinaryMode::hex;
  return s;
}

/// Every number of the text as java.lang.Double.toString() has it.
std::string with_java_doubles(std::string_view text) {
  constexpr std::string_view kNumber = "+-.0123456789eEINafinty";
  std::string out;
  while (!text.empty()) {
    const auto length = std::min(text.find_first_not_of(kNumber), text.size());
    double v = 0;
    if (length > 0 && pgoutput::parse_double(text.substr(0, length), v)) {
      json::append_double(out, v);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
    if (!text.empty()) {
      out.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

Scalar bytea_plan(const TypeSettings& settings) {
  return binary_plan(settings, [mode = settings.binary](std::string_view text, Value& out) {
    std::string raw;
    if (!pgoutput::parse_bytea(text, raw)) {
      return false;
    }
    out = as_bytes(std::move(raw), mode);
    return true;
  });
}

Scalar unknown_plan(const TypeSettings& settings, bool geometric) {
  return binary_plan(settings, [mode = settings.binary, geometric](std::string_view text, Value& out) {
    out = as_bytes(geometric ? with_java_doubles(text) : std::string(text), mode);
    return true;
  });
}

Scalar real_plan() {
  return {SchemaBuilder(SchemaType::float64),
          [](std::string_view text, Value& out) {
            double v = 0;
            const bool good = pgoutput::parse_double(text, v);
            out = Value(v);
            return good;
          },
          Value(0.0), Value(0.0), true};
}

Scalar numeric_plan(const relational::Column& shape, const TypeSettings& settings) {
  if (settings.decimal == DecimalMode::real) {
    Scalar s = real_plan();
    s.parse_default = [read = s.parse](std::string_view text, Value& out) {
      return text != "NaN" && !text.ends_with("Infinity") &&
             read(text, out);  // new BigDecimal() has no such values
    };
    return s;
  }
  if (settings.decimal == DecimalMode::string) {
    // Values come with all digits of their scale; the literal of a default does not.
    constexpr std::size_t kMaxScale = 1000;  // beyond: a negative scale, as the driver reads it
    const auto digits = static_cast<std::size_t>(std::max(0, shape.scale.value_or(0)));
    const auto scaled = [digits](std::string text) {
      const auto dot = text.find('.');
      const std::size_t there = dot == std::string::npos ? 0 : text.size() - dot - 1;
      if (there < digits) {
        text += (dot == std::string::npos ? "." : "") + std::string(digits - there, '0');
      }
      return text;
    };
    Scalar s = text_plan(settings);
    s.zero = Value(scaled("0"));
    s.parse = [read = s.parse, scaled, digits](std::string_view text, Value& out) {
      // The names of io.debezium.data.SpecialValueDecimal.
      if (text == "NaN") {
        return read("NAN", out);
      }
      if (text == "Infinity" || text == "-Infinity") {
        return read(text[0] == '-' ? "NEGATIVE_INFINITY" : "POSITIVE_INFINITY", out);
      }
      return digits > kMaxScale ? read(scaled(std::string(text)), out) : read(text, out);
    };
    s.parse_default = [scaled](std::string_view text, Value& out) {
      Numeric n;
      if (!pgoutput::parse_numeric(text, n) || n.special != Numeric::Special::none) {
        return false;
      }
      out = Value(scaled(std::string(text)));
      return true;
    };
    return s;
  }
  if (shape.scale && *shape.scale >= 0) {
    const int scale = *shape.scale;
    return {decimal_schema(scale, shape.length.value_or(0)),
            [scale](std::string_view text, Value& out) {
              Numeric n;
              if (!pgoutput::parse_numeric(text, n, scale) || n.special != Numeric::Special::none) {
                return false;
              }
              out = Value(std::move(n.unscaled));
              return true;
            },
            Value(Bytes{std::string(1, '\0')}), Value(Bytes{std::string(1, '\0')}), true};
  }
  const auto schema = std::make_shared<SchemaPtr>(variable_scale_builder().build());
  const auto make = [schema](Numeric&& n) {
    auto s = std::make_shared<Struct>(*schema);
    s->fields[0] = Value(static_cast<std::int32_t>(n.scale));
    s->fields[1] = Value(std::move(n.unscaled));
    return Value(StructPtr(std::move(s)));
  };
  const Value zero = make(Numeric{Numeric::Special::none, Bytes{std::string(1, '\0')}, 0});
  return {variable_scale_builder(),
          [make](std::string_view text, Value& out) {
            if (text.find('.') != std::string_view::npos) {
              text = text.substr(0, text.find_last_not_of('0') + 1);
              if (text.ends_with('.')) {
                text.remove_suffix(1);
              }
            }
            Numeric n;
            if (!pgoutput::parse_numeric(text, n) || n.special != Numeric::Special::none) {
              return false;
            }
            out = make(std::move(n));
            return true;
          },
          zero,
          Value(),
          false,
          schema};
}

Scalar money_plan(const TypeSettings& settings) {
  if (settings.decimal != DecimalMode::precise) {
    const bool real = settings.decimal == DecimalMode::real;
    Scalar s = real ? real_plan() : text_plan(settings);
    s.zero = real ? Value(0.0) : Value("0.00");
    s.literal_default = false;
    s.parse = [read = s.parse](std::string_view text, Value& out) {
      std::string plain;
      return pgoutput::parse_money(text, plain) && read(plain, out);
    };
    return s;
  }
  const int scale = settings.money_digits;
  return {decimal_schema(scale),
          [scale](std::string_view text, Value& out) {
            std::string plain;
            Numeric n;
            if (!pgoutput::parse_money(text, plain)) {
              return false;
            }
            pgoutput::round_half_up(plain, scale);
            if (!pgoutput::parse_numeric(plain, n, scale)) {
              return false;
            }
            out = Value(std::move(n.unscaled));
            return true;
          },
          Value(Bytes{std::string(1, '\0')}), Value(Bytes{std::string(1, '\0')}), false};
}

Scalar bits_plan(std::int32_t length) {
  if (length == 1) {
    return {SchemaBuilder(SchemaType::boolean),
            [](std::string_view text, Value& out) {
              out = Value(text == "1");
              return text == "1" || text == "0";
            },
            Value(false), Value(false), true};
  }
  SchemaBuilder schema(SchemaType::bytes);
  // A varbit without length: PostgreSQL's driver gives the largest integer.
  schema.name("io.debezium.data.Bits")
      .version(1)
      .parameter("length", std::to_string(length < 0 ? INT32_MAX : length));
  return {
      std::move(schema),
      [](std::string_view text, Value& out) {
        std::string raw;
        if (!pgoutput::parse_bits(text, raw)) {
          return false;
        }
        raw.erase(raw.find_last_not_of('\0') + 1);  // java.util.BitSet.toByteArray() ends at the last set bit
        out = Value(Bytes{std::move(raw)});
        return true;
      },
      Value(Bytes{}),
      Value(Bytes{}),
      true,
      nullptr,
      std::nullopt,
      nullptr,
      false};
}

Scalar point_plan() {
  const auto schema = std::make_shared<SchemaPtr>(point_builder().build());
  const auto make = [schema](double x, double y) {
    std::string wkb("\x01\x01\x00\x00\x00", 5);  // well-known binary: little-endian, type 1
    char raw[16];
    std::memcpy(raw, &x, 8);
    std::memcpy(raw + 8, &y, 8);
    wkb.append(raw, 16);
    auto s = std::make_shared<Struct>(*schema);
    s->fields = {Value(x), Value(y), Value(Bytes{std::move(wkb)}), Value()};
    return Value(StructPtr(std::move(s)));
  };
  return {point_builder(),
          [make](std::string_view text, Value& out) {
            double x = 0, y = 0;
            if (!pgoutput::parse_point(text, x, y)) {
              return false;
            }
            out = make(x, y);
            return true;
          },
          make(0, 0),
          make(0, 0),
          false,
          schema};
}

Scalar hstore_plan(const TypeSettings& settings) {
  if (settings.hstore_as_map) {
    return {SchemaBuilder::map(primitive(SchemaType::string), primitive(SchemaType::string, true)),
            [](std::string_view text, Value& out) {
              MapEntries entries;
              const bool good = pgoutput::parse_hstore(
                  text, [&](std::string_view key, std::optional<std::string_view> value) {
                    entries.emplace_back(Value(key), value ? Value(*value) : Value());
                  });
              out = Value(in_hash_order(std::move(entries)));
              return good;
            },
            Value(MapEntries{}),
            Value(MapEntries{{Value(settings.placeholder), Value(settings.placeholder)}}), false};
  }
  Scalar s = text_plan(settings, "io.debezium.data.Json");
  s.zero = Value("{}");
  s.placeholder =
      Value("{" + quoted_json(settings.placeholder) + ":" + quoted_json(settings.placeholder) + "}");
  s.parse = [](std::string_view text, Value& out) {
    MapEntries entries;
    const bool good =
        pgoutput::parse_hstore(text, [&](std::string_view key, std::optional<std::string_view> value) {
          entries.emplace_back(Value(key), value ? Value(*value) : Value());
        });
    std::string json = "{";
    for (const auto& [key, value] : in_hash_order(std::move(entries))) {
      if (json.size() > 1) {
        json.push_back(',');
      }
      append_json_string(json, *key.string());
      json.push_back(':');
      value.is_null() ? void(json += "null") : append_json_string(json, *value.string());
    }
    out = Value(json + "}");
    return good;
  };
  return s;
}

Scalar enum_plan(const TypeInfo& type, const TypeSettings& settings) {
  Scalar s = text_plan(settings, "io.debezium.data.Enum");
  s.schema.parameter("allowed", fmt::format("{}", fmt::join(type.labels, ",")));
  return s;
}

}  // namespace tandem::postgres_source
