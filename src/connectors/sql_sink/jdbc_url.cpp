#include "connectors/sql_sink/jdbc_url.hpp"

#include "tandem/base/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

// Performance, logging and driver-internal settings: what they tune does not exist here or is always so.
constexpr std::array kWithoutEffect = {"rewritebatchedstatements",
                                       "rewritebatchedinserts",
                                       "useserverprepstmts",
                                       "cacheprepstmts",
                                       "prepstmtcachesize",
                                       "prepstmtcachesqllimit",
                                       "preparethreshold",
                                       "preparedstatementcachequeries",
                                       "stringtype",
                                       "preparedstatementcachesizemib",
                                       "defaultrowfetchsize",
                                       "tcpkeepalive",
                                       "tcpnodelay",
                                       "sockettimeout",
                                       "logintimeout",
                                       "binarytransfer",
                                       "loggerlevel",
                                       "assumeminserverversion",
                                       "allowpublickeyretrieval",
                                       "autoreconnect",
                                       "useunicode",
                                       "characterencoding",
                                       "usecompression",
                                       "usecursorfetch",
                                       "allowmultiqueries",
                                       "usebulkstmts",
                                       "useaffectedrows",
                                       "maintaintimestats",
                                       "elidesetautocommits",
                                       "uselocalsessionstate",
                                       "cacheserverconfiguration",
                                       "cacheresultsetmetadata",
                                       "connectiontimezone",
                                       "servertimezone",
                                       "uselegacydatetimecode",
                                       "forceconnectiontimezonetosession",
                                       "zerodatetimebehavior",
                                       "tinyint1isbit",
                                       "yearisdatetype",
                                       "nocatalogmeanscurrent",
                                       "nulldatabasemeanscurrent",
                                       "useoldaliasmetadatabehavior",
                                       "permitmysqlscheme",
                                       "targetservertype",
                                       "loadbalancehosts",
                                       "usejdbccomplianttimezoneshift",
                                       "sendfractionalseconds",
                                       "maxreconnects",
                                       "initialtimeout",
                                       "readonly",
                                       "autosave",
                                       "connectioncollation",
                                       "defaultfetchsize",
                                       "usecompression",
                                       "enabledtlsprotocolsuites",
                                       "gssencmode",
                                       "enabledsslprotocolsuites",
                                       "allowencodingchanges",
                                       "databaseterm"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool is_true(std::string_view value) { return value.empty() || lower(value) == "true"; }

std::string file_of(std::string_view value) {
  return std::string(value.starts_with("file:") ? value.substr(5) : value);
}

int whole(std::string_view name, std::string_view value) {
  int out = 0;
  const auto [at, ec] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (ec != std::errc() || at != value.data() + value.size() || out < 0) {
    raise(ErrorKind::config, fmt::format("connection.url: parameter {}={} is no number", name, value));
  }
  return out;
}

std::string ssl_mode(const JdbcUrl& url, std::string_view name, std::string_view value) {
  const std::string v = lower(value);
  if (url.is_postgres()) {
    if (v == "disable" || v == "allow" || v == "prefer" || v == "require" || v == "verify-ca" ||
        v == "verify-full") {
      return v;
    }
  } else {
    static const std::map<std::string, std::string, std::less<>> words = {
        {"disabled", "disable"},       {"disable", "disable"},
        {"preferred", "prefer"},       {"required", "require"},
        {"trust", "require"},          {"verify_ca", "verify-ca"},
        {"verify-ca", "verify-ca"},    {"verify_identity", "verify-full"},
        {"verify-full", "verify-full"}};
    if (const auto it = words.find(v); it != words.end()) {
      return it->second;
    }
  }
  raise(ErrorKind::config, fmt::format("connection.url: {}={} is no TLS mode of this driver", name, value));
}

bool take_tls(JdbcUrl& url, const std::string& key, std::string_view name, const std::string& value) {
  if (key == "sslmode") {
    url.sslmode = ssl_mode(url, name, value);
  } else if (key == "ssl" || key == "usessl") {
    // pgjdbc: ssl=true alone means verify-full; Connector/J: useSSL=true means preferred unless a server
    // check is asked for.
    url.sslmode = !is_true(value) ? "disable" : url.is_postgres() ? "verify-full" : "require";
  } else if (key == "requiressl") {
    url.sslmode = is_true(value) ? "require" : url.sslmode;
  } else if (key == "verifyservercertificate" || key == "trustservercertificate") {
    url.sslmode = is_true(value) == (key == "verifyservercertificate") ? "verify-ca" : "require";
  } else if (key == "sslrootcert" || key == "serversslcert") {
    url.sslrootcert = file_of(value);
  } else if (key == "sslcert") {
    url.sslcert = file_of(value);
  } else if (key == "sslkey") {
    url.sslkey = file_of(value);
  } else if (key == "sslpassword" || key == "keypassword") {
    url.sslpassword = value;
  } else if (key == "trustcertificatekeystoreurl" || key == "clientcertificatekeystoreurl" ||
             key == "keystore" || key == "truststore") {
    if (!lower(value).ends_with(".pem") && !lower(value).ends_with(".crt")) {
      raise(ErrorKind::config,
            fmt::format("connection.url: {}={} names a Java key store, which is not read", name, value),
            "export it with keytool -exportcert -rfc and name the PEM file");
    }
    (key.starts_with("trust") ? url.sslrootcert : url.sslcert) = file_of(value);
  } else if (key == "trustcertificatekeystoretype" || key == "clientcertificatekeystoretype" ||
             key == "keystoretype" || key == "truststoretype") {
    if (lower(value) != "pem") {
      raise(ErrorKind::config,
            fmt::format("connection.url: {}={} is a Java key store, which is not read", name, value),
            "export it with keytool -exportcert -rfc, name the PEM file and set the type to PEM");
    }
  } else {
    return false;
  }
  return true;
}

void take_parameter(JdbcUrl& url, const std::string& name, const std::string& value) {
  const std::string key = lower(name);
  if (take_tls(url, key, name, value)) {
    return;
  }
  if (key == "user") {
    url.user = value;
  } else if (key == "password") {
    url.password = value;
  } else if (key == "currentschema") {
    url.schema = value.substr(0, value.find(','));
  } else if (key == "applicationname") {
    url.application_name = value;
  } else if (key == "connecttimeout") {  // seconds in pgjdbc, milliseconds in the others
    const int n = whole(name, value);
    url.connect_timeout_s = url.is_postgres() ? n : std::max(1, n / 1000);
  } else if (std::any_of(kWithoutEffect.begin(), kWithoutEffect.end(),
                         [&](const char* k) { return lower(k) == key; })) {
    url.without_effect.push_back(name);
  } else {
    raise(ErrorKind::config, fmt::format("connection.url: parameter {}={} is not known", name, value),
          "remove the parameter from connection.url");
  }
}

}  // namespace

std::string_view to_string(ServerKind kind) noexcept {
  switch (kind) {
    case ServerKind::postgres:
      return "postgresql";
    case ServerKind::mysql:
      return "mysql";
    case ServerKind::mariadb:
      break;
  }
  return "mariadb";
}

JdbcUrl parse_jdbc_url(std::string_view text) {
  JdbcUrl url;
  std::string_view rest = text;
  const auto takes = [&rest](std::string_view prefix) {
    if (!rest.starts_with(prefix)) {
      return false;
    }
    rest.remove_prefix(prefix.size());
    return true;
  };
  if (takes("jdbc:postgresql:")) {
    url.kind = ServerKind::postgres;
  } else if (takes("jdbc:mysql:")) {
    url.kind = ServerKind::mysql;
  } else if (takes("jdbc:mariadb:")) {
    url.kind = ServerKind::mariadb;
  } else {
    raise(ErrorKind::config, fmt::format("connection.url={} names no database that is served here", text),
          "use jdbc:postgresql://host:port/db, jdbc:mysql://host:port/db or jdbc:mariadb://host:port/db");
  }
  url.port = url.is_postgres() ? 5432 : 3306;
  const auto question = rest.find('?');
  std::string_view query =
      question == std::string_view::npos ? std::string_view{} : rest.substr(question + 1);
  rest = rest.substr(0, question);
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const auto slash = rest.find('/');
    std::string_view authority = rest.substr(0, slash);
    url.database = slash == std::string_view::npos ? "" : decode(rest.substr(slash + 1));
    if (authority.find(',') != std::string_view::npos) {
      raise(ErrorKind::config, fmt::format("connection.url={} names several hosts; one is used", text),
            "name one host");
    }
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
      const auto login = authority.substr(0, at);
      url.user = decode(login.substr(0, login.find(':')));
      url.password =
          login.find(':') == std::string_view::npos ? "" : decode(login.substr(login.find(':') + 1));
      authority = authority.substr(at + 1);
    }
    const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) {
      raise(ErrorKind::config, fmt::format("connection.url={}: the address has no closing bracket", text));
    }
    if (const auto colon = authority.find(':', bracket); colon != std::string_view::npos) {
      url.port = whole("port", authority.substr(colon + 1));
      authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[')) {
      authority = authority.substr(1, authority.size() - 2);
    }
    if (!authority.empty()) {
      url.host = authority;
    }
  } else {
    url.database = decode(rest);
  }
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query = part.size() == query.size() ? std::string_view{} : query.substr(part.size() + 1);
    if (!part.empty()) {
      const auto equal = part.find('=');
      take_parameter(url, decode(part.substr(0, equal)),
                     equal == std::string_view::npos ? "" : decode(part.substr(equal + 1)));
    }
  }
  if (url.database.empty()) {
    raise(ErrorKind::config, fmt::format("connection.url={} names no database", text),
          "end it with /DATABASE");
  }
  return url;
}

}  // namespace tandem::sql_sink
