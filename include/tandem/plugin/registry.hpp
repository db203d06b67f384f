#pragma once
#include "tandem/plugin/connector.hpp"
#include "tandem/plugin/converter.hpp"
#include "tandem/plugin/transform.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

enum class PluginType { source, sink, transformation, predicate, converter, header_converter };
std::string_view to_string(PluginType type) noexcept;  ///< REST spelling

struct PluginInfo {
  std::string class_name;  ///< Java name
  PluginType type;
  std::string version;
};

/// What this worker can make, by Java class name or alias (simple name, simple name without "Connector" and,
/// for the others, without "Converter", "Transformation"). Filled once by app/builtin_plugins, then read from
/// any thread.
class Registry {
 public:
  void source(std::string class_name, std::string version,
              std::function<std::unique_ptr<SourceConnector>()> make);
  void sink(std::string class_name, std::string version,
            std::function<std::unique_ptr<SinkConnector>()> make);
  void transform(std::string class_name, std::function<std::unique_ptr<Transform>()> make);
  void predicate(std::string class_name, std::function<std::unique_ptr<Predicate>()> make);
  void converter(std::string class_name, std::function<std::unique_ptr<Converter>()> make, ConfigDef def);
  void header_converter(std::string class_name, std::function<std::unique_ptr<HeaderConverter>()> make,
                        ConfigDef def);

  /// nullptr when unknown or of another type.
  const PluginInfo* find(std::string_view name_or_alias) const;
  const PluginInfo* find(std::string_view name_or_alias, PluginType type) const;
  /// Throw TandemError(config) "Failed to find any class that implements Connector and which name matches …"
  /// and what there is.
  std::unique_ptr<SourceConnector> make_source(std::string_view name) const;
  std::unique_ptr<SinkConnector> make_sink(std::string_view name) const;
  std::unique_ptr<Connector> make_connector(std::string_view name) const;
  std::unique_ptr<Transform> make_transform(std::string_view name) const;
  std::unique_ptr<Predicate> make_predicate(std::string_view name) const;
  std::unique_ptr<Converter> make_converter(std::string_view name) const;
  std::unique_ptr<HeaderConverter> make_header_converter(std::string_view name) const;
  /// Of a converter (its own class declares none).
  const ConfigDef& converter_config_def(std::string_view name) const;

  /// In REST order: sinks, sources, transformations, predicates, converters, header converters; by name
  /// within.
  std::vector<PluginInfo> list() const;

 private:
  struct Entry {
    PluginInfo info;
    std::function<std::unique_ptr<SourceConnector>()> source;
    std::function<std::unique_ptr<SinkConnector>()> sink;
    std::function<std::unique_ptr<Transform>()> transform;
    std::function<std::unique_ptr<Predicate>()> predicate;
    std::function<std::unique_ptr<Converter>()> converter;
    std::function<std::unique_ptr<HeaderConverter>()> header_converter;
    ConfigDef def;
  };
  void add(Entry entry);
  const Entry* lookup(std::string_view name, std::initializer_list<PluginType> types) const;
  std::vector<Entry> entries_;
};

}  // namespace tandem
