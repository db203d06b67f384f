#include "storage/json_maps.hpp"

#include "tandem/base/error.hpp"
#include "tandem/json/number_text.hpp"

#include <algorithm>

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace tandem::storage {
namespace {

rapidjson::GenericStringRef<char> ref(std::string_view s) {
  return rapidjson::StringRef(s.data() == nullptr ? "" : s.data(),
                              static_cast<rapidjson::SizeType>(s.size()));
}

Value from_json(const rapidjson::Value& v) {
  if (v.IsBool()) {
    return v.GetBool();
  }
  if (v.IsInt64()) {
    return static_cast<std::int64_t>(v.GetInt64());
  }
  if (v.IsNumber()) {
    return v.GetDouble();
  }
  if (v.IsString()) {
    return std::string(v.GetString(), v.GetStringLength());
  }
  return {};
}

std::optional<OffsetMap> to_offset_map(const rapidjson::Value& v) {
  if (!v.IsObject()) {
    return std::nullopt;
  }
  OffsetMap map;
  map.reserve(v.MemberCount());
  for (const auto& m : v.GetObject()) {
    if (m.value.IsObject() || m.value.IsArray()) {
      return std::nullopt;
    }
    map.emplace_back(std::string(m.name.GetString(), m.name.GetStringLength()), from_json(m.value));
  }
  return map;
}

template <class Map, class AppendValue>
void append_members(std::string& out, const Map& map, AppendValue append_value) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : map) {
    if (!first) {
      out += ',';
    }
    first = false;
    append_json_string(out, name);
    out += ':';
    append_value(out, value);
  }
  out += '}';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  // RapidJSON's escapes are Jackson's: \b \t \n \f \r \" \\ and \u00XX in capitals; '/' and non-ASCII stay.
  static constexpr char hex[] = "0123456789ABCDEF";
  out += '"';
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x20 && c != '"' && c != '\\') {
      out += c;
      continue;
    }
    out += '\\';
    switch (c) {
      case '"':
        out += '"';
        break;
      case '\\':
        out += '\\';
        break;
      case '\b':
        out += 'b';
        break;
      case '\t':
        out += 't';
        break;
      case '\n':
        out += 'n';
        break;
      case '\f':
        out += 'f';
        break;
      case '\r':
        out += 'r';
        break;
      default:
        out += "u00";
        out += hex[u >> 4];
        out += hex[u & 15];
    }
  }
  out += '"';
}

void append_json_value(std::string& out, const Value& value) {
  std::int64_t integer = 0;
  if (value.is_null()) {
    out += "null";
  } else if (const auto* b = value.get_if<bool>()) {
    out += *b ? "true" : "false";
  } else if (value.to_int64(integer)) {
    json::append_integer(out, integer);
  } else if (const auto* s = value.string()) {
    append_json_string(out, *s);
  } else if (const auto* d = value.get_if<double>()) {
    json::append_double(out, *d);
  } else if (const auto* f = value.get_if<float>()) {
    json::append_float(out, *f);
  } else {
    raise(ErrorKind::data, "offsets and partitions may only hold null, boolean, number and text values");
  }
}

void append_json_object(std::string& out, const OffsetMap& map) {
  append_members(out, map, append_json_value);
}

void append_json_object(std::string& out, const ConfigMap& map) {
  append_members(out, map, [](std::string& to, const std::optional<std::string>& value) {
    if (value) {
      append_json_string(to, *value);
    } else {
      to += "null";
    }
  });
}

std::optional<OffsetMap> parse_offset_map(std::string_view json) {
  rapidjson::Document d;
  if (d.Parse(json.data(), json.size()).HasParseError()) {
    return std::nullopt;
  }
  return to_offset_map(d);
}

std::string offset_key(std::string_view connector, const OffsetMap& partition) {
  std::string out = "[";
  append_json_string(out, connector);
  out += ',';
  append_json_object(out, partition);
  out += ']';
  return out;
}

std::optional<OffsetKey> parse_offset_key(std::string_view json) {
  rapidjson::Document d;
  if (d.Parse(json.data(), json.size()).HasParseError() || !d.IsArray() || d.Size() != 2 ||
      !d[0].IsString()) {
    return std::nullopt;
  }
  auto partition = to_offset_map(d[1]);
  if (!partition) {
    return std::nullopt;
  }
  return OffsetKey{std::string(d[0].GetString(), d[0].GetStringLength()), std::move(*partition)};
}

bool same_map(const OffsetMap& a, const OffsetMap& b) {
  if (a.size() != b.size()) {
    return false;
  }
  return std::all_of(a.begin(), a.end(), [&](const auto& entry) {
    const auto it =
        std::find_if(b.begin(), b.end(), [&](const auto& other) { return other.first == entry.first; });
    if (it == b.end()) {
      return false;
    }
    std::int64_t x = 0, y = 0;
    if (entry.second.to_int64(x) && it->second.to_int64(y)) {
      return x == y;
    }
    return entry.second == it->second;
  });
}

struct JsonRecord::Document {
  rapidjson::Document value;
};

JsonRecord::JsonRecord(std::unique_ptr<Document> document) : document_(std::move(document)) {}
JsonRecord::JsonRecord(JsonRecord&&) noexcept = default;
JsonRecord& JsonRecord::operator=(JsonRecord&&) noexcept = default;
JsonRecord::~JsonRecord() = default;

std::optional<JsonRecord> JsonRecord::parse(std::string_view json) {
  auto document = std::make_unique<Document>();
  if (document->value.Parse(json.data(), json.size()).HasParseError() || !document->value.IsObject()) {
    return std::nullopt;
  }
  return JsonRecord(std::move(document));
}

std::optional<std::string> JsonRecord::string(std::string_view name) const {
  const auto it = document_->value.FindMember(rapidjson::Value(ref(name)));
  if (it == document_->value.MemberEnd() || !it->value.IsString()) {
    return std::nullopt;
  }
  return std::string(it->value.GetString(), it->value.GetStringLength());
}

std::optional<std::int64_t> JsonRecord::integer(std::string_view name) const {
  const auto it = document_->value.FindMember(rapidjson::Value(ref(name)));
  if (it == document_->value.MemberEnd() || !it->value.IsInt64()) {
    return std::nullopt;
  }
  return it->value.GetInt64();
}

std::optional<bool> JsonRecord::boolean(std::string_view name) const {
  const auto it = document_->value.FindMember(rapidjson::Value(ref(name)));
  if (it == document_->value.MemberEnd() || !it->value.IsBool()) {
    return std::nullopt;
  }
  return it->value.GetBool();
}

std::optional<ConfigMap> JsonRecord::string_map(std::string_view name) const {
  const auto it = document_->value.FindMember(rapidjson::Value(ref(name)));
  if (it == document_->value.MemberEnd() || !it->value.IsObject()) {
    return std::nullopt;
  }
  ConfigMap map;
  for (const auto& m : it->value.GetObject()) {
    std::optional<std::string> text;
    if (m.value.IsString()) {
      text.emplace(m.value.GetString(), m.value.GetStringLength());
    } else if (!m.value.IsNull()) {
      return std::nullopt;
    }
    map.emplace(std::string(m.name.GetString(), m.name.GetStringLength()), std::move(text));
  }
  return map;
}

std::optional<JsonRecord> JsonRecord::object(std::string_view name) const {
  const auto it = document_->value.FindMember(rapidjson::Value(ref(name)));
  if (it == document_->value.MemberEnd() || !it->value.IsObject()) {
    return std::nullopt;
  }
  auto document = std::make_unique<Document>();
  document->value.CopyFrom(it->value, document->value.GetAllocator());
  return JsonRecord(std::move(document));
}

}  // namespace tandem::storage
