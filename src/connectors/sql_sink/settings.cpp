#include "connectors/sql_sink/settings.hpp"

#include "connectors/sync/provenance.hpp"
#include "tandem/base/error.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

using enum ConfigType;

void key(ConfigDef& def, std::string name, ConfigType type, std::optional<std::optional<std::string>> value,
         std::string documentation, Validator validator = nullptr, std::string group = "Writes") {
  ConfigKey k;
  k.name = std::move(name);
  k.type = type;
  k.default_value = std::move(value);
  k.documentation = std::move(documentation);
  k.validator = std::move(validator);
  k.group = std::move(group);
  def.define(std::move(k));
}

Validator only(std::vector<std::string> allowed, std::string why) {
  return [allowed, why](std::string_view, const ConfigValue& value) -> std::string {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || std::find(allowed.begin(), allowed.end(), *text) != allowed.end()) {
      return "";
    }
    return why;
  };
}

void sync_keys(ConfigDef& def) {
  key(def, "sync.link", string, null_default,
      "Name of the link that this sink is one end of; none: a plain sink.", nullptr, "Sync");
  key(def, "sync.origin", string, null_default,
      "Name of the database that this connector writes to, in its link.", nullptr, "Sync");
  key(def, "sync.table.strip", string, default_to(""),
      "Prefix taken from a captured table's name when it has it.", nullptr, "Sync");
  key(def, "sync.table.add", string, default_to(""),
      "Prefix given to a captured table's name when nothing was stripped.", nullptr, "Sync");
  key(def, "sync.seed", boolean, default_to("false"), "In a link: let snapshot rows overwrite existing rows.",
      nullptr, "Sync");
}

ConfigDef debezium_def() {
  ConfigDef def;
  const std::string connection = "Connection";
  key(def, "connection.url", string, no_default, "JDBC URL of the target.", validators::non_empty(),
      connection);
  key(def, "connection.username", string, null_default, "User; else the URL's.", nullptr, connection);
  key(def, "connection.password", password, null_default, "Password; else the URL's.", nullptr, connection);
  const std::string none = " Accepted without effect: one connection a task is kept, without a pool.";
  key(def, "connection.provider", string, null_default, "Pool implementation." + none, nullptr, connection);
  key(def, "connection.pool.min_size", int_, default_to("5"), "Pool size." + none, validators::at_least(1),
      connection);
  key(def, "connection.pool.max_size", int_, default_to("32"), "Pool size." + none, validators::at_least(1),
      connection);
  key(def, "connection.pool.acquire_increment", int_, default_to("32"), "Pool growth." + none, nullptr,
      connection);
  key(def, "connection.pool.timeout", long_, default_to("1800"), "Pool timeout." + none, nullptr, connection);
  key(def, "connection.restart.on.errors", boolean, default_to("false"),
      "Accepted without effect: a lost connection is always made again.", nullptr, connection);
  key(def, "insert.mode", string, default_to("insert"), "insert, upsert or update.",
      validators::one_of({"insert", "upsert", "update"}));
  key(def, "delete.enabled", boolean, default_to("false"), "Apply deletes; needs a key.");
  key(def, "truncate.enabled", boolean, default_to("false"), "Apply truncates.");
  key(def, "primary.key.mode", string, default_to("none"), "Where key columns come from.",
      validators::one_of({"none", "kafka", "record_key", "record_value", "record_header"}));
  key(def, "primary.key.fields", list, default_to(""), "Key columns, or the column of a primitive key.");
  key(def, "schema.evolution", string, default_to("none"), "none, or basic: create tables and add columns.",
      validators::one_of({"none", "basic"}));
  key(def, "quote.identifiers", boolean, default_to("false"),
      "Keep the case of names; off: PostgreSQL names are lower case.");
  key(def, "collection.name.format", string, null_default,
      "Target table: ${topic}, ${source.FIELD} and text.");
  key(def, "table.name.format", string, null_default, "Older name of collection.name.format.");
  key(def, "collection.naming.strategy", string,
      default_to("io.debezium.sink.naming.DefaultCollectionNamingStrategy"),
      "Default or Passthrough; other Java classes cannot be loaded.",
      only({"io.debezium.sink.naming.DefaultCollectionNamingStrategy",
            "io.debezium.connector.jdbc.naming.DefaultCollectionNamingStrategy",
            "io.debezium.connector.jdbc.naming.DefaultTableNamingStrategy"},
           "is a Java class that cannot be loaded here"));
  key(def, "table.naming.strategy", string, null_default, "Older name of collection.naming.strategy.",
      only({"io.debezium.connector.jdbc.naming.DefaultTableNamingStrategy"},
           "is a Java class that cannot be loaded here"));
  key(def, "column.naming.strategy", string,
      default_to("io.debezium.connector.jdbc.naming.DefaultColumnNamingStrategy"),
      "Only the default; other Java classes cannot be loaded.",
      only({"io.debezium.connector.jdbc.naming.DefaultColumnNamingStrategy"},
           "is a Java class that cannot be loaded here"));
  key(def, "field.include.list", list, default_to(""), "Fields to write: name or topic:name.");
  key(def, "field.exclude.list", list, default_to(""), "Fields not to write: name or topic:name.");
  const auto utc = only({"UTC", "GMT", "Z", "Etc/UTC", "+00:00"}, "is not served: sessions run in UTC");
  key(def, "use.time.zone", string, default_to("UTC"), "Time zone of temporal values; only UTC.", utc);
  key(def, "database.time_zone", string, null_default, "Older name of use.time.zone.", utc);
  key(def, "batch.size", int_, default_to("500"),
      "Accepted without effect: what one poll brings is one transaction.", validators::at_least(1));
  key(def, "use.reduction.buffer", boolean, default_to("false"),
      "Accepted without effect: keyed batches are always reduced.");
  key(def, "flush.max.retries", int_, default_to("5"),
      "Retries of a transaction after a deadlock or lock timeout.", validators::at_least(0));
  key(def, "flush.retry.delay.ms", long_, default_to("1000"), "Longest pause between retries.",
      validators::at_least(0));
  key(def, "dialect.postgres.unnest.insert.enabled", boolean, default_to("false"),
      "Accepted without effect: always so.");
  key(def, "dialect.postgres.postgis.schema", string, default_to("public"),
      "Accepted without effect: PostGIS types are found by the search path.");
  key(def, "dialect.sqlserver.identity.insert", boolean, default_to("false"),
      "Accepted without effect: SQL Server is not served.");
  key(def, "unavailable.value.placeholder", string, default_to("__debezium_unavailable_value"),
      "A column with this value is left as it is in the target.");
  sync_keys(def);
  return def;
}

ConfigDef confluent_def() {
  ConfigDef def;
  const std::string connection = "Connection";
  key(def, "connection.url", string, no_default, "JDBC URL of the target.", validators::non_empty(),
      connection);
  key(def, "connection.user", string, null_default, "User; else the URL's.", nullptr, connection);
  key(def, "connection.password", password, null_default, "Password; else the URL's.", nullptr, connection);
  key(def, "connection.attempts", int_, default_to("3"),
      "Accepted without effect: a lost connection is retried for ever.", nullptr, connection);
  key(def, "connection.backoff.ms", long_, default_to("10000"), "Accepted without effect.", nullptr,
      connection);
  key(def, "dialect.name", string, default_to(""), "Dialect; the URL decides.",
      only({"", "PostgreSqlDatabaseDialect", "MySqlDatabaseDialect"},
           "is not served: PostgreSQL and MySQL are"),
      connection);
  key(def, "insert.mode", string, default_to("insert"), "insert, upsert or update.",
      validators::one_of({"insert", "multi", "upsert", "update"}));
  key(def, "batch.size", int_, default_to("3000"),
      "Accepted without effect: what one poll brings is one transaction.", validators::at_least(0));
  key(def, "delete.enabled", boolean, default_to("false"), "Null values delete; needs pk.mode=record_key.");
  key(def, "pk.mode", string, default_to("none"), "Where key columns come from.",
      validators::one_of({"none", "kafka", "record_key", "record_value"}));
  key(def, "pk.fields", list, default_to(""), "Key columns, or the column of a primitive key.");
  key(def, "table.name.format", string, default_to("${topic}"), "Target table.");
  key(def, "fields.whitelist", list, default_to(""), "Fields to write; empty: all.");
  key(def, "auto.create", boolean, default_to("false"), "Create missing tables.");
  key(def, "auto.evolve", boolean, default_to("false"), "Add missing columns.");
  key(def, "max.retries", int_, default_to("10"),
      "Retries of a transaction after a deadlock or lock timeout.", validators::at_least(0));
  key(def, "retry.backoff.ms", int_, default_to("3000"), "Longest pause between retries.",
      validators::at_least(0));
  key(def, "db.timezone", string, default_to("UTC"), "Time zone of temporal values; only UTC.",
      only({"UTC", "GMT", "Etc/UTC"}, "is not served: sessions run in UTC"));
  const auto yes = [](std::string_view, const ConfigValue& value) -> std::string {
    const auto* b = std::get_if<bool>(&value);
    return b == nullptr || *b
               ? ""
               : "is not served: absent values stay null only when the column has no default in its schema";
  };
  key(def, "replace.null.with.default", boolean, default_to("true"),
      "Accepted without effect: the converter decides.", yes);
  key(def, "quote.sql.identifiers", string, default_to("always"),
      "always, or never: names are lower case on PostgreSQL.", validators::one_of({"always", "never"}));
  key(def, "table.types", list, default_to("TABLE"),
      "Accepted without effect: tables and partitioned tables are found.");
  key(def, "trim.sensitive.log", boolean, default_to("false"),
      "Accepted without effect: statements in errors carry no values.");
  key(def, "mssql.use.merge.holdlock", boolean, default_to("true"),
      "Accepted without effect: SQL Server is not served.");
  key(def, "date.timezone", string, default_to("DB_TIMEZONE"),
      "Accepted without effect: both of its values mean UTC here.");
  key(def, "date.calendar.system", string, default_to("PROLEPTIC_GREGORIAN"),
      "Accepted without effect: always proleptic Gregorian.");
  key(def, "timestamp.precision.mode", string, default_to("microseconds"),
      "Accepted without effect: microseconds.");
  sync_keys(def);
  return def;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

KeyMode parse_key_mode(const std::string& word) {
  static const std::map<std::string, KeyMode> modes = {{"none", KeyMode::none},
                                                       {"kafka", KeyMode::kafka},
                                                       {"record_key", KeyMode::record_key},
                                                       {"record_value", KeyMode::record_value},
                                                       {"record_header", KeyMode::record_header}};
  return modes.at(lower(word));
}

InsertMode parse_insert_mode(const std::string& word) {
  const std::string w = lower(word);
  return w == "upsert" ? InsertMode::upsert : w == "update" ? InsertMode::update : InsertMode::insert;
}

void parse_link(Settings& s, const Config& c) {
  s.link = c.string("sync.link");
  s.origin = c.string("sync.origin");
  s.naming = {c.string("sync.table.strip"), c.string("sync.table.add")};
  s.seed = c.boolean("sync.seed");
  if (s.link.empty() != s.origin.empty()) {
    raise(ErrorKind::config,
          fmt::format("sync.link='{}' and sync.origin='{}': a link needs both", s.link, s.origin),
          "set sync.origin to the name of the database this connector writes to");
  }
  if (s.link.empty()) {
    return;
  }
  for (const auto& [name, value] : {std::pair{"sync.link", s.link}, std::pair{"sync.origin", s.origin}}) {
    if (const auto problem = sync::name_problem(value); !problem.empty()) {
      raise(ErrorKind::config, fmt::format("{}='{}' {}", name, value, problem));
    }
  }
  if (s.insert_mode != InsertMode::upsert ||
      (s.key_mode != KeyMode::record_key && s.key_mode != KeyMode::record_value) || !s.delete_enabled) {
    raise(ErrorKind::config, "a sink in a link (sync.link) has to be able to apply every change by its key",
          "set insert.mode=upsert, primary.key.mode=record_key and delete.enabled=true");
  }
}

void check(const Settings& s) {
  const char* mode = s.flavour == Flavour::debezium ? "primary.key.mode" : "pk.mode";
  if (s.insert_mode != InsertMode::insert && s.key_mode == KeyMode::none) {
    raise(ErrorKind::config,
          fmt::format("insert.mode={} needs a key, and {}=none gives none",
                      s.insert_mode == InsertMode::upsert ? "upsert" : "update", mode),
          fmt::format("set {}=record_key", mode));
  }
  if (s.delete_enabled && (s.key_mode == KeyMode::none || s.key_mode == KeyMode::kafka)) {
    raise(ErrorKind::config,
          fmt::format("delete.enabled=true needs the key of a row, which this {} does not give", mode),
          fmt::format("set {}=record_key", mode));
  }
  if (!s.include_fields.empty() && !s.exclude_fields.empty()) {
    raise(ErrorKind::config, "field.include.list and field.exclude.list are both set", "remove one of them");
  }
}

}  // namespace

const ConfigDef& config_def(Flavour flavour) {
  static const ConfigDef debezium = debezium_def();
  static const ConfigDef confluent = confluent_def();
  return flavour == Flavour::debezium ? debezium : confluent;
}

Settings Settings::parse(Flavour flavour, const ConfigMap& config) {
  const Config c(config_def(flavour), config);
  Settings s;
  s.flavour = flavour;
  s.connector = get_or(config, "name", "");
  s.url = parse_jdbc_url(c.string("connection.url"));
  s.insert_mode = parse_insert_mode(c.string("insert.mode"));
  s.delete_enabled = c.boolean("delete.enabled");
  s.password = c.string("connection.password");
  if (flavour == Flavour::debezium) {
    s.user = c.string("connection.username");
    s.key_mode = parse_key_mode(c.string("primary.key.mode"));
    s.key_fields = c.list("primary.key.fields");
    s.truncate_enabled = c.boolean("truncate.enabled");
    s.create_tables = s.add_columns = lower(c.string("schema.evolution")) == "basic";
    s.quote_identifiers = c.boolean("quote.identifiers");
    s.include_fields = c.list("field.include.list");
    s.exclude_fields = c.list("field.exclude.list");
    s.unavailable_placeholder = c.string("unavailable.value.placeholder");
    s.max_retries = static_cast<int>(c.integer("flush.max.retries"));
    s.retry_delay = c.millis("flush.retry.delay.ms");
    const std::string default_format = c.string("sync.link").empty() ? "${topic}" : "${source.table}";
    s.table_format = c.is_set("collection.name.format") ? c.string("collection.name.format")
                     : c.is_set("table.name.format")    ? c.string("table.name.format")
                                                        : default_format;
  } else {
    s.user = c.string("connection.user");
    s.key_mode = parse_key_mode(c.string("pk.mode"));
    s.key_fields = c.list("pk.fields");
    s.create_tables = c.boolean("auto.create");
    s.add_columns = c.boolean("auto.evolve");
    s.quote_identifiers = lower(c.string("quote.sql.identifiers")) == "always";
    s.include_fields = c.list("fields.whitelist");
    s.max_retries = static_cast<int>(c.integer("max.retries"));
    s.retry_delay = c.millis("retry.backoff.ms");
    s.table_format = !c.given("table.name.format") && !c.string("sync.link").empty()
                         ? "${source.table}"
                         : c.string("table.name.format");
  }
  s.user = s.user.empty() ? s.url.user : s.user;
  s.password = s.password.empty() ? s.url.password : s.password;
  s.fold_column_names = s.url.is_postgres() && !s.quote_identifiers;
  parse_link(s, c);
  check(s);
  return s;
}

}  // namespace tandem::sql_sink
