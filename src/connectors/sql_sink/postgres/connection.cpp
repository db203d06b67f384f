#include "connectors/clients/postgres/connection.hpp"

#include "connectors/clients/postgres/pipeline.hpp"
#include "connectors/sql_sink/target_connection.hpp"

#include <unordered_map>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

FailureClass classify(const postgres::SqlError& e) {
  if (!e.connection_usable()) {
    return FailureClass::lost;
  }
  const std::string_view state = e.sqlstate();
  // Classes 22 (data), 23 (integrity), 21 (a key twice in one statement); PostgreSQL manual, appendix A.
  if (state.starts_with("22") || state.starts_with("23") || state.starts_with("21")) {
    return FailureClass::data;
  }
  return state == "40001" || state == "40P01" || state == "55P03" ? FailureClass::retry : FailureClass::other;
}

class PostgresConnection final : public TargetConnection {
 public:
  explicit PostgresConnection(const Settings& settings) : connection_(options(settings)) {}

  std::vector<std::uint64_t> run(std::span<const Statement> statements) override {
    postgres::Pipeline pipeline(connection_);
    std::vector<std::size_t> queued;  // statement of each entry of the pipeline
    std::vector<bool> counts;
    try {
      for (std::size_t i = 0; i < statements.size(); ++i) {
        add(pipeline, statements[i], i, queued, counts);
      }
      const auto results = pipeline.run();
      std::vector<std::uint64_t> changed;
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (counts[i]) {
          changed.push_back(results[i].affected());
        }
      }
      return changed;
    } catch (const postgres::PipelineError& e) {
      const std::size_t at = e.index() < queued.size() ? queued[e.index()] : 0;
      forget_prepared(e.connection_usable());
      throw StatementFailure(e.error(), classify(e), e.sqlstate(), at);
    } catch (const postgres::SqlError& e) {
      forget_prepared(e.connection_usable());
      throw StatementFailure(e.error(), classify(e), e.sqlstate(), 0);
    }
  }

  std::vector<Row> query(const std::string& sql) override {
    try {
      const auto rows = connection_.query(sql);
      std::vector<Row> out(static_cast<std::size_t>(rows.size()));
      for (int r = 0; r < rows.size(); ++r) {
        for (int c = 0; c < rows.columns(); ++c) {
          const auto cell = rows.get(r, c);
          out[static_cast<std::size_t>(r)].push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
        }
      }
      return out;
    } catch (const postgres::SqlError& e) {
      throw StatementFailure(e.error(), classify(e), e.sqlstate(), 0);
    }
  }

  void roll_back() noexcept override {
    try {
      if (connection_.usable() && connection_.in_transaction()) {
        connection_.query("ROLLBACK");
      }
    } catch (...) {
      connection_.abort();
    }
  }

  int version() const override { return connection_.server_version(); }

 private:
  static postgres::ConnectionOptions options(const Settings& settings) {
    postgres::ConnectionOptions o;
    o.host = settings.url.host;
    o.port = settings.url.port;
    o.dbname = settings.url.database;
    o.user = settings.user;
    o.password = settings.password;
    o.sslmode = settings.url.sslmode.empty() ? "prefer" : settings.url.sslmode;
    o.sslrootcert = settings.url.sslrootcert;
    o.sslcert = settings.url.sslcert;
    o.sslkey = settings.url.sslkey;
    o.sslpassword = settings.url.sslpassword;
    o.connect_timeout = std::chrono::seconds(settings.url.connect_timeout_s);
    o.application_name = settings.url.application_name.empty() ? "tandem " + settings.connector
                                                               : settings.url.application_name;
    o.session_statements = {"SET TIME ZONE 'UTC'", "SET standard_conforming_strings = on",
                            "SET client_min_messages = warning"};
    if (!settings.url.schema.empty()) {
      o.session_statements.push_back("SET search_path TO " +
                                     postgres::Connection::quote_identifier(settings.url.schema));
    }
    return o;
  }

  void add(postgres::Pipeline& pipeline, const Statement& statement, std::size_t index,
           std::vector<std::size_t>& queued, std::vector<bool>& counts) {
    params_.clear();
    for (const auto& array : statement.arrays) {
      params_.push_back(postgres::Param::raw(array.bytes, array.oid));
    }
    if (statement.repeated) {
      auto [it, fresh] = prepared_.try_emplace(statement.sql);
      if (fresh) {
        it->second = fmt::format("t{}", ++names_);
        std::vector<postgres::Oid> oids;
        for (const auto& array : statement.arrays) {
          oids.push_back(array.oid);
        }
        pipeline.prepare(it->second, statement.sql, oids);
        queued.push_back(index);
        counts.push_back(false);
      }
      pipeline.add_prepared(it->second, params_);
    } else {
      pipeline.add(statement.sql, params_);
    }
    queued.push_back(index);
    counts.push_back(true);
  }

  void forget_prepared(bool usable) noexcept {
    // A failed pipeline does not say which of its PREPAREs were run.
    prepared_.clear();
    try {
      if (usable) {
        roll_back();
        connection_.query("DEALLOCATE ALL");
      }
    } catch (...) {
      connection_.abort();
    }
  }

  postgres::Connection connection_;
  std::unordered_map<std::string, std::string> prepared_;
  std::uint64_t names_ = 0;
  std::vector<postgres::Param> params_;
};

}  // namespace

std::unique_ptr<TargetConnection> connect_postgres(const Settings& settings) {
  return std::make_unique<PostgresConnection>(settings);
}

}  // namespace tandem::sql_sink
