#include "herder/framework_keys.hpp"

#include <algorithm>
#include <cctype>

namespace tandem::herder {
namespace {

constexpr auto kCommon = "Common";
constexpr auto kErrors = "Error Handling";

std::string check_name(std::string_view, const ConfigValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    return "";
  }
  if (text->empty()) {
    return "String may not be empty";
  }
  const bool control =
      std::any_of(text->begin(), text->end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return control ? "String may not contain control sequences but had the following ASCII chars: control "
                   "characters"
                 : "";
}

/// ConfigDef.ValidString and its case-insensitive twin, in their words.
Validator one_of(std::vector<std::string> allowed, bool any_case = false) {
  return [allowed = std::move(allowed), any_case](std::string_view, const ConfigValue& value) -> std::string {
    const auto* text = std::get_if<std::string>(&value);
    const auto same = [&](const std::string& a) {
      return text != nullptr && a.size() == text->size() &&
             std::equal(a.begin(), a.end(), text->begin(), [&](unsigned char x, unsigned char y) {
               return any_case ? std::tolower(x) == std::tolower(y) : x == y;
             });
    };
    if (std::any_of(allowed.begin(), allowed.end(), same)) {
      return "";
    }
    std::string list;
    for (const auto& a : allowed) {
      list += (list.empty() ? "" : ", ") + a;
    }
    return std::string("String must be one of") + (any_case ? " (case insensitive): " : ": ") + list;
  };
}

std::string unique_items(std::string_view, const ConfigValue& value) {
  const auto* items = std::get_if<std::vector<std::string>>(&value);
  if (items == nullptr) {
    return "";
  }
  for (const auto& item : *items) {
    if (std::count(items->begin(), items->end(), item) > 1) {
      return "Duplicate alias provided.";
    }
  }
  return "";
}

void add_common(ConfigDef& def) {
  const auto key = [&](ConfigKey k) { def.define(std::move(k)); };
  key({.name = "name",
       .default_value = no_default,
       .importance = Importance::high,
       .documentation = "Globally unique name of this connector.",
       .validator = check_name,
       .group = kCommon,
       .order = 1,
       .width = Width::medium,
       .display_name = "Connector name"});
  key({.name = "connector.class",
       .default_value = no_default,
       .importance = Importance::high,
       .documentation =
           "Class of this connector: full Java name, or its simple name with or without \"Connector\".",
       .group = kCommon,
       .order = 2,
       .width = Width::long_,
       .display_name = "Connector class"});
  key({.name = "tasks.max",
       .type = ConfigType::int_,
       .default_value = default_to("1"),
       .importance = Importance::high,
       .documentation = "Most tasks to run.",
       .validator = validators::at_least(1),
       .group = kCommon,
       .order = 3,
       .width = Width::short_,
       .display_name = "Tasks max"});
  key({.name = "tasks.max.enforce",
       .type = ConfigType::boolean,
       .default_value = default_to("true"),
       .importance = Importance::low,
       .documentation = "Whether a connector that makes more tasks than tasks.max fails.",
       .group = kCommon,
       .order = 4,
       .width = Width::short_,
       .display_name = "Enforce tasks max"});
  int order = 5;
  for (const auto& [name, shown] : {std::pair{"key.converter", "Key converter class"},
                                    std::pair{"value.converter", "Value converter class"},
                                    std::pair{"header.converter", "Header converter class"}}) {
    key({.name = name,
         .type = ConfigType::class_,
         .default_value = null_default,
         .importance = Importance::low,
         .documentation = "Converter class; the worker's when not set. The worker's settings for it are not "
                          "inherited then.",
         .group = kCommon,
         .order = order++,
         .width = Width::short_,
         .display_name = shown});
  }
  key({.name = "transforms",
       .type = ConfigType::list,
       .default_value = default_to(""),
       .importance = Importance::low,
       .documentation = "Aliases of the transformations to apply, in order.",
       .validator = unique_items,
       .group = "Transforms",
       .order = 8,
       .width = Width::long_,
       .display_name = "Transforms"});
  key({.name = "predicates",
       .type = ConfigType::list,
       .default_value = default_to(""),
       .importance = Importance::low,
       .documentation = "Aliases of the predicates that transformations use.",
       .validator = unique_items,
       .group = "Predicates",
       .order = 9,
       .width = Width::long_,
       .display_name = "Predicates"});
  key({.name = "config.action.reload",
       .default_value = default_to("restart"),
       .importance = Importance::low,
       .documentation = "What to do when an external variable changes: none or restart.",
       .validator = one_of({"none", "restart"}),
       .group = kCommon,
       .order = 10,
       .width = Width::medium,
       .display_name = "Reload Action"});
  key({.name = "errors.retry.timeout",
       .type = ConfigType::long_,
       .default_value = default_to("0"),
       .documentation = "How long a failed operation is tried again, in ms; -1: for ever.",
       .group = kErrors,
       .order = 1,
       .width = Width::medium,
       .display_name = "Retry Timeout for Errors"});
  key({.name = "errors.retry.delay.max.ms",
       .type = ConfigType::long_,
       .default_value = default_to("60000"),
       .documentation = "Longest delay between two tries.",
       .group = kErrors,
       .order = 2,
       .width = Width::medium,
       .display_name = "Maximum Delay Between Retries for Errors"});
  key({.name = "errors.tolerance",
       .default_value = default_to("none"),
       .documentation = "none: an error fails the task. all: the record is skipped.",
       .validator = one_of({"none", "all"}),
       .group = kErrors,
       .order = 3,
       .width = Width::short_,
       .display_name = "Error Tolerance"});
  key({.name = "errors.log.enable",
       .type = ConfigType::boolean,
       .default_value = default_to("false"),
       .documentation = "Log each error with the operation that failed.",
       .group = kErrors,
       .order = 4,
       .width = Width::short_,
       .display_name = "Log Errors"});
  key({.name = "errors.log.include.messages",
       .type = ConfigType::boolean,
       .default_value = default_to("false"),
       .documentation = "Name the record in the log as well.",
       .group = kErrors,
       .order = 5,
       .width = Width::short_,
       .display_name = "Log Error Details"});
}

/// KIP-618 gives a connector an offset topic of its own.
std::string refuse_own_offsets(std::string_view, const ConfigValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr || text->empty()
             ? ""
             : "Offset topics of single connectors are not available: all offsets are in the worker's "
               "offset.storage.topic. Remove offsets.storage.topic; offsets that stand in that topic can be "
               "given with PATCH /connectors/NAME/offsets";
}

ConfigDef build_source() {
  ConfigDef def;
  add_common(def);
  def.define({.name = "topic.creation.groups",
              .type = ConfigType::list,
              .default_value = default_to(""),
              .importance = Importance::low,
              .documentation = "Groups of settings for topics that the worker creates.",
              .validator = unique_items,
              .group = "Topic Creation",
              .order = 1,
              .width = Width::long_,
              .display_name = "Topic Creation Groups"});
  constexpr auto once = "Exactly Once Support";
  def.define({.name = "exactly.once.support",
              .default_value = default_to("requested"),
              .documentation = "requested or required.",
              .validator = one_of({"requested", "required"}, true),
              .group = once,
              .order = 2,
              .width = Width::short_,
              .display_name = "Exactly once support"});
  def.define({.name = "transaction.boundary",
              .default_value = default_to("poll"),
              .documentation =
                  "Where transactions begin and end. Each poll is one atomic batch on the embedded log.",
              .validator = one_of({"poll", "connector", "interval"}, true),
              .group = once,
              .order = 3,
              .width = Width::short_,
              .display_name = "Transaction Boundary"});
  def.define({.name = "transaction.boundary.interval.ms",
              .type = ConfigType::long_,
              .default_value = null_default,
              .importance = Importance::low,
              .documentation = "Interval of transaction.boundary=interval.",
              .group = once,
              .order = 4,
              .width = Width::short_,
              .display_name = "Transaction boundary interval"});
  def.define({.name = "offsets.storage.topic",
              .default_value = null_default,
              .importance = Importance::low,
              .documentation = "Not available: all offsets are in the worker's offset.storage.topic.",
              .validator = refuse_own_offsets,
              .group = "offsets.topic",
              .order = 1,
              .width = Width::long_,
              .display_name = "Offsets topic"});
  return def;
}

ConfigDef build_sink() {
  ConfigDef def;
  add_common(def);
  def.define({.name = "topics",
              .type = ConfigType::list,
              .default_value = default_to(""),
              .importance = Importance::high,
              .documentation = "Topics to consume, comma-separated.",
              .group = kCommon,
              .order = 4,
              .width = Width::long_,
              .display_name = "Topics"});
  def.define({.name = "topics.regex",
              .default_value = default_to(""),
              .importance = Importance::high,
              .documentation = "Java regular expression of the topics to consume; whole names are matched.",
              .validator = validators::regex(),
              .group = kCommon,
              .order = 4,
              .width = Width::long_,
              .display_name = "Topics regex"});
  def.define({.name = "errors.deadletterqueue.topic.name",
              .default_value = default_to(""),
              .documentation = "Topic for records that are skipped.",
              .group = kErrors,
              .order = 6,
              .width = Width::medium,
              .display_name = "Dead Letter Queue Topic Name"});
  def.define({.name = "errors.deadletterqueue.topic.replication.factor",
              .type = ConfigType::short_,
              .default_value = default_to("3"),
              .documentation = "Used when that topic is created.",
              .group = kErrors,
              .order = 7,
              .width = Width::medium,
              .display_name = "Dead Letter Queue Topic Replication Factor"});
  def.define({.name = "errors.deadletterqueue.context.headers.enable",
              .type = ConfigType::boolean,
              .default_value = default_to("false"),
              .documentation = "Add headers that say what went wrong (__connect.errors.*).",
              .group = kErrors,
              .order = 8,
              .width = Width::medium,
              .display_name = "Enable Error Context Headers"});
  return def;
}

}  // namespace

const ConfigDef& source_framework_keys() {
  static const ConfigDef def = build_source();
  return def;
}

const ConfigDef& sink_framework_keys() {
  static const ConfigDef def = build_sink();
  return def;
}

}  // namespace tandem::herder
