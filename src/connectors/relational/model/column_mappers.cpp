#include "connectors/relational/model/jdbc_types.hpp"
#include "connectors/relational/model/table_schema.hpp"
#include "tandem/base/bytes.hpp"
#include "tandem/base/error.hpp"

#include <algorithm>
#include <boost/regex.hpp>
#include <iterator>

#include <openssl/evp.h>

namespace tandem::relational {
namespace {

/// At most `n` UTF-16 code units of UTF-8 text, as Java counts characters; half a surrogate pair is left out.
std::string first_characters(const std::string& text, std::size_t n) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t bytes = lead < 0x80   ? 1
                              : lead < 0xE0 ? 2
                              : lead < 0xF0 ? 3
                                            : 4,
                      units = bytes == 4 ? 2 : 1;
    if (units > n || i + bytes > text.size()) {
      break;
    }
    n -= units;
    i += bytes;
  }
  return text.substr(0, i);
}

/// Whether values are a ByteBuffer in Debezium; numbers and bits that Connect writes as bytes are not.
bool is_bytes(const Column& c) {
  return c.jdbc_type == jdbc::kBinary || c.jdbc_type == jdbc::kVarbinary || c.jdbc_type == jdbc::kBlob ||
         c.jdbc_type == jdbc::kOther;
}

/// MaskStrings: other columns get the schema parameter alone.
bool is_text(const Column& c) {
  constexpr std::int32_t kDatalink = 70;
  switch (c.jdbc_type) {
    case jdbc::kChar:
    case jdbc::kVarchar:
    case jdbc::kLongVarchar:
    case jdbc::kClob:
    case jdbc::kNchar:
    case jdbc::kNvarchar:
    case jdbc::kLongNvarchar:
    case jdbc::kNclob:
    case kDatalink:
      return true;
    default:
      return false;
  }
}

std::string digest_hex(const std::string& algorithm, const std::string& salt, const std::string& text,
                       const std::string& setting) {
  const EVP_MD* md = EVP_get_digestbyname(algorithm.c_str());
  if (md == nullptr) {
    raise(ErrorKind::config, "unknown hash algorithm " + algorithm + " in " + setting,
          "use SHA-256, SHA-512 or MD5");
  }
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_MD_CTX* ctx = EVP_MD_CTX_new();
  EVP_DigestInit_ex(ctx, md, nullptr);
  EVP_DigestUpdate(ctx, salt.data(), salt.size());
  EVP_DigestUpdate(ctx, text.data(), text.size());
  EVP_DigestFinal_ex(ctx, out, &size);
  EVP_MD_CTX_free(ctx);
  return to_hex({reinterpret_cast<const char*>(out), size});
}

/// What java.io.ObjectOutputStream writes for a String: stream magic and version, TC_STRING or TC_LONGSTRING,
/// a length, modified UTF-8.
std::string java_serialized(const std::string& text) {
  std::string body;
  const auto three = [&](std::uint32_t u) {
    body += static_cast<char>(0xE0 | (u >> 12));
    body += static_cast<char>(0x80 | ((u >> 6) & 0x3F));
    body += static_cast<char>(0x80 | (u & 0x3F));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto b = static_cast<unsigned char>(text[i]);
    if (b == 0) {
      body += "\xC0\x80";
    } else if (b >= 0xF0 && i + 3 < text.size()) {  // a surrogate pair, each half by itself
      const auto part = [&](std::size_t k) { return static_cast<std::uint32_t>(text[i + k]) & 0x3F; };
      const std::uint32_t above = (((b & 7U) << 18) | (part(1) << 12) | (part(2) << 6) | part(3)) - 0x10000;
      three(0xD800 + (above >> 10));
      three(0xDC00 + (above & 0x3FF));
      i += 3;
    } else {
      body += text[i];
    }
  }
  std::string out("\xAC\xED\x00\x05", 4);
  const bool large = body.size() > 0xFFFF;
  out += large ? '\x7C' : '\x74';
  for (int shift = large ? 56 : 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(body.size() >> shift);
  }
  return out + body;
}

std::vector<std::pair<std::string, std::string>> source_type_parameters(const Column& c) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string type = c.driver_type ? c.driver_type->name : c.type_name;
  const auto length = c.driver_type ? c.driver_type->length : c.length;
  const auto scale = c.driver_type ? c.driver_type->scale : c.scale;
  for (char& ch : type) {
    ch = ch >= 'a' && ch <= 'z' ? static_cast<char>(ch - 32) : ch;
  }
  out.emplace_back("__debezium.source.column.type", type);
  if (length) {
    out.emplace_back("__debezium.source.column.length", std::to_string(*length));
  }
  if (scale) {
    out.emplace_back("__debezium.source.column.scale", std::to_string(*scale));
  }
  if (c.comment && !c.comment->empty()) {
    out.emplace_back("__debezium.source.column.comment", *c.comment);
  }
  out.emplace_back("__debezium.source.column.name", c.name);
  return out;
}

}  // namespace

ColumnMappers::ColumnMappers(const ConfigMap& config) {
  static const boost::regex mask_chars(R"(column\.mask\.with\.(\d+)\.chars)");
  static const boost::regex truncate(R"(column\.truncate\.to\.(\d+)\.chars)");
  static const boost::regex hash_v2(R"(column\.mask\.hash\.v2\.([^.]+)\.with\.salt\.(.+))");
  static const boost::regex hash_v1(R"(column\.mask\.hash\.([^.]+)\.with\.salt\.(.+))");
  // The first rule that matches a column is the one; this is Debezium's order of kinds
  // (ColumnMappers.create).
  std::vector<Rule> truncates, masks, propagates, propagates_by_type, hashes_v1, hashes;
  for (const auto& [key, value] : config) {
    if (!value) {
      continue;
    }
    boost::smatch m;
    if (boost::regex_match(key, m, mask_chars)) {
      masks.push_back({PatternList(key, *value), false,
                       [mask = std::string(std::stoul(m[1].str()), '*')](const Column& c) {
                         ColumnChange change{nullptr, {{"masked", "true"}}};
                         if (is_text(c)) {
                           change.alter = [mask](Value& v) { v = Value(mask); };
                         }
                         return change;
                       }});
    } else if (boost::regex_match(key, m, truncate)) {
      truncates.push_back({PatternList(key, *value), false, [n = std::stoul(m[1].str())](const Column& c) {
                             if (c.length && *c.length >= 0 && static_cast<std::size_t>(*c.length) <= n) {
                               return ColumnChange{};  // no value can be longer
                             }
                             return ColumnChange{[n, bytes = is_bytes(c)](Value& v) {
                                                   if (const auto* s = v.string()) {
                                                     if (s->size() > n) {
                                                       v = Value(first_characters(*s, n));
                                                     }
                                                   } else if (const auto* b = v.get_if<Bytes>();
                                                              bytes && b != nullptr && b->data.size() > n) {
                                                     v = Bytes{b->data.substr(0, n)};
                                                   }
                                                 },
                                                 {{"truncateLength", std::to_string(n)}}};
                           }});
    } else if (boost::regex_match(key, m, hash_v2) || boost::regex_match(key, m, hash_v1)) {
      const std::string algorithm = m[1], salt = m[2], setting = key;
      digest_hex(algorithm, salt, "", setting);
      const bool serialized = !boost::regex_match(key, hash_v2);
      (serialized ? hashes_v1 : hashes)
          .push_back({PatternList(key, *value), false, [=](const Column& c) {
                        ColumnChange change{nullptr, {{"masked", "true"}}};
                        if (is_text(c)) {
                          change.alter = [=, length = static_cast<std::size_t>(
                                                 std::max(0, c.length.value_or(0)))](Value& v) {
                            if (const auto* s = v.string()) {
                              auto hex =
                                  digest_hex(algorithm, salt, serialized ? java_serialized(*s) : *s, setting);
                              if (length > 0 && hex.size() > length) {
                                hex.resize(length);
                              }
                              v = Value(std::move(hex));
                            }
                          };
                        }
                        return change;
                      }});
    } else if (key == "column.propagate.source.type") {
      propagates.push_back({PatternList(key, *value), false, [](const Column& c) {
                              return ColumnChange{nullptr, source_type_parameters(c)};
                            }});
    } else if (key == "datatype.propagate.source.type") {
      propagates_by_type.push_back({PatternList(key, *value), true, [](const Column& c) {
                                      return ColumnChange{nullptr, source_type_parameters(c)};
                                    }});
    }
  }
  for (auto* kind : {&truncates, &masks, &propagates, &propagates_by_type, &hashes_v1, &hashes}) {
    std::move(kind->begin(), kind->end(), std::back_inserter(rules_));
  }
}

ColumnChange ColumnMappers::change_of(const TableId& id, const Column& column) const {
  for (const auto& rule : rules_) {
    const std::string& last = !rule.by_type        ? column.name
                              : column.driver_type ? column.driver_type->name
                                                   : column.type_name;
    if (rule.columns.matches(id.identifier() + "." + last) ||
        (!id.schema.empty() && rule.columns.matches(id.text() + "." + last))) {
      return rule.make(column);
    }
  }
  return {};
}

}  // namespace tandem::relational
