#include "topics/kafka/security.hpp"

#include "tandem/base/error.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <memory>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

namespace tandem::topics::kafka {
namespace {

using Map = std::map<std::string, std::string>;

std::string lower(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return s;
}

std::string take(Map& java, const char* key) {
  auto node = java.extract(key);
  return node.empty() ? std::string() : std::move(node.mapped());
}

std::string read_file(const std::string& setting, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    raise(ErrorKind::config, setting + "=" + path + " cannot be read",
          "name a file that the worker's user may read");
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

// The Java KeyStore format begins with FEEDFEED (sun.security.provider.JavaKeyStore), JCEKS with CECECECE.
bool is_jks(const std::string& bytes, const std::string& type) {
  return lower(type) == "jks" || bytes.starts_with("\xFE\xED\xFE\xED") ||
         bytes.starts_with("\xCE\xCE\xCE\xCE");
}

[[noreturn]] void refuse_jks(const std::string& setting, const std::string& path) {
  raise(ErrorKind::config, setting + "=" + path + " is a JKS store, which only Java reads",
        "convert it: keytool -importkeystore -srckeystore " + path + " -destkeystore " + path +
            ".p12 -deststoretype PKCS12, and name the .p12 file");
}

bool looks_pem(const std::string& bytes, const std::string& type) {
  return lower(type) == "pem" || bytes.find("-----BEGIN ") != std::string::npos;
}

struct FreeBio {
  void operator()(BIO* p) const noexcept { BIO_free_all(p); }
};
struct FreePkcs12 {
  void operator()(PKCS12* p) const noexcept { PKCS12_free(p); }
};
struct FreeSafes {
  void operator()(STACK_OF(PKCS7) * p) const noexcept { sk_PKCS7_pop_free(p, PKCS7_free); }
};
struct FreeBags {
  void operator()(STACK_OF(PKCS12_SAFEBAG) * p) const noexcept {
    sk_PKCS12_SAFEBAG_pop_free(p, PKCS12_SAFEBAG_free);
  }
};

// PKCS12_parse only gives certificates that stand beside a key in some versions; a trust store has none, so
// the bags are walked.
std::string pkcs12_certificates(const std::string& setting, const std::string& path, const std::string& bytes,
                                const std::string& password) {
  std::unique_ptr<BIO, FreeBio> in(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  std::unique_ptr<PKCS12, FreePkcs12> store(d2i_PKCS12_bio(in.get(), nullptr));
  if (!store) {
    raise(ErrorKind::config, setting + "=" + path + " is neither PEM nor PKCS12",
          "name a PEM file or a PKCS12 store, and set " + setting.substr(0, setting.rfind('.')) + ".type");
  }
  if (PKCS12_verify_mac(store.get(), password.c_str(), static_cast<int>(password.size())) != 1) {
    raise(ErrorKind::config, setting + "=" + path + " cannot be opened with the password given",
          "set " + setting.substr(0, setting.rfind('.')) + ".password to the store's password");
  }
  std::unique_ptr<BIO, FreeBio> out(BIO_new(BIO_s_mem()));
  std::unique_ptr<STACK_OF(PKCS7), FreeSafes> safes(PKCS12_unpack_authsafes(store.get()));
  int found = 0;
  for (int i = 0; safes && i < sk_PKCS7_num(safes.get()); ++i) {
    PKCS7* safe = sk_PKCS7_value(safes.get(), i);
    const int kind = OBJ_obj2nid(safe->type);
    std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), FreeBags> bags;
    if (kind == NID_pkcs7_data) {
      bags.reset(PKCS12_unpack_p7data(safe));
    } else if (kind == NID_pkcs7_encrypted) {
      bags.reset(PKCS12_unpack_p7encdata(safe, password.c_str(), static_cast<int>(password.size())));
    }
    for (int j = 0; bags && j < sk_PKCS12_SAFEBAG_num(bags.get()); ++j) {
      const PKCS12_SAFEBAG* bag = sk_PKCS12_SAFEBAG_value(bags.get(), j);
      if (PKCS12_SAFEBAG_get_nid(bag) != NID_certBag) {
        continue;
      }
      std::unique_ptr<X509, decltype([](X509* p) { X509_free(p); })> cert(PKCS12_SAFEBAG_get1_cert(bag));
      if (cert && PEM_write_bio_X509(out.get(), cert.get()) == 1) {
        ++found;
      }
    }
  }
  if (found == 0) {
    raise(ErrorKind::config, setting + "=" + path + " holds no certificate that can be read",
          "export it again with a current keytool, or as PEM");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

void map_jaas(const std::string& text, const std::string& mechanism, Map& native) {
  const Map options = parse_jaas(text);
  const std::string& module = options.at("");
  auto option = [&](const char* key) {
    const auto it = options.find(key);
    if (it == options.end()) {
      raise(ErrorKind::config, std::string("sasl.jaas.config has no ") + key,
            "write: " + module + " required username=\"…\" password=\"…\";");
    }
    return it->second;
  };
  if (module.ends_with(".PlainLoginModule") || module.ends_with(".ScramLoginModule")) {
    native["sasl.username"] = option("username");
    native["sasl.password"] = option("password");
  } else if (module.ends_with(".OAuthBearerLoginModule")) {
    native["sasl.oauthbearer.method"] = "oidc";
    native["sasl.oauthbearer.client.id"] = option("clientId");
    native["sasl.oauthbearer.client.secret"] = option("clientSecret");
    if (const auto it = options.find("scope"); it != options.end()) {
      native["sasl.oauthbearer.scope"] = it->second;
    }
  } else if (module.ends_with(".Krb5LoginModule")) {
    if (const auto it = options.find("keyTab"); it != options.end()) {
      native["sasl.kerberos.keytab"] = it->second;
    }
    if (const auto it = options.find("principal"); it != options.end()) {
      native["sasl.kerberos.principal"] = it->second;
    }
    if (const auto it = options.find("serviceName"); it != options.end()) {
      native["sasl.kerberos.service.name"] = it->second;
    }
  } else {
    raise(ErrorKind::config,
          "sasl.jaas.config names the login module " + module + " (sasl.mechanism=" + mechanism +
              "), which is Java code",
          "use PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER (client credentials) or GSSAPI");
  }
}

void map_stores(Map& java, Map& native) {
  const std::string trust = take(java, "ssl.truststore.location");
  const std::string trust_type = take(java, "ssl.truststore.type");
  const std::string trust_password = take(java, "ssl.truststore.password");
  if (const std::string pem = take(java, "ssl.truststore.certificates"); !pem.empty()) {
    native["ssl.ca.pem"] = pem;
  } else if (!trust.empty()) {
    native["ssl.ca.pem"] = trust_store_pem(trust, trust_type, trust_password);
  }
  const std::string key = take(java, "ssl.keystore.location");
  const std::string key_type = take(java, "ssl.keystore.type");
  const std::string key_password = take(java, "ssl.keystore.password");
  if (!key.empty()) {
    if (key_store_is_pem("ssl.keystore.location", key, key_type)) {
      native["ssl.certificate.location"] = key;  // Java's PEM store: key and chain in one file
      native["ssl.key.location"] = key;
    } else {
      native["ssl.keystore.location"] = key;
      native["ssl.keystore.password"] = key_password;
    }
  }
  if (const std::string pem = take(java, "ssl.keystore.certificate.chain"); !pem.empty()) {
    native["ssl.certificate.pem"] = pem;
  }
  if (const std::string pem = take(java, "ssl.keystore.key"); !pem.empty()) {
    native["ssl.key.pem"] = pem;
  }
  if (const std::string password = take(java, "ssl.key.password"); !password.empty()) {
    native["ssl.key.password"] = password;
  }
}

}  // namespace

std::map<std::string, std::string> parse_jaas(const std::string& text) {
  auto fail = [](const char* what) {
    raise(ErrorKind::config, std::string("sasl.jaas.config cannot be read: ") + what,
          "write: org.apache.kafka.common.security.scram.ScramLoginModule required username=\"…\" "
          "password=\"…\";");
  };
  std::map<std::string, std::string> out;
  std::size_t i = 0;
  auto space = [&] {
    while (i < text.size() && std::isspace(static_cast<unsigned char>(text[i]))) {
      ++i;
    }
  };
  auto word = [&] {
    const std::size_t from = i;
    while (i < text.size() && !std::isspace(static_cast<unsigned char>(text[i])) && text[i] != '=' &&
           text[i] != ';') {
      ++i;
    }
    return text.substr(from, i - from);
  };
  space();
  out[""] = word();
  space();
  if (out[""].empty() || word().empty()) {
    fail("it begins with a login module's name and 'required'");
  }
  for (;;) {
    space();
    if (i >= text.size()) {
      fail("no ';' at the end");
    }
    if (text[i] == ';') {
      return out;
    }
    const std::string key = word();
    space();
    if (key.empty() || i >= text.size() || text[i] != '=') {
      fail("an option is not name=value");
    }
    ++i;
    space();
    std::string value;
    if (i < text.size() && (text[i] == '"' || text[i] == '\'')) {
      const char quote = text[i++];
      while (i < text.size() && text[i] != quote) {
        if (text[i] == '\\' && i + 1 < text.size()) {
          ++i;
        }
        value += text[i++];
      }
      if (i >= text.size()) {
        fail("a quote is not closed");
      }
      ++i;
    } else {
      value = word();
    }
    out[key] = value;
  }
}

std::string trust_store_pem(const std::string& path, const std::string& type, const std::string& password) {
  const std::string setting = "ssl.truststore.location";
  const std::string bytes = read_file(setting, path);
  if (is_jks(bytes, type)) {
    refuse_jks(setting, path);
  }
  return looks_pem(bytes, type) ? bytes : pkcs12_certificates(setting, path, bytes, password);
}

bool key_store_is_pem(const std::string& setting, const std::string& path, const std::string& type) {
  const std::string bytes = read_file(setting, path);
  if (is_jks(bytes, type)) {
    refuse_jks(setting, path);
  }
  return looks_pem(bytes, type);
}

void map_security(std::map<std::string, std::string>& java, std::map<std::string, std::string>& native) {
  if (const std::string protocol = take(java, "security.protocol"); !protocol.empty()) {
    native["security.protocol"] = lower(protocol);
  }
  const std::string mechanism = take(java, "sasl.mechanism");
  if (!mechanism.empty()) {
    native["sasl.mechanism"] = mechanism;
  }
  if (const std::string jaas = take(java, "sasl.jaas.config"); !jaas.empty()) {
    map_jaas(jaas, mechanism, native);
  }
  if (auto node = java.extract("ssl.endpoint.identification.algorithm"); !node.empty()) {
    const std::string algorithm = lower(node.mapped());
    native["ssl.endpoint.identification.algorithm"] = algorithm.empty() ? "none" : algorithm;
  }
  map_stores(java, native);
}

}  // namespace tandem::topics::kafka
