#include "converters/json_converter.hpp"

#include "converters/converter_type.hpp"
#include "tandem/base/error.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tandem::converters {
namespace {

constexpr std::size_t kDefaultCache = 1000;

/// The start of a message, for errors.
std::string excerpt(BytesView bytes) {
  constexpr std::size_t kMost = 80;
  std::string text;
  json::append_escaped(text, bytes.substr(0, kMost));
  return bytes.size() > kMost ? text + "…" : text;
}

}  // namespace

JsonConverter::JsonConverter() : writers_(kDefaultCache), readers_(kDefaultCache), prefixes_(kDefaultCache) {}

const ConfigDef& JsonConverter::config_def() {
  static const ConfigDef def = [] {
    ConfigDef d;
    d.define(type_key());
    d.define({.name = "schemas.enable",
              .type = ConfigType::boolean,
              .default_value = default_to("true"),
              .importance = Importance::high,
              .documentation = "Include schemas within each of the serialized values and keys.",
              .group = "Schemas",
              .order = 0,
              .width = Width::medium,
              .display_name = "Enable Schemas"});
    d.define({.name = "schemas.cache.size",
              .type = ConfigType::int_,
              .default_value = default_to("1000"),
              .importance = Importance::high,
              .documentation = "The maximum number of schemas that can be cached in this converter instance.",
              .group = "Schemas",
              .order = 1,
              .width = Width::medium,
              .display_name = "Schema Cache Size"});
    d.define({.name = "schema.content",
              .type = ConfigType::string,
              .default_value = null_default,
              .importance = Importance::high,
              .documentation =
                  "When set, this is used as the schema for all messages, which are then payloads without "
                  "envelope. Otherwise each message carries its schema.",
              .group = "Schemas",
              .order = 2,
              .width = Width::medium,
              .display_name = "Schema Content"});
    d.define({.name = "decimal.format",
              .type = ConfigType::string,
              .default_value = default_to("BASE64"),
              .importance = Importance::low,
              .documentation =
                  "Controls which format this converter will serialize decimals in. This value is case "
                  "insensitive and can be either 'BASE64' (default) or 'NUMERIC'",
              .validator = validators::one_of({"BASE64", "NUMERIC"}),
              .group = "Serialization",
              .order = 0,
              .width = Width::medium,
              .display_name = "Decimal Format"});
    d.define({.name = "replace.null.with.default",
              .type = ConfigType::boolean,
              .default_value = default_to("true"),
              .importance = Importance::low,
              .documentation =
                  "Whether to replace fields that have a default value and that are null to the default "
                  "value. When set to true, the default value is used, otherwise null is used.",
              .group = "Serialization",
              .order = 1,
              .width = Width::medium,
              .display_name = "Replace null with default"});
    return d;
  }();
  return def;
}

void JsonConverter::configure(const ConfigMap& given, bool is_key) {
  const Config config(config_def(), with_type(given, is_key));
  side_ = is_key ? "key" : "value";
  schemas_ = config.boolean("schemas.enable");
  const std::string& decimals = config.string("decimal.format");
  format_.numeric_decimals = !decimals.empty() && (decimals[0] == 'N' || decimals[0] == 'n');
  format_.replace_null_with_default = config.boolean("replace.null.with.default");
  const auto cache =
      static_cast<std::size_t>(std::max<std::int64_t>(1, config.integer("schemas.cache.size")));
  writers_ = decltype(writers_)(cache);
  readers_ = decltype(readers_)(cache);
  last_writer_.reset();
  fixed_.reset();
  if (const std::string& content = config.string("schema.content"); schemas_ && !content.empty()) {
    auto schema = json::parse_schema(content, format_);
    if (!schema) {
      raise(ErrorKind::config,
            fmt::format("{}.converter.schema.content is no schema: {}", side_, schema.error().message),
            "Give a schema as JsonConverter writes it, for example {\"type\":\"string\"}.");
    }
    auto made = std::make_shared<Reader>();
    made->schema = schema.value();
    made->plan = made->schema ? std::make_unique<json::ReadPlan>(made->schema, format_) : nullptr;
    fixed_ = std::move(made);
  }
}

JsonConverter::Writer& JsonConverter::writer(const SchemaPtr& schema) {
  if (last_writer_ && last_writer_->plan.schema() == schema) {
    return *last_writer_;
  }
  if (auto* known = writers_.find(schema->id())) {
    last_writer_ = *known;
    return *last_writer_;
  }
  std::string prefix;
  if (schemas_) {
    prefix = "{\"schema\":";
    json::append_schema(prefix, schema, format_);
    prefix += ",\"payload\":";
  }
  last_writer_ = writers_.put(
      schema->id(), std::make_shared<Writer>(Writer{std::move(prefix), json::WritePlan(schema, format_)}));
  return *last_writer_;
}

bool JsonConverter::from_connect(std::string_view topic, const SchemaPtr& schema, const Value& value,
                                 std::string& out) {
  if (!schema) {
    if (value.is_null()) {
      return false;
    }
    out += schemas_ ? "{\"schema\":null,\"payload\":" : "";
    json::append_value(out, value);
    out += schemas_ ? "}" : "";
    return true;
  }
  const std::size_t start = out.size();
  try {
    Writer& w = writer(schema);
    out += w.prefix;
    w.plan.append(out, value);
    if (schemas_) {
      out += '}';
    }
    return true;
  } catch (const TandemError& e) {
    out.resize(start);
    throw e.while_doing(fmt::format("writing the {} of a record for topic '{}' as JSON", side_, topic));
  }
}

JsonConverter::ReaderPtr JsonConverter::reader(std::string_view schema_text) {
  std::string key(schema_text);
  if (const auto* known = readers_.find(key)) {
    return *known;
  }
  auto made = std::make_shared<Reader>();
  made->schema = value_or_throw(json::parse_schema(schema_text, format_));
  if (made->schema) {
    made->plan = std::make_unique<json::ReadPlan>(made->schema, format_);
  }
  return readers_.put(std::move(key), std::move(made));
}

Value JsonConverter::read_payload(const Reader& reader, json::Cursor& cursor) {
  return reader.plan ? reader.plan->read(cursor) : json::read_value(cursor);
}

void JsonConverter::not_an_envelope(std::string_view topic, BytesView bytes) const {
  raise(
      ErrorKind::data,
      fmt::format(
          "JsonConverter with schemas.enable requires \"schema\" and \"payload\" fields and may not contain "
          "additional fields. If you are trying to deserialize plain JSON data, set schemas.enable=false in "
          "your converter configuration. Topic '{}', the {} begins with: {}",
          topic, side_, excerpt(bytes)),
      fmt::format(
          "Set {0}.converter.schemas.enable=false for plain JSON, or have the producer write schemas.",
          side_));
}

SchemaAndValue JsonConverter::read_envelope(Prefixes& known, std::string_view topic, BytesView bytes) {
  for (std::size_t i = 0; i < known.size() && known[i].reader; ++i) {
    if (!bytes.starts_with(known[i].text)) {
      continue;
    }
    if (i != 0) {
      std::rotate(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(i),
                  known.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    const Prefix& prefix = known.front();
    json::Cursor cursor(bytes.substr(prefix.text.size()));
    Value value = read_payload(*prefix.reader, cursor);
    if (cursor.next_in_object()) {
      not_an_envelope(topic, bytes);
    }
    cursor.expect_end();
    return {prefix.reader->schema, std::move(value)};
  }
  json::Cursor cursor(bytes);
  if (cursor.peek() != json::Token::object) {
    not_an_envelope(topic, bytes);
  }
  std::string_view schema_text, payload_text;
  int members = 0;
  if (cursor.enter_object()) {
    std::string scratch;
    do {
      const std::string_view name = cursor.read_name(scratch);
      std::string_view& part = name == "schema" ? schema_text : payload_text;
      if ((name != "schema" && name != "payload") || !part.empty()) {
        not_an_envelope(topic, bytes);
      }
      part = cursor.skip();
      ++members;
    } while (cursor.next_in_object());
  }
  cursor.expect_end();
  if (members != 2) {
    not_an_envelope(topic, bytes);
  }
  const ReaderPtr r = reader(schema_text);
  json::Cursor payload(payload_text);
  Value value = read_payload(*r, payload);
  if (payload_text.data() > schema_text.data()) {
    std::rotate(known.begin(), known.end() - 1, known.end());
    known.front() = {
        std::string(bytes.substr(0, static_cast<std::size_t>(payload_text.data() - bytes.data()))), r};
  }
  return {r->schema, std::move(value)};
}

SchemaAndValue JsonConverter::to_connect(std::string_view topic, std::optional<BytesView> bytes) {
  if (!bytes) {
    return {};
  }
  try {
    json::Cursor cursor(*bytes);
    if (schemas_ && !fixed_) {
      if (cursor.at_end()) {
        not_an_envelope(topic, *bytes);
      }
      topic_.assign(topic);
      Prefixes* known = prefixes_.find(topic_);
      return read_envelope(known != nullptr ? *known : prefixes_.put(topic_, {}), topic, *bytes);
    }
    if (cursor.at_end()) {
      return fixed_ && fixed_->plan ? SchemaAndValue{fixed_->schema, fixed_->plan->null()} : SchemaAndValue{};
    }
    Value value = fixed_ ? read_payload(*fixed_, cursor) : json::read_value(cursor);
    cursor.expect_end();
    return {fixed_ ? fixed_->schema : nullptr, std::move(value)};
  } catch (const TandemError& e) {
    if (e.error().message.starts_with("Bad JSON")) {
      Error error = e.error();
      error.message = fmt::format(
          "Converting byte[] to Kafka Connect data failed due to serialization error: {} Topic '{}', the {} "
          "begins with: {}",
          error.message, topic, side_, excerpt(*bytes));
      error.remedy = fmt::format("Set {}.converter to the converter that wrote this topic.", side_);
      throw TandemError(std::move(error));
    }
    throw e.while_doing(fmt::format("reading the {} of a record of topic '{}' as JSON", side_, topic));
  }
}

}  // namespace tandem::converters
