#include "rest/bodies.hpp"

#include <algorithm>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

namespace tandem::rest {
namespace {

using Document = rapidjson::Document;
using Json = rapidjson::Value;

constexpr unsigned text_numbers =
    rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
constexpr unsigned real_numbers = rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag;
constexpr std::string_view create_request =
    "org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest";

Error refused(std::string message) { return {ErrorKind::bug, std::move(message)}; }

std::string_view view(const Json& v) { return {v.GetString(), v.GetStringLength()}; }

/// "line: 1, column: 9" for a byte offset, as Jackson's locations end.
std::string location(std::string_view body, std::size_t offset) {
  const std::string_view before = body.substr(0, std::min(offset, body.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto last = before.rfind('\n');
  const auto column = 1 + before.size() - (last == std::string_view::npos ? 0 : last + 1);
  return "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: " +
         std::to_string(line) + ", column: " + std::to_string(column) + "]";
}

Error syntax_error(std::string_view body, std::size_t offset, rapidjson::ParseErrorCode code) {
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  std::size_t at = offset;
  while (at < body.size() && blank(body[at])) {
    ++at;
  }
  if (at >= body.size()) {
    return refused("Unexpected end-of-input within/between Object entries" + location(body, body.size()));
  }
  const auto letter = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
  };
  std::size_t begin = at, end = at;
  while (begin > 0 && letter(body[begin - 1])) {
    --begin;
  }
  while (end < body.size() && letter(body[end])) {
    ++end;
  }
  if (end > begin &&
      (code == rapidjson::kParseErrorValueInvalid || code == rapidjson::kParseErrorDocumentRootNotSingular)) {
    return refused(
        "Unrecognized token '" + std::string(body.substr(begin, end - begin)) +
        "': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')" +
        location(body, end));
  }
  return refused("Unexpected character ('" + std::string(1, body[at]) + "' (code " +
                 std::to_string(static_cast<unsigned char>(body[at])) +
                 ")): " + rapidjson::GetParseError_En(code) + location(body, at));
}

template <unsigned Flags>
Result<void> parse(Document& document, std::string_view body) {
  document.Parse<Flags>(body.data(), body.size());
  if (document.HasParseError()) {
    return syntax_error(body, document.GetErrorOffset(), document.GetParseError());
  }
  return boost::outcome_v2::success();
}

bool blank(std::string_view body) { return body.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// As Jackson names a value of the wrong kind.
std::string_view kind_of(const Json& v) {
  if (v.IsObject()) {
    return "Object value (token `JsonToken.START_OBJECT`)";
  }
  if (v.IsArray()) {
    return "Array value (token `JsonToken.START_ARRAY`)";
  }
  if (v.IsBool()) {
    return "Boolean value (token `JsonToken.VALUE_TRUE`)";
  }
  if (v.IsNumber()) {
    return "Integer value (token `JsonToken.VALUE_NUMBER_INT`)";
  }
  return "String value (token `JsonToken.VALUE_STRING`)";
}

Error wrong_type(std::string_view wanted, const Json& v, std::string_view chain = {}) {
  std::string message =
      "Cannot deserialize value of type `" + std::string(wanted) + "` from " + std::string(kind_of(v));
  if (!chain.empty()) {
    message += " (through reference chain: " + std::string(chain) + ")";
  }
  return refused(std::move(message));
}

Result<std::optional<std::string>> as_text(const Json& v, const std::string& chain) {
  if (v.IsNull()) {
    return std::optional<std::string>();
  }
  if (v.IsBool()) {
    return std::optional<std::string>(v.GetBool() ? "true" : "false");
  }
  if (v.IsString()) {
    return std::optional<std::string>(view(v));
  }
  return wrong_type("java.lang.String", v, chain);
}

Result<ConfigMap> as_config(const Json& v, const std::string& chain) {
  if (!v.IsObject()) {
    return wrong_type("java.util.LinkedHashMap<java.lang.String,java.lang.String>", v, chain);
  }
  ConfigMap out;
  for (const auto& member : v.GetObject()) {
    const std::string name(view(member.name));
    BOOST_OUTCOME_TRY(auto value, as_text(member.value, (chain.empty() ? "" : chain + "->") +
                                                            "java.util.LinkedHashMap[\"" + name + "\"]"));
    out.insert_or_assign(name, std::move(value));
  }
  return out;
}

std::string trimmed(std::string_view s) {  // as String.trim(): everything up to a space
  while (!s.empty() && static_cast<unsigned char>(s.front()) <= ' ') {
    s.remove_prefix(1);
  }
  while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ') {
    s.remove_suffix(1);
  }
  return std::string(s);
}

Error null_body(std::string_view call, std::string_view variable) {
  return refused("Cannot invoke \"" + std::string(call) + "\" because \"" + std::string(variable) +
                 "\" is null");
}

Result<OffsetMap> as_offset_map(const Json& v) {
  if (!v.IsObject()) {
    return wrong_type("java.util.LinkedHashMap<java.lang.String,java.lang.Object>", v);
  }
  OffsetMap out;
  for (const auto& member : v.GetObject()) {
    Value value;
    if (member.value.IsBool()) {
      value = member.value.GetBool();
    } else if (member.value.IsInt64()) {
      value = member.value.GetInt64();
    } else if (member.value.IsNumber()) {
      value = member.value.GetDouble();
    } else if (member.value.IsString()) {
      value = view(member.value);
    } else if (!member.value.IsNull()) {
      return Error(ErrorKind::config, "The offset field '" + std::string(view(member.name)) +
                                          "' is neither null, boolean, number nor text");
    }
    out.emplace_back(view(member.name), std::move(value));
  }
  return out;
}

}  // namespace

Result<CreateConnectorRequest> parse_create(std::string_view body) {
  Document document;
  if (!blank(body)) {
    BOOST_OUTCOME_TRY(parse<text_numbers>(document, body));
  }
  if (document.IsNull()) {
    return null_body(std::string(create_request) + ".name()", "createRequest");
  }
  if (!document.IsObject()) {
    return wrong_type(create_request, document);
  }
  CreateConnectorRequest out;
  bool has_config = false;
  for (const auto& member : document.GetObject()) {
    const std::string_view name = view(member.name);
    const std::string chain = std::string(create_request) + "[\"" + std::string(name) + "\"]";
    if (name == "name") {
      BOOST_OUTCOME_TRY(auto text, as_text(member.value, chain));
      out.name = trimmed(text.value_or(""));
    } else if (name == "config") {
      has_config = !member.value.IsNull();
      if (has_config) {
        BOOST_OUTCOME_TRY(out.config, as_config(member.value, chain));
      }
    } else if (name == "initial_state") {
      BOOST_OUTCOME_TRY(auto text, as_text(member.value, chain));
      herder::TargetState state{};
      if (text && !herder::parse_initial_state(*text, state)) {
        std::string upper = *text;
        std::transform(upper.begin(), upper.end(), upper.begin(),
                       [](unsigned char c) { return std::toupper(c); });
        return refused("Cannot construct instance of `" + std::string(create_request) +
                       "$InitialState`, problem: No enum constant " + std::string(create_request) +
                       ".InitialState." + upper + " (through reference chain: " + chain + ")");
      }
      if (text) {
        out.initial_state = state;
      }
    } else {
      return refused("Unrecognized field \"" + std::string(name) + "\" (class " +
                     std::string(create_request) +
                     "), not marked as ignorable (3 known properties: \"config\", \"name\", "
                     "\"initial_state\"]) (through reference chain: " +
                     chain + ")");
    }
  }
  if (!has_config) {
    return null_body("java.util.Map.get(Object)", "connectorConfig");
  }
  return out;
}

Result<ConfigMap> parse_config(std::string_view body) {
  Document document;
  if (!blank(body)) {
    BOOST_OUTCOME_TRY(parse<text_numbers>(document, body));
  }
  if (document.IsNull()) {
    return null_body("java.util.Map.get(Object)", "connectorConfig");
  }
  return as_config(document, "");
}

Result<std::vector<herder::ConnectorOffset>> parse_offsets(std::string_view body) {
  static constexpr std::string_view list =
      "java.util.ArrayList<org.apache.kafka.connect.runtime.rest.entities.ConnectorOffset>";
  const Error none(ErrorKind::config,
                   "Partitions / offsets need to be provided for an alter offsets request");
  Document document;
  if (!blank(body)) {
    BOOST_OUTCOME_TRY(parse<real_numbers>(document, body));
  }
  if (document.IsNull()) {
    return null_body("org.apache.kafka.connect.runtime.rest.entities.ConnectorOffsets.offsets()", "offsets");
  }
  if (!document.IsObject()) {
    return wrong_type("org.apache.kafka.connect.runtime.rest.entities.ConnectorOffsets", document);
  }
  const auto it = document.FindMember("offsets");
  if (it == document.MemberEnd() || it->value.IsNull()) {
    return none;
  }
  if (!it->value.IsArray()) {
    return wrong_type(list, it->value);
  }
  if (it->value.Empty()) {
    return none;
  }
  std::vector<herder::ConnectorOffset> out;
  for (const Json& entry : it->value.GetArray()) {
    if (!entry.IsObject()) {
      return wrong_type("org.apache.kafka.connect.runtime.rest.entities.ConnectorOffset", entry);
    }
    herder::ConnectorOffset one;
    const auto partition = entry.FindMember("partition");
    if (partition == entry.MemberEnd() || partition->value.IsNull()) {
      return Error(ErrorKind::config, "The partition for a connector offset cannot be null or missing");
    }
    BOOST_OUTCOME_TRY(one.partition, as_offset_map(partition->value));
    const auto offset = entry.FindMember("offset");
    if (offset != entry.MemberEnd() && !offset->value.IsNull()) {
      BOOST_OUTCOME_TRY(auto map, as_offset_map(offset->value));
      one.offset = std::move(map);
    }
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::optional<std::string>> parse_level(std::string_view body) {
  if (blank(body)) {
    return std::optional<std::string>();
  }
  BOOST_OUTCOME_TRY(auto map, parse_config(body));
  const auto it = map.find("level");
  return it == map.end() ? std::optional<std::string>() : it->second;
}

}  // namespace tandem::rest
