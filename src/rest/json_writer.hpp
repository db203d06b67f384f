#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace tandem::rest {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

inline void text(JsonWriter& w, std::string_view s) {
  w.String(s.data(), static_cast<rapidjson::SizeType>(s.size()));
}
inline void key(JsonWriter& w, std::string_view s) {
  w.Key(s.data(), static_cast<rapidjson::SizeType>(s.size()));
}
inline void text_or_null(JsonWriter& w, const std::optional<std::string>& s) {
  s ? text(w, *s) : (void)w.Null();
}

template <class Fill>
std::string write_json(Fill&& fill) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  fill(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace tandem::rest
