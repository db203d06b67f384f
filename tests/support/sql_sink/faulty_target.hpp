#pragma once
#include "connectors/sql_sink/target_connection.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tandem::test {

/// Failures put between a sink and its target, whichever that is: each befalls the next transaction that has
/// such a step.
class Faults {
 public:
  enum class Step { begin, position, write, commit, commit_answer };
  enum class How { retry, lost };
  struct Fault {
    Step step;
    How how;
    std::function<void()> meanwhile;  ///< run once the transaction is undone
  };
  std::deque<Fault> next;
  std::atomic<int> retries_seen{0};  ///< deadlocks and lock timeouts of the target itself
  std::function<void()> inside;      ///< run within the next transaction that commits
  std::atomic<int> connections{0};   ///< that are open
  int committed = 0;                 ///< transactions that the target committed

  using Open = std::function<std::unique_ptr<sql_sink::TargetConnection>()>;
  std::unique_ptr<sql_sink::TargetConnection> wrap(Open open);
};

/// Passes all on, until a fault is due.
class FaultyTarget final : public sql_sink::TargetConnection {
 public:
  using Statement = sql_sink::Statement;
  FaultyTarget(Faults& faults, Faults::Open open) : faults_(faults), inner_(open()) { ++faults_.connections; }
  ~FaultyTarget() override { --faults_.connections; }

  std::vector<std::uint64_t> run(std::span<const Statement> statements) override {
    const bool commits = !statements.empty() && statements.back().sql == "COMMIT";
    if (commits && faults_.inside) {
      std::exchange(faults_.inside, {})();
    }
    if (commits && !faults_.next.empty()) {
      const std::size_t at = place(statements, faults_.next.front().step);
      if (at < statements.size() + 1) {
        return fail(statements, at);
      }
    }
    try {
      auto changed = alive().run(statements);
      faults_.committed += commits ? 1 : 0;
      return changed;
    } catch (const sql_sink::StatementFailure& e) {
      faults_.retries_seen += e.failure == sql_sink::FailureClass::retry ? 1 : 0;
      throw;
    }
  }
  std::vector<Row> query(const std::string& sql) override { return alive().query(sql); }
  void roll_back() noexcept override {
    if (inner_ != nullptr) {
      inner_->roll_back();
    }
  }
  int version() const override { return inner_ == nullptr ? 0 : inner_->version(); }

 private:
  sql_sink::TargetConnection& alive() {
    if (inner_ == nullptr) {
      throw sql_sink::StatementFailure(Error(ErrorKind::transient, "the connection is gone"),
                                       sql_sink::FailureClass::lost, "lost", 0);
    }
    return *inner_;
  }
  /// How many statements run before the fault; past the end when this transaction has no such step.
  static std::size_t place(std::span<const Statement> statements, Faults::Step step) {
    const auto moves = [](const Statement& s) {
      return s.sql.find("tandem_position") != std::string::npos && s.sql.find("UPDATE") != std::string::npos;
    };
    const auto writes = [](const Statement& s) {
      return s.sql.find("tandem_position") == std::string::npos &&
             (s.sql.starts_with("INSERT") || s.sql.starts_with("DELETE FROM"));
    };
    switch (step) {
      case Faults::Step::begin:
        return 0;
      case Faults::Step::commit:
        return statements.size() - 1;
      case Faults::Step::commit_answer:
        return statements.size();
      default:
        break;
    }
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (step == Faults::Step::position ? moves(statements[i]) : writes(statements[i])) {
        return i;
      }
    }
    return statements.size() + 1;
  }
  std::vector<std::uint64_t> fail(std::span<const Statement> statements, std::size_t at) {
    const Faults::Fault fault = std::move(faults_.next.front());
    faults_.next.pop_front();
    alive().run(statements.first(at));
    faults_.committed += at == statements.size() ? 1 : 0;
    const bool lost = fault.how == Faults::How::lost;
    inner_->roll_back();
    if (lost) {
      inner_.reset();
    }
    if (fault.meanwhile) {
      fault.meanwhile();
    }
    throw sql_sink::StatementFailure(Error(ErrorKind::transient, lost ? "connection lost" : "Deadlock found"),
                                     lost ? sql_sink::FailureClass::lost : sql_sink::FailureClass::retry,
                                     lost ? "lost" : "1213", at);
  }

  Faults& faults_;
  std::unique_ptr<sql_sink::TargetConnection> inner_;
};

inline std::unique_ptr<sql_sink::TargetConnection> Faults::wrap(Open open) {
  return std::make_unique<FaultyTarget>(*this, std::move(open));
}

}  // namespace tandem::test
