#pragma once
#include "connectors/clients/postgres/connection.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tandem::postgres {

/// Statements sent without waiting, one synchronisation at the end. Queue any number (BEGIN and COMMIT are
/// statements like others), then run(). While something is queued the Connection must not be used otherwise.
/// Reusable after run(). Results that come early are kept, so that neither side blocks on full buffers.
class Pipeline {
 public:
  explicit Pipeline(Connection& connection) : connection_(connection) {}
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void add(const std::string& sql, std::span<const Param> params = {},
           ResultFormat results = ResultFormat::text);
  void add(const std::string& sql, std::initializer_list<Param> params,
           ResultFormat results = ResultFormat::text) {
    add(sql, std::span<const Param>(params.begin(), params.size()), results);
  }
  void add_prepared(const std::string& name, std::span<const Param> params,
                    ResultFormat results = ResultFormat::text);
  void prepare(const std::string& name, const std::string& sql, std::span<const Oid> oids = {});

  std::size_t size() const noexcept { return statements_.size(); }
  /// Sends the rest, waits for everything; one Rows per queued statement, in order. Throws PipelineError for
  /// the first statement that failed; what followed it was not run by the server, an open transaction has
  /// been rolled back, and the connection is usable unless the error says otherwise.
  std::vector<Rows> run();

 private:
  void begin();
  void sent(int ok, const std::string& sql);
  void flush(bool all);
  void take_result(pg_result* result);

  Connection& connection_;
  ParamArrays params_;
  std::vector<std::string> statements_;  // shortened, for error texts
  std::vector<Rows> results_;
  bool active_ = false;
  bool synced_ = false;
  bool failed_ = false;
  std::size_t failed_index_ = 0;
  SqlFailure failure_;
};

}  // namespace tandem::postgres
