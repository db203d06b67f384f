#include "tandem/plugin/registry.hpp"

#include "tandem/base/error.hpp"

#include <algorithm>

namespace tandem {
namespace {

std::string_view simple_name(std::string_view class_name) {
  const auto dot = class_name.rfind('.');
  return dot == std::string_view::npos ? class_name : class_name.substr(dot + 1);
}

std::string_view suffix_of(PluginType type) {
  switch (type) {
    case PluginType::source:
    case PluginType::sink:
      return "Connector";
    case PluginType::transformation:
      return "Transformation";
    case PluginType::predicate:
      return "Predicate";
    case PluginType::converter:
      return "Converter";
    case PluginType::header_converter:
      return "HeaderConverter";
  }
  return "";
}

bool answers_to(const PluginInfo& info, std::string_view name) {
  const auto simple = simple_name(info.class_name);
  if (info.class_name == name || simple == name) {
    return true;
  }
  const auto suffix = suffix_of(info.type);
  return simple.ends_with(suffix) && simple.substr(0, simple.size() - suffix.size()) == name;
}

/// Sinks before sources in REST's list.
int rest_order(PluginType type) {
  return type == PluginType::sink ? 0 : type == PluginType::source ? 1 : static_cast<int>(type);
}

}  // namespace

std::string_view to_string(PluginType type) noexcept {
  switch (type) {
    case PluginType::source:
      return "source";
    case PluginType::sink:
      return "sink";
    case PluginType::transformation:
      return "transformation";
    case PluginType::predicate:
      return "predicate";
    case PluginType::converter:
      return "converter";
    case PluginType::header_converter:
      return "header_converter";
  }
  return "";
}

void Registry::add(Entry entry) {
  const auto known = std::ranges::any_of(entries_, [&](const Entry& e) {
    return e.info.class_name == entry.info.class_name && e.info.type == entry.info.type;
  });
  if (known) {
    raise(ErrorKind::bug, "the plugin " + entry.info.class_name + " is registered twice");
  }
  entries_.push_back(std::move(entry));
}

void Registry::source(std::string class_name, std::string version,
                      std::function<std::unique_ptr<SourceConnector>()> make) {
  Entry e{};
  e.info = {std::move(class_name), PluginType::source, std::move(version)};
  e.source = std::move(make);
  add(std::move(e));
}
void Registry::sink(std::string class_name, std::string version,
                    std::function<std::unique_ptr<SinkConnector>()> make) {
  Entry e{};
  e.info = {std::move(class_name), PluginType::sink, std::move(version)};
  e.sink = std::move(make);
  add(std::move(e));
}
void Registry::transform(std::string class_name, std::function<std::unique_ptr<Transform>()> make) {
  Entry e{};
  e.info = {std::move(class_name), PluginType::transformation, ""};
  e.transform = std::move(make);
  add(std::move(e));
}
void Registry::predicate(std::string class_name, std::function<std::unique_ptr<Predicate>()> make) {
  Entry e{};
  e.info = {std::move(class_name), PluginType::predicate, ""};
  e.predicate = std::move(make);
  add(std::move(e));
}
void Registry::converter(std::string class_name, std::function<std::unique_ptr<Converter>()> make,
                         ConfigDef def) {
  Entry e{};
  e.info = {std::move(class_name), PluginType::converter, ""};
  e.converter = std::move(make);
  e.def = std::move(def);
  add(std::move(e));
}
void Registry::header_converter(std::string class_name,
                                std::function<std::unique_ptr<HeaderConverter>()> make, ConfigDef def) {
  Entry e{};
  e.info = {std::move(class_name), PluginType::header_converter, ""};
  e.header_converter = std::move(make);
  e.def = std::move(def);
  add(std::move(e));
}

const Registry::Entry* Registry::lookup(std::string_view name,
                                        std::initializer_list<PluginType> types) const {
  for (const auto& e : entries_) {
    if (std::ranges::find(types, e.info.type) != types.end() && answers_to(e.info, name)) {
      return &e;
    }
  }
  return nullptr;
}

const PluginInfo* Registry::find(std::string_view name) const {
  const auto it = std::ranges::find_if(entries_, [&](const Entry& e) { return answers_to(e.info, name); });
  return it == entries_.end() ? nullptr : &it->info;
}
const PluginInfo* Registry::find(std::string_view name, PluginType type) const {
  const auto* e = lookup(name, {type});
  return e == nullptr ? nullptr : &e->info;
}

namespace {

// Connect's own beginning of the sentence; clients grep for it.
[[noreturn]] void unknown(std::string_view what, std::string_view name, const std::vector<PluginInfo>& all,
                          std::initializer_list<PluginType> types) {
  std::string available;
  for (const auto& info : all) {
    if (std::ranges::find(types, info.type) != types.end()) {
      available += (available.empty() ? "" : ", ") + info.class_name;
    }
  }
  raise(ErrorKind::config, "Failed to find any class that implements " + std::string(what) +
                               " and which name matches " + std::string(name) +
                               ", available plugins are: " + available);
}

}  // namespace

std::unique_ptr<SourceConnector> Registry::make_source(std::string_view name) const {
  const auto* e = lookup(name, {PluginType::source});
  return e != nullptr ? e->source() : (unknown("Connector", name, list(), {PluginType::source}), nullptr);
}
std::unique_ptr<SinkConnector> Registry::make_sink(std::string_view name) const {
  const auto* e = lookup(name, {PluginType::sink});
  return e != nullptr ? e->sink() : (unknown("Connector", name, list(), {PluginType::sink}), nullptr);
}
std::unique_ptr<Connector> Registry::make_connector(std::string_view name) const {
  const auto* e = lookup(name, {PluginType::source, PluginType::sink});
  if (e == nullptr) {
    unknown("Connector", name, list(), {PluginType::source, PluginType::sink});
  }
  if (e->info.type == PluginType::source) {
    return e->source();
  }
  return e->sink();
}
std::unique_ptr<Transform> Registry::make_transform(std::string_view name) const {
  const auto* e = lookup(name, {PluginType::transformation});
  return e != nullptr ? e->transform()
                      : (unknown("Transformation", name, list(), {PluginType::transformation}), nullptr);
}
std::unique_ptr<Predicate> Registry::make_predicate(std::string_view name) const {
  const auto* e = lookup(name, {PluginType::predicate});
  return e != nullptr ? e->predicate()
                      : (unknown("Predicate", name, list(), {PluginType::predicate}), nullptr);
}
std::unique_ptr<Converter> Registry::make_converter(std::string_view name) const {
  const auto* e = lookup(name, {PluginType::converter});
  return e != nullptr ? e->converter()
                      : (unknown("Converter", name, list(), {PluginType::converter}), nullptr);
}
std::unique_ptr<HeaderConverter> Registry::make_header_converter(std::string_view name) const {
  const auto* e = lookup(name, {PluginType::header_converter});
  return e != nullptr ? e->header_converter()
                      : (unknown("HeaderConverter", name, list(), {PluginType::header_converter}), nullptr);
}
const ConfigDef& Registry::converter_config_def(std::string_view name) const {
  const auto* e = lookup(name, {PluginType::converter, PluginType::header_converter});
  if (e == nullptr) {
    unknown("Converter", name, list(), {PluginType::converter, PluginType::header_converter});
  }
  return e->def;
}

std::vector<PluginInfo> Registry::list() const {
  std::vector<PluginInfo> out;
  for (const auto& e : entries_) {
    out.push_back(e.info);
  }
  std::ranges::sort(out, [](const PluginInfo& a, const PluginInfo& b) {
    return std::pair(rest_order(a.type), a.class_name) < std::pair(rest_order(b.type), b.class_name);
  });
  return out;
}

}  // namespace tandem
