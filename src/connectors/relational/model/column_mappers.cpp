#include <boost/regex.hpp>
#include <openssl/evp.h>

#include "connectors/relational/model/table_schema.hpp"
#include "tandem/base/bytes.hpp"
#include "tandem/base/error.hpp"

namespace tandem::relational {
namespace {

/// Characters (code points) of UTF-8 text, as many as fit.
std::string first_characters(const std::string& text, std::size_t n) {
  std::size_t i = 0;
  for (; i < text.size() && n > 0; --n) {
    ++i;
    while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) {
      ++i;
    }
  }
  return text.substr(0, i);
}

std::string digest_hex(const std::string& algorithm, const std::string& salt, const std::string& text,
                       const std::string& setting) {
  const EVP_MD* md = EVP_get_digestbyname(algorithm.c_str());
  if (md == nullptr) {
    raise(ErrorKind::config, "unknown hash algorithm " + algorithm + " in " + setting, "use SHA-256, SHA-512 or MD5");
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

std::vector<std::pair<std::string, std::string>> source_type_parameters(const Column& c) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string type = c.type_name;
  for (char& ch : type) {
    ch = ch >= 'a' && ch <= 'z' ? static_cast<char>(ch - 32) : ch;
  }
  out.emplace_back("__debezium.source.column.type", type);
  if (c.length) {
    out.emplace_back("__debezium.source.column.length", std::to_string(*c.length));
  }
  if (c.scale) {
    out.emplace_back("__debezium.source.column.scale", std::to_string(*c.scale));
  }
  if (c.comment) {
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
  for (const auto& [key, value] : config) {
    if (!value) {
      continue;
    }
    boost::smatch m;
    if (boost::regex_match(key, m, mask_chars)) {
      const std::string mask(std::stoul(m[1].str()), '*');
      rules_.push_back({PatternList(key, *value), false, [mask](const Column&) {
                          return ColumnChange{[mask](Value& v) { v = Value(mask); }, {{"masked", "true"}}};
                        }});
    } else if (boost::regex_match(key, m, truncate)) {
      const std::size_t n = std::stoul(m[1].str());
      rules_.push_back({PatternList(key, *value), false, [n](const Column&) {
                          return ColumnChange{[n](Value& v) {
                                                if (const auto* s = v.string()) v = Value(first_characters(*s, n));
                                              },
                                              {{"truncateLength", std::to_string(n)}}};
                        }});
    } else if (boost::regex_match(key, m, hash_v2)) {
      const std::string algorithm = m[1], salt = m[2], setting = key;
      digest_hex(algorithm, salt, "", setting);
      rules_.push_back({PatternList(key, *value), false, [=](const Column& c) {
                          return ColumnChange{[=, length = c.length](Value& v) {
                                                if (const auto* s = v.string()) {
                                                  auto hex = digest_hex(algorithm, salt, *s, setting);
                                                  if (length && *length >= 0 && hex.size() > static_cast<std::size_t>(*length)) {
                                                    hex.resize(static_cast<std::size_t>(*length));
                                                  }
                                                  v = Value(std::move(hex));
                                                }
                                              },
                                              {{"masked", "true"}}};
                        }});
    } else if (boost::regex_match(key, m, hash_v1)) {
      raise(ErrorKind::config, key + " hashes a Java-serialized value, which this worker cannot do",
            "use column.mask.hash.v2." + m[1].str() + ".with.salt." + m[2].str());
    } else if (key == "column.propagate.source.type") {
      rules_.push_back({PatternList(key, *value), false,
                        [](const Column& c) { return ColumnChange{nullptr, source_type_parameters(c)}; }});
    } else if (key == "datatype.propagate.source.type") {
      rules_.push_back({PatternList(key, *value), true,
                        [](const Column& c) { return ColumnChange{nullptr, source_type_parameters(c)}; }});
    }
  }
}

ColumnChange ColumnMappers::change_of(const TableId& id, const Column& column) const {
  for (const auto& rule : rules_) {
    const std::string subject = rule.by_type ? (id.schema.empty() ? id.catalog : id.schema) + "." + column.type_name
                                             : id.identifier() + "." + column.name;
    if (rule.columns.matches(subject)) {
      return rule.make(column);
    }
  }
  return {};
}

}  // namespace tandem::relational
