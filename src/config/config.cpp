#include "tandem/config/config.hpp"

#include "tandem/base/error.hpp"

#include <unordered_map>

namespace tandem {

struct Config::Data {
  ConfigMap originals;
  std::map<std::string, ConfigValue, std::less<>> values;

  const ConfigValue& at(std::string_view key) const {
    const auto it = values.find(key);
    if (it == values.end()) {
      raise(ErrorKind::bug, "the setting " + std::string(key) + " is not declared");
    }
    return it->second;
  }
  template <class T>
  const T* get(std::string_view key) const {
    const auto& v = at(key);
    if (v.index() == 0) {
      return nullptr;
    }
    const auto* typed = std::get_if<T>(&v);
    if (typed == nullptr) {
      raise(ErrorKind::bug, "the setting " + std::string(key) + " is read as another type than declared");
    }
    return typed;
  }
};

Config::Config(const ConfigDef& def, ConfigMap originals) {
  auto data = std::make_shared<Data>();
  for (const auto& key : def.keys()) {
    const auto it = originals.find(key.name);
    if (it == originals.end() && key.required()) {
      raise(ErrorKind::config,
            "Missing required configuration \"" + key.name + "\" which has no default value.");
    }
    data->values.emplace(key.name, def.parse(key, it == originals.end() ? *key.default_value : it->second));
  }
  data->originals = std::move(originals);
  data_ = std::move(data);
}

const std::string& Config::string(std::string_view key) const {
  static const std::string empty;
  const auto* v = data_->get<std::string>(key);
  return v == nullptr ? empty : *v;
}
bool Config::is_set(std::string_view key) const { return data_->at(key).index() != 0; }
bool Config::given(std::string_view key) const {
  const auto it = data_->originals.find(key);
  return it != data_->originals.end() && it->second.has_value();
}
bool Config::boolean(std::string_view key) const {
  const auto* v = data_->get<bool>(key);
  return v != nullptr && *v;
}
std::int64_t Config::integer(std::string_view key) const {
  const auto* v = data_->get<std::int64_t>(key);
  return v == nullptr ? 0 : *v;
}
double Config::real(std::string_view key) const {
  const auto* v = data_->get<double>(key);
  return v == nullptr ? 0 : *v;
}
const std::vector<std::string>& Config::list(std::string_view key) const {
  static const std::vector<std::string> empty;
  const auto* v = data_->get<std::vector<std::string>>(key);
  return v == nullptr ? empty : *v;
}
const ConfigMap& Config::originals() const noexcept { return data_->originals; }
ConfigMap Config::with_prefix(std::string_view prefix) const {
  return tandem::with_prefix(data_->originals, prefix);
}

ConfigMap with_prefix(const ConfigMap& map, std::string_view prefix) {
  ConfigMap out;
  for (auto it = map.lower_bound(prefix); it != map.end() && it->first.starts_with(prefix); ++it) {
    out.emplace(it->first.substr(prefix.size()), it->second);
  }
  return out;
}

std::string get_or(const ConfigMap& map, std::string_view key, std::string_view fallback) {
  const auto it = map.find(key);
  return it != map.end() && it->second ? *it->second : std::string(fallback);
}

}  // namespace tandem
