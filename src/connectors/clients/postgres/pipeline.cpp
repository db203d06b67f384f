#include "connectors/clients/postgres/pipeline.hpp"

#include <libpq-fe.h>
#include <poll.h>

namespace tandem::postgres {

Pipeline::~Pipeline() {
  if (active_) {
    try {
      run();
    } catch (...) {  // abandoned by an exception of the owner, which is the one that counts
    }
  }
}

void Pipeline::begin() {
  if (active_) {
    return;
  }
  statements_.clear();
  results_.clear();
  failed_ = synced_ = false;
  // Not blocking: a server that cannot write its results stops reading our statements.
  if (PQenterPipelineMode(connection_.handle_) != 1 || PQsetnonblocking(connection_.handle_, 1) != 0) {
    connection_.fail(nullptr, "enter pipeline mode");
  }
  active_ = true;
}

void Pipeline::sent(int ok, const std::string& sql) {
  statements_.push_back(shorten_statement(sql));
  if (ok != 1 && !failed_) {
    failed_ = true;
    failed_index_ = statements_.size() - 1;
    failure_ = connection_.failure(nullptr, sql);
  }
  if (!failed_) {
    flush(false);
  }
}

void Pipeline::add(const std::string& sql, std::span<const Param> params, ResultFormat results) {
  params_.set(params);
  begin();
  sent(PQsendQueryParams(connection_.handle_, sql.c_str(), params_.count(), params_.types(), params_.values(),
                         params_.lengths(), params_.formats(), static_cast<int>(results)),
       sql);
}

void Pipeline::add_prepared(const std::string& name, std::span<const Param> params, ResultFormat results) {
  params_.set(params);
  begin();
  sent(PQsendQueryPrepared(connection_.handle_, name.c_str(), params_.count(), params_.values(),
                           params_.lengths(), params_.formats(), static_cast<int>(results)),
       name);
}

void Pipeline::prepare(const std::string& name, const std::string& sql, std::span<const Oid> oids) {
  begin();
  sent(PQsendPrepare(connection_.handle_, name.c_str(), sql.c_str(), static_cast<int>(oids.size()),
                     oids.data()),
       sql);
}

void Pipeline::flush(bool all) {
  while (PQflush(connection_.handle_) == 1) {
    pollfd fd{PQsocket(connection_.handle_), POLLIN | POLLOUT, 0};
    if (::poll(&fd, 1, all ? -1 : 0) <= 0) {
      if (!all) {
        return;  // the rest goes out with the next statement or with run()
      }
      continue;
    }
    if ((fd.revents & (POLLIN | POLLERR | POLLHUP)) != 0 && PQconsumeInput(connection_.handle_) != 1) {
      return;  // reported when the results are read
    }
  }
}

void Pipeline::take_result(pg_result* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      results_.emplace_back(result);
      return;
    case PGRES_PIPELINE_SYNC:
      synced_ = true;
      PQclear(result);
      return;
    case PGRES_PIPELINE_ABORTED:
      results_.emplace_back(result);
      return;
    default:
      if (!failed_) {
        failed_ = true;
        failed_index_ = results_.size();
        failure_ = connection_.failure(result, failed_index_ < statements_.size()
                                                   ? std::string_view(statements_[failed_index_])
                                                   : std::string_view());
      }
      results_.emplace_back(result);
  }
}

std::vector<Rows> Pipeline::run() {
  if (!active_) {
    return {};
  }
  active_ = false;
  PGconn* handle = connection_.handle_;
  if (PQpipelineSync(handle) == 1) {
    flush(true);
    // A result, then a null, per statement; the synchronisation's own result has no null after it.
    int nulls = 0;
    while (!synced_ && PQstatus(handle) == CONNECTION_OK && nulls < 2) {
      if (PGresult* result = PQgetResult(handle)) {
        nulls = 0;
        take_result(result);
      } else {
        ++nulls;
      }
    }
  }
  PQsetnonblocking(handle, 0);
  if (!synced_) {
    if (!failed_ || failure_.connection_usable) {
      failed_index_ = failed_ ? failed_index_ : results_.size();
      if (!failed_) {
        failure_ = connection_.failure(nullptr,
                                       failed_index_ < statements_.size() ? statements_[failed_index_] : "");
      }
      failed_ = true;
    }
    failure_.connection_usable = false;
    connection_.abort();
    throw PipelineError(failure_, failed_index_);
  }
  PQexitPipelineMode(handle);
  if (!failed_) {
    return std::move(results_);
  }
  failure_.connection_usable = connection_.usable();
  if (connection_.usable() && PQtransactionStatus(handle) == PQTRANS_INERROR) {
    PQclear(PQexec(handle, "ROLLBACK"));
    failure_.connection_usable = connection_.usable();
  }
  results_.clear();
  throw PipelineError(failure_, failed_index_);
}

}  // namespace tandem::postgres
