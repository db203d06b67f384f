#include "tandem/base/error.hpp"
#include "transforms/extract_new_record_state.hpp"

#include <fmt/format.h>

namespace tandem::transforms {
namespace {

ConfigKey text(const char* name, const char* default_text, const char* documentation) {
  return {.name = name,
          .type = ConfigType::string,
          .default_value = default_text == nullptr ? null_default : default_to(default_text),
          .importance = Importance::low,
          .documentation = documentation};
}

ConfigKey flag(const char* name, const char* default_text, const char* documentation) {
  return {.name = name,
          .type = ConfigType::boolean,
          .default_value = default_text == nullptr ? null_default : default_to(default_text),
          .importance = Importance::low,
          .documentation = documentation};
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  while (parts.size() > 1 && parts.back().empty()) {  // as Java's split
    parts.pop_back();
  }
  return parts;
}

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Where a field without a struct's name is looked for.
std::string home_of(const std::string& field) {
  if (field == "id" || field == "data_collection_order" || field == "total_order") {
    return "transaction";
  }
  if (field == "op" || field == "ts_ms" || field == "ts_us" || field == "ts_ns") {
    return "";
  }
  return field == "updateDescription" ? field : "source";
}

}  // namespace

const ConfigDef& ExtractNewRecordState::config_def() const {
  static const ConfigDef def = [] {
    ConfigDef d;
    ConfigKey mode =
        text("delete.tombstone.handling.mode", "tombstone",
             "How to handle delete records: drop (no record), tombstone (a null value), rewrite (the old "
             "row with __deleted), rewrite-with-tombstone (and the tombstone too), delete-to-tombstone.");
    mode.importance = Importance::medium;
    mode.validator =
        validators::one_of({"drop", "tombstone", "rewrite", "rewrite-with-tombstone", "delete-to-tombstone"});
    d.define(mode);
    d.define(flag("drop.tombstones", nullptr, "Older setting: false lets tombstones pass."));
    ConfigKey older = text("delete.handling.mode", nullptr, "Older setting: drop, rewrite or none.");
    older.validator = validators::one_of({"drop", "rewrite", "none"});
    d.define(older);
    d.define(text("route.by.field", "", "The column whose value replaces the topic name."));
    d.define(text("add.fields.prefix", "__", "Prefix of the names of added fields."));
    d.define(text("add.fields", "", "Metadata fields to add, such as op,source.ts_ms or op:action."));
    d.define(text("add.headers.prefix", "__", "Prefix of the names of added headers."));
    d.define(text("add.headers", "", "Metadata fields to add as headers."));
    d.define(
        flag("replace.null.with.default", "true", "Whether rewritten rows get defaults in place of nulls."));
    d.define(
        text("drop.fields.header.name", nullptr, "A header that lists fields to be left out of the row."));
    d.define(flag("drop.fields.from.key", "false", "Whether these fields are left out of the key as well."));
    d.define(
        flag("drop.fields.keep.schema.compatible", "true", "Whether only optional fields may be left out."));
    return d;
  }();
  return def;
}

std::vector<ExtractNewRecordState::Reference> ExtractNewRecordState::parse(const std::string& setting,
                                                                           const std::string& text,
                                                                           const std::string& prefix) {
  std::vector<Reference> references;
  if (text.empty()) {
    return references;
  }
  for (const auto& word : split(text, ',')) {
    const auto renamed = split(trim(word), ':');
    const auto path = split(renamed[0], '.');
    if (renamed.size() > 2 || path.size() > 2 || path.back().empty()) {
      raise(ErrorKind::config, fmt::format("Unexpected field name in {}: {}", setting, word),
            "Write field, struct.field or struct.field:name, separated by commas.");
    }
    Reference r;
    r.field = path.back();
    r.structure = path.size() == 1 ? home_of(r.field) : path[0];
    if (renamed.size() == 2) {
      r.name = prefix + renamed[1];
    } else {
      r.name = prefix + (path.size() == 1 ? r.field : r.structure + "_" + r.field);
    }
    references.push_back(std::move(r));
  }
  return references;
}

void ExtractNewRecordState::configure(const ConfigMap& given) {
  const Config config(config_def(), given);
  std::string mode = config.string("delete.tombstone.handling.mode");
  const bool older = !config.given("delete.tombstone.handling.mode") &&
                     (config.given("drop.tombstones") || config.given("delete.handling.mode"));
  if (older) {
    const std::string& deletes = config.string("delete.handling.mode");
    drop_tombstones_ = !config.is_set("drop.tombstones") || config.boolean("drop.tombstones");
    deletes_ = deletes == "rewrite" ? Delete::rewrite : deletes == "none" ? Delete::null_row : Delete::drop;
  } else {
    drop_tombstones_ = mode != "rewrite-with-tombstone";
    deletes_ = mode == "drop"                  ? Delete::drop
               : mode == "delete-to-tombstone" ? Delete::tombstone
               : mode.starts_with("rewrite")   ? Delete::rewrite
                                               : Delete::null_row;
  }
  mark_ = deletes_ == Delete::rewrite;
  replace_null_ = config.boolean("replace.null.with.default");
  fields_ = parse("add.fields", config.string("add.fields"), config.string("add.fields.prefix"));
  headers_ = parse("add.headers", config.string("add.headers"), config.string("add.headers.prefix"));
  route_by_ = config.string("route.by.field");
  drop_header_ = trim(config.string("drop.fields.header.name"));
  drop_from_key_ = config.boolean("drop.fields.from.key");
  drop_compatible_ = config.boolean("drop.fields.keep.schema.compatible");
  plans_.clear();
  reduced_.clear();
}

}  // namespace tandem::transforms
