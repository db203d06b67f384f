#include "connectors/relational/model/naming.hpp"

#include "tandem/base/error.hpp"

#include <fmt/format.h>

namespace tandem::relational {
namespace {

constexpr std::size_t kMaxTopicLength = 249;  // org.apache.kafka.common.internals.Topic.MAX_NAME_LENGTH

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// UTF-16 code units, as Java iterates chars: one '_' per unit.
template <class F>
void for_each_utf16(std::string_view s, F&& f) {
  for (std::size_t i = 0; i < s.size();) {
    const auto b = static_cast<unsigned char>(s[i]);
    const std::size_t n = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    char32_t cp = n == 1 ? b : b & (0xFF >> (n + 1));
    for (std::size_t k = 1; k < n && i + k < s.size(); ++k) {
      cp = (cp << 6) | (static_cast<unsigned char>(s[i + k]) & 0x3F);
    }
    i += n;
    if (cp > 0xFFFF) {
      f(static_cast<char16_t>(0xD800 + ((cp - 0x10000) >> 10)));
      f(static_cast<char16_t>(0xDC00 + ((cp - 0x10000) & 0x3FF)));
    } else {
      f(static_cast<char16_t>(cp));
    }
  }
}

std::string adjust(NameAdjustment mode, std::string_view name, bool dots) {
  if (mode == NameAdjustment::none) {
    return std::string(name);
  }
  std::string out;
  for_each_utf16(name, [&](char16_t u) {
    const char c = u < 0x80 ? static_cast<char>(u) : '\0';
    const bool first = out.empty();
    const bool valid = is_letter(c) || (!first && is_digit(c)) || (dots && !first && c == '.') ||
                       (c == '_' && mode == NameAdjustment::avro);
    if (valid) {
      out += c;
    } else if (mode == NameAdjustment::avro) {
      out += '_';
      if (first && is_digit(c)) {
        out += c;  // two names that differ only in their first digit stay apart
      }
    } else {
      out += fmt::format("_u{:04x}", static_cast<unsigned>(u));
    }
  });
  return out;
}

}  // namespace

NameAdjustment parse_name_adjustment(const std::string& setting, const std::string& text) {
  if (text == "none") {
    return NameAdjustment::none;
  }
  if (text == "avro") {
    return NameAdjustment::avro;
  }
  if (text == "avro_unicode") {
    return NameAdjustment::avro_unicode;
  }
  raise(ErrorKind::config, "Invalid value " + text + " for configuration " + setting,
        "use none, avro or avro_unicode");
}

std::string adjust_schema_name(NameAdjustment mode, std::string_view name) {
  return adjust(mode, name, true);
}
std::string adjust_field_name(NameAdjustment mode, std::string_view name) {
  return adjust(mode, name, false);
}

std::string sanitize_topic(std::string_view name, bool unicode) {
  std::string out;
  const auto replace = [&](char16_t u) {
    out += unicode ? fmt::format("_u{:04x}", static_cast<unsigned>(u)) : "_";
  };
  for_each_utf16(name, [&](char16_t u) {
    const char c = u < 0x80 ? static_cast<char>(u) : '\0';
    if (is_letter(c) || is_digit(c) || c == '.' || c == '-' || (c == '_' && !unicode)) {
      out += c;
    } else {
      replace(u);
    }
  });
  if (out.size() > kMaxTopicLength) {
    out.resize(kMaxTopicLength);
  }
  if (out == "." || out == "..") {
    const std::size_t dots = out.size();
    out.clear();
    for (std::size_t i = 0; i < dots; ++i) {
      replace(u'.');
    }
  }
  return out;
}

std::string TopicNaming::data(const TableId& id) const {
  const auto& d = options_.delimiter;
  return sanitize_topic(options_.prefix + d + (id.schema.empty() ? id.catalog : id.schema) + d + id.table,
                        options_.unicode);
}

std::string TopicNaming::schema_change() const { return sanitize_topic(options_.prefix); }

std::string TopicNaming::heartbeat() const {
  return options_.heartbeat_name.empty()
             ? sanitize_topic(options_.heartbeat_prefix + options_.delimiter + options_.prefix)
             : sanitize_topic(options_.heartbeat_name);
}

std::string TopicNaming::transaction() const {
  return sanitize_topic(options_.prefix + options_.delimiter + options_.transaction);
}

std::string TopicNaming::message() const {
  return options_.prefix + ".message";  // whatever the delimiter, as in Debezium
}

}  // namespace tandem::relational
