#include "connectors/sync/marker.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace tandem::sync {
namespace {

void put(rapidjson::Writer<rapidjson::StringBuffer>& writer, const char* key, std::string_view text) {
  writer.Key(key);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

std::string text_of(const rapidjson::Value& object, const char* key) {
  const auto it = object.FindMember(key);
  if (it == object.MemberEnd() || !it->value.IsString()) {
    return {};
  }
  return {it->value.GetString(), it->value.GetStringLength()};
}

}  // namespace

std::string Marker::to_json() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.StartObject();
  writer.Key("v");
  writer.Int(version);
  put(writer, "link", link);
  put(writer, "group", group);
  put(writer, "origin", from.origin);
  writer.Key("hops");
  writer.StartArray();
  for (const auto& hop : from.hops) {
    writer.String(hop.data(), static_cast<rapidjson::SizeType>(hop.size()));
  }
  writer.EndArray();
  writer.Key("positions");
  writer.StartObject();
  for (const auto& [key, value] : positions) {
    writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }
  writer.EndObject();
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

Result<Marker> Marker::from_json(std::string_view json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) {
    return Error(ErrorKind::data, "a 'tandem' message is no JSON object");
  }
  const auto v = document.FindMember("v");
  if (v == document.MemberEnd() || !v->value.IsInt() || v->value.GetInt() < 1) {
    return Error(ErrorKind::data, "a 'tandem' message has no format version 'v'");
  }
  Marker marker;
  marker.version = v->value.GetInt();
  marker.link = text_of(document, "link");
  marker.group = text_of(document, "group");
  marker.from.origin = text_of(document, "origin");
  if (marker.link.empty()) {
    return Error(ErrorKind::data, "a 'tandem' message names no link");
  }
  if (const auto hops = document.FindMember("hops"); hops != document.MemberEnd() && hops->value.IsArray()) {
    for (const auto& hop : hops->value.GetArray()) {
      if (hop.IsString()) {
        marker.from.hops.emplace_back(hop.GetString(), hop.GetStringLength());
      }
    }
  }
  if (const auto p = document.FindMember("positions"); p != document.MemberEnd() && p->value.IsObject()) {
    for (const auto& member : p->value.GetObject()) {
      if (member.value.IsString()) {
        marker.positions.emplace(std::string(member.name.GetString(), member.name.GetStringLength()),
                                 std::string(member.value.GetString(), member.value.GetStringLength()));
      }
    }
  }
  return marker;
}

std::string position_key(std::string_view topic, std::int32_t partition) {
  return fmt::format("{}/{}", topic, partition);
}

}  // namespace tandem::sync
