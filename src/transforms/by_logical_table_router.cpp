#include "transforms/by_logical_table_router.hpp"

#include "tandem/base/error.hpp"
#include "transforms/schema_basics.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace tandem::transforms {
namespace {

constexpr std::size_t kMostSchemas = 1000;

/// Version, doc, parameters and whether it is optional: all but name and fields.
SchemaBuilder like_without_name(const Schema& from) {
  SchemaBuilder to = SchemaBuilder::structure();
  copy_basics(from, to);
  to.optional(from.optional());
  return to;
}

bool is_image(std::string_view field) { return field == "before" || field == "after"; }

}  // namespace

const ConfigDef& ByLogicalTableRouter::config_def() const {
  static const ConfigDef def = [] {
    ConfigDef d;
    const auto text = [&](const char* name, std::optional<std::optional<std::string>> fallback,
                          const char* documentation, Validator validator = nullptr) {
      d.define({.name = name,
                .type = ConfigType::string,
                .default_value = std::move(fallback),
                .importance = Importance::low,
                .documentation = documentation,
                .validator = std::move(validator)});
    };
    text("topic.regex", no_default, "Topics of the physical tables.", validators::regex());
    text("topic.replacement", no_default, "Topic of the logical table.");
    d.define({.name = "key.enforce.uniqueness",
              .type = ConfigType::boolean,
              .default_value = default_to("true"),
              .importance = Importance::low,
              .documentation = "Add a field to keys that tells the physical tables apart."});
    text("key.field.name", default_to("__dbz__physicalTableIdentifier"), "Name of that field.");
    text("key.field.regex", null_default, "Part of the old topic that goes into that field.",
         validators::regex());
    text("key.field.replacement", null_default, "What is made of that part.");
    text("schema.name.adjustment.mode", default_to("none"), "none, avro or avro_unicode.",
         validators::one_of({"none", "avro", "avro_unicode"}));
    d.define({.name = "logical.table.cache.size",
              .type = ConfigType::int_,
              .default_value = default_to("16"),
              .importance = Importance::low,
              .documentation = "No effect: all schemas in use are remembered."});
    return d;
  }();
  return def;
}

void ByLogicalTableRouter::configure(const ConfigMap& given) {
  const Config config(config_def(), given);
  topic_regex_.emplace(config.string("topic.regex"));
  topic_replacement_ = config.string("topic.replacement");
  key_replacement_ = config.string("key.field.replacement");
  key_regex_.reset();
  if (const std::string& regex = config.string("key.field.regex"); !regex.empty()) {
    if (key_replacement_.empty()) {
      raise(ErrorKind::config, "key.field.replacement must be non-empty if key.field.regex is set.",
            "set key.field.replacement, or remove key.field.regex");
    }
    key_regex_.emplace(regex);
  }
  key_field_ = config.string("key.field.name");
  unique_keys_ = config.boolean("key.enforce.uniqueness");
  names_ = config.string("schema.name.adjustment.mode");
  keys_.clear();
  envelopes_.clear();
}

std::string ByLogicalTableRouter::schema_name(const std::string& topic, std::string_view suffix) const {
  const std::string name = topic + std::string(suffix);
  if (names_ == "none") {
    return name;
  }
  const bool unicode = names_ == "avro_unicode";
  std::string out;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (letter || (c == '_' && !unicode) || (!out.empty() && (digit || c == '.'))) {
      out += c;
    } else if (unicode) {
      out += fmt::format("_u{:04x}", static_cast<unsigned>(c));
    } else {
      out += '_';
      out.append(digit ? 1 : 0, c);
    }
  }
  return out;
}

SchemaPtr ByLogicalTableRouter::key_schema(const SchemaPtr& from, const std::string& topic) {
  if (const auto known = keys_.find(from->id()); known != keys_.end()) {
    return known->second.to;
  }
  SchemaBuilder to = like_without_name(*from);
  to.name(schema_name(topic, ".Key"));
  for (const auto& field : from->fields()) {
    to.field(field.name, field.schema);
  }
  if (unique_keys_) {
    to.field(key_field_, primitive(SchemaType::string));
  }
  if (keys_.size() == kMostSchemas) {
    keys_.clear();
  }
  return keys_.emplace(from->id(), Renamed{from, to.build(), nullptr}).first->second.to;
}

const ByLogicalTableRouter::Renamed& ByLogicalTableRouter::envelope_schema(const SchemaPtr& from,
                                                                           const std::string& topic) {
  if (const auto known = envelopes_.find(from->id()); known != envelopes_.end()) {
    return known->second;
  }
  const Schema& image = *from->field("before")->schema;
  SchemaBuilder row = like_without_name(image);
  row.name(schema_name(topic, ".Value"));
  for (const auto& field : image.fields()) {
    row.field(field.name, field.schema);
  }
  Renamed renamed{from, nullptr, row.build()};
  SchemaBuilder to = like_without_name(*from);
  to.name(schema_name(topic, ".Envelope"));
  for (const auto& field : from->fields()) {
    to.field(field.name, is_image(field.name) ? renamed.row : field.schema);
  }
  renamed.to = to.build();
  if (envelopes_.size() == kMostSchemas) {
    envelopes_.clear();
  }
  return envelopes_.emplace(from->id(), std::move(renamed)).first->second;
}

bool ByLogicalTableRouter::apply(ConnectRecord& record) {
  const auto topic = topic_regex_->replace_if_matches(record.topic, topic_replacement_);
  if (!topic || topic->empty()) {
    return true;
  }
  if (const Struct* old = record.key.structure()) {
    auto key = std::make_shared<Struct>(key_schema(record.key_schema, *topic));
    std::copy(old->fields.begin(), old->fields.end(), key->fields.begin());
    if (unique_keys_) {
      key->fields.back() =
          key_regex_ ? key_regex_->replace_if_matches(record.topic, key_replacement_).value_or(record.topic)
                     : record.topic;
    }
    record.key_schema = key->schema;
    record.key = std::move(key);
  }
  const Struct* old = record.value.structure();
  if (old != nullptr && record.value_schema && record.value_schema->name().ends_with(".Envelope")) {
    const Renamed& renamed = envelope_schema(record.value_schema, *topic);
    auto envelope = std::make_shared<Struct>(renamed.to);
    const auto& fields = renamed.to->fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      envelope->fields[i] = old->fields[i];
      if (const Struct* image = old->fields[i].structure(); image != nullptr && is_image(fields[i].name)) {
        auto row = std::make_shared<Struct>(renamed.row);
        row->fields = image->fields;
        envelope->fields[i] = std::move(row);
      }
    }
    record.value_schema = renamed.to;
    record.value = std::move(envelope);
  }
  record.topic = *topic;
  return true;
}

}  // namespace tandem::transforms
