#include "pipeline/tolerance.hpp"

#include "pipeline/transform_chain.hpp"

#include <gtest/gtest.h>

namespace tandem::pipeline {
namespace {

/// Time passes only by sleeping.
class SleepClock final : public Clock {
 public:
  std::int64_t now_us() const override { return ns_ / 1000; }
  std::int64_t monotonic_ns() const override { return ns_; }
  bool sleep_for(std::chrono::milliseconds d, std::stop_token stop) const override {
    ns_ += d.count() * 1'000'000;
    ++sleeps_;
    return !stop.stop_requested();
  }
  mutable std::int64_t ns_ = 1'000'000'000;
  mutable int sleeps_ = 0;
};

const auto kDescribe = [] { return std::string("t-0@1"); };

TEST(ToleranceTest, NoneFailsAtOnceInConnectsWords) {
  SleepClock clock;
  ErrorFigures figures;
  Tolerance t({}, clock, figures);
  try {
    t.run(
        Stage::value_converter, {}, [] { raise(ErrorKind::data, "bad bytes"); }, kDescribe);
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(e.error().message, "Tolerance exceeded in error handler: VALUE_CONVERTER of t-0@1: bad bytes");
  }
  EXPECT_EQ(figures.failures, 1u);
  EXPECT_EQ(figures.skipped, 0u);
}

TEST(ToleranceTest, AllSkipsAnyErrorOfAConverter) {
  SleepClock clock;
  ErrorFigures figures;
  Tolerance t({{"errors.tolerance", "all"}, {"errors.log.enable", "true"}}, clock, figures);
  for (const auto kind :
       {ErrorKind::data, ErrorKind::config, ErrorKind::bug, ErrorKind::schema, ErrorKind::transient}) {
    EXPECT_TRUE(t.run(
        Stage::transformation, {}, [&] { raise(kind, "x"); }, kDescribe));
  }
  EXPECT_EQ(figures.skipped, 5u);
  EXPECT_EQ(figures.logged, 5u);
}

TEST(ToleranceTest, OnlyTransientErrorsAreRetriedWithinTheTimeout) {
  SleepClock clock;
  ErrorFigures figures;
  Tolerance t({{"errors.retry.timeout", "10000"}, {"errors.retry.delay.max.ms", "1000"}}, clock, figures);
  int calls = 0;
  EXPECT_FALSE(t.run(
      Stage::transformation, {},
      [&] {
        if (++calls < 4) {
          raise(ErrorKind::transient, "later");
        }
      },
      kDescribe));
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(figures.retries, 3u);
  calls = 0;
  EXPECT_THROW(t.run(
                   Stage::transformation, {}, [&] { ++calls, raise(ErrorKind::data, "never"); }, kDescribe),
               TandemError);
  EXPECT_EQ(calls, 1);
  const auto before = clock.ns_;
  EXPECT_THROW(t.run(
                   Stage::transformation, {}, [&] { raise(ErrorKind::transient, "always"); }, kDescribe),
               TandemError);
  EXPECT_EQ((clock.ns_ - before) / 1'000'000, 10000);
}

TEST(ToleranceTest, TheExceededErrorNeverLooksTransient) {
  SleepClock clock;
  ErrorFigures figures;
  Tolerance t({}, clock, figures);
  try {
    t.run(
        Stage::transformation, {}, [&] { raise(ErrorKind::transient, "x"); }, kDescribe);
    FAIL();
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::data);
  }
}

TEST(ErrorPolicyTest, TheTableSaysWhatDesignSays) {
  EXPECT_EQ(action_for(ErrorKind::transient, Stage::task_poll), Action::retry);
  EXPECT_EQ(action_for(ErrorKind::transient, Stage::task_put), Action::retry);
  EXPECT_EQ(action_for(ErrorKind::auth, Stage::task_put), Action::fail);
  EXPECT_EQ(action_for(ErrorKind::data, Stage::task_put), Action::fail);
  EXPECT_EQ(action_for(ErrorKind::data, Stage::kafka_produce), Action::tolerate);
  EXPECT_EQ(action_for(ErrorKind::fatal, Stage::value_converter), Action::fail);
  EXPECT_EQ(http_status(ErrorKind::not_found), 404);
  EXPECT_EQ(http_status(ErrorKind::conflict), 409);
  EXPECT_EQ(http_status(ErrorKind::config), 400);
  EXPECT_EQ(http_status(ErrorKind::bug), 500);
}

/// Adds `suffix` to the topic; drops topics that end in "drop".
class Suffix final : public Transform {
 public:
  const ConfigDef& config_def() const override { return def_; }
  void configure(const ConfigMap& config) override { suffix_ = get_or(config, "suffix", "?"); }
  bool apply(ConnectRecord& r) override {
    if (r.topic.ends_with("drop")) {
      return false;
    }
    r.topic += suffix_;
    return true;
  }

 private:
  ConfigDef def_;
  std::string suffix_;
};

class Starts final : public Predicate {
 public:
  const ConfigDef& config_def() const override { return def_; }
  void configure(const ConfigMap& config) override { with_ = get_or(config, "with", ""); }
  bool test(const ConnectRecord& r) const override { return r.topic.starts_with(with_); }

 private:
  ConfigDef def_;
  std::string with_;
};

TEST(TransformChainTest, OrderPredicatesAndNegate) {
  Registry registry;
  registry.transform("x.Suffix", [] { return std::make_unique<Suffix>(); });
  registry.predicate("x.Starts", [] { return std::make_unique<Starts>(); });
  TransformChain chain({{"transforms", "a, b,c"},
                        {"transforms.a.type", "x.Suffix"},
                        {"transforms.a.suffix", "1"},
                        {"transforms.b.type", "x.Suffix"},
                        {"transforms.b.suffix", "2"},
                        {"transforms.b.predicate", "p"},
                        {"transforms.c.type", "x.Suffix"},
                        {"transforms.c.suffix", "3"},
                        {"transforms.c.predicate", "p"},
                        {"transforms.c.negate", "true"},
                        {"predicates", "p"},
                        {"predicates.p.type", "x.Starts"},
                        {"predicates.p.with", "t"}},
                       registry);
  ConnectRecord t, u, d;
  t.topic = "t";
  u.topic = "u";
  d.topic = "drop";
  EXPECT_TRUE(chain.apply(t));
  EXPECT_TRUE(chain.apply(u));
  EXPECT_FALSE(chain.apply(d));
  EXPECT_EQ(t.topic, "t12");
  EXPECT_EQ(u.topic, "u13");
  EXPECT_THROW(
      TransformChain(
          {{"transforms", "a"}, {"transforms.a.type", "x.Suffix"}, {"transforms.a.predicate", "nope"}},
          registry),
      TandemError);
  EXPECT_THROW(TransformChain({{"transforms", "a"}}, registry), TandemError);
}

}  // namespace
}  // namespace tandem::pipeline
