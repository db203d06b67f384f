#include "connectors/relational/capture/source_metrics.hpp"

#include "connectors/relational/capture/progress.hpp"
#include "tests/support/fake_context.hpp"

#include <gtest/gtest.h>

namespace tandem::relational {
namespace {

class StillClock final : public Clock {
 public:
  std::int64_t now_us() const override { return us; }
  std::int64_t monotonic_ns() const override { return us * 1000; }
  bool sleep_for(std::chrono::milliseconds, std::stop_token) const override { return true; }
  std::int64_t us = 1'700'000'000'000'000;
};

class Figures : public ::testing::Test {
 protected:
  double value(const std::string& metric, const std::string& where, const std::string& more = {}) {
    return context.figures.value("debezium_metrics_" + metric + "{plugin=mysql,name=shop,context=" + where +
                                 ",task=0,connector=test" + more + "}");
  }
  TaskContext& on(const Clock& time) {
    context.time = &time;
    return context;
  }
  void pass(std::int64_t ms) { clock.us += ms * 1000; }

  StillClock clock;
  test::FakeSourceContext context;
  ChangeCounts counts;
  SourceMetrics metrics{on(clock), {"mysql", "shop", 8192, 1000}, counts};
};

TEST_F(Figures, BeforeTheFirstEventTheDelayIsUnknown) {
  EXPECT_EQ(value("MilliSecondsBehindSource", "streaming"), -1);
  EXPECT_EQ(value("MilliSecondsSinceLastEvent", "streaming"), -1);
  EXPECT_EQ(value("Connected", "streaming"), 0);
  EXPECT_EQ(value("QueueTotalCapacity", "streaming"), 8192);
}

TEST_F(Figures, StreamedEventsAreCountedByKindAndAged) {
  metrics.connected();
  counts.creates = 3;
  counts.deletes = 1;
  counts.filtered = 2;
  metrics.event_of(clock.now_ms() - 250);
  metrics.transaction();
  pass(1000);
  metrics.publish();
  EXPECT_EQ(value("Connected", "streaming"), 1);
  EXPECT_EQ(value("TotalNumberOfEventsSeen", "streaming"), 4);
  EXPECT_EQ(value("TotalNumberOfCreateEventsSeen", "streaming"), 3);
  EXPECT_EQ(value("NumberOfEventsFiltered", "streaming"), 2);
  EXPECT_EQ(value("NumberOfCommittedTransactions", "streaming"), 1);
  EXPECT_EQ(value("MilliSecondsBehindSource", "streaming"), 250);
  EXPECT_EQ(value("MilliSecondsSinceLastEvent", "streaming"), 1000);
}

TEST_F(Figures, AreToldTenTimesASecondAtMost) {
  pass(1000);
  metrics.publish();
  counts.updates = 5;
  pass(99);
  metrics.publish();
  EXPECT_EQ(value("TotalNumberOfUpdateEventsSeen", "streaming"), 0);
  pass(1);
  metrics.publish();
  EXPECT_EQ(value("TotalNumberOfUpdateEventsSeen", "streaming"), 5);
}

TEST_F(Figures, FreePlacesFollowTheBytesReadAhead) {
  metrics.read_ahead(750);
  metrics.publish(true);
  EXPECT_EQ(value("CurrentQueueSizeInBytes", "streaming"), 750);
  EXPECT_EQ(value("QueueRemainingCapacity", "streaming"), 2048);
  metrics.read_ahead(4000);  // one packet may pass the bound
  metrics.publish(true);
  EXPECT_EQ(value("QueueRemainingCapacity", "streaming"), 0);
}

TEST_F(Figures, ALostConnectionIsCountedOnce) {
  metrics.connected();
  metrics.disconnected();
  metrics.disconnected();
  EXPECT_EQ(value("Connected", "streaming"), 0);
  EXPECT_EQ(value("NumberOfDisconnects", "streaming"), 1);
}

TEST_F(Figures, ASnapshotIsFollowedTableByTable) {
  {
    SnapshotProgress progress(context, metrics, 2, 30);
    EXPECT_EQ(value("SnapshotRunning", "snapshot"), 1);
    EXPECT_EQ(value("RemainingTableCount", "snapshot"), 2);
    progress.table("app.a");
    progress.rows(10);
    counts.reads = 10;
    pass(2000);
    progress.table("app.b");
    EXPECT_EQ(value("RowsScanned", "snapshot", ",table=app.a"), 10);
    EXPECT_EQ(value("RemainingTableCount", "snapshot"), 1) << "the one being read";
    progress.rows(20);
    pass(1000);
    progress.finish();
  }
  EXPECT_EQ(value("RowsScanned", "snapshot", ",table=app.b"), 20);
  EXPECT_EQ(value("RemainingTableCount", "snapshot"), 0);
  EXPECT_EQ(value("SnapshotCompleted", "snapshot"), 1);
  EXPECT_EQ(value("SnapshotRunning", "snapshot"), 0);
  EXPECT_EQ(value("SnapshotAborted", "snapshot"), 0);
  EXPECT_EQ(value("SnapshotDurationInSeconds", "snapshot"), 3);
  EXPECT_EQ(value("TotalNumberOfEventsSeen", "snapshot"), 10);
  EXPECT_EQ(context.progress["snapshot of app.a"], 0);
  EXPECT_EQ(context.progress["snapshot of app.b"], 10);
  EXPECT_TRUE(context.progress.contains("")) << "nothing is under way any more";
}

TEST_F(Figures, ASnapshotThatEndsEarlyIsAborted) {
  { SnapshotProgress progress(context, metrics, 1, -1); }
  EXPECT_EQ(value("SnapshotAborted", "snapshot"), 1);
  EXPECT_EQ(value("SnapshotRunning", "snapshot"), 0);
  metrics.snapshot_skipped();  // after a run of its own: no news
  EXPECT_EQ(value("SnapshotSkipped", "snapshot"), 0);
}

TEST_F(Figures, HistoryTellsHowLongAgo) {
  metrics.history(7, 0);
  pass(5000);
  metrics.history(7, 1);
  pass(500);
  metrics.publish(true);
  EXPECT_EQ(value("ChangesRecovered", "schema-history"), 7);
  EXPECT_EQ(value("MilliSecondsSinceLastRecoveredChange", "schema-history"), 5500);
  EXPECT_EQ(value("MilliSecondsSinceLastAppliedChange", "schema-history"), 500);
}

}  // namespace
}  // namespace tandem::relational
