#include "metrics/catalogue.hpp"

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

/// The names are a promise to dashboards: a change shows up as a changed names.txt. TANDEM_UPDATE_GOLDEN=1
/// rewrites it.
TEST(Catalogue, NamesAreThoseOfTheGoldenFile) {
  using namespace tandem::metrics;
  std::ostringstream now;
  for (const MetricDefinition& d : catalogue()) {
    now << d.name << ' '
        << (d.kind == Kind::counter ? "counter"
            : d.kind == Kind::gauge ? "gauge"
                                    : "histogram");
    for (const auto label : d.labels) {
      now << ' ' << label;
    }
    now << '\n';
    if (!d.rate.empty()) {
      now << d.rate << " gauge of " << d.name << '\n';
    }
  }
  if (std::getenv("TANDEM_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(NAMES_FILE) << now.str();
  }
  std::ifstream in(NAMES_FILE);
  std::ostringstream kept;
  kept << in.rdbuf();
  EXPECT_EQ(now.str(), kept.str());
}

/// What is drawn and what alerts must be something that is published.
TEST(Catalogue, DashboardAndAlertsUseItsNames) {
  using namespace tandem::metrics;
  const std::regex word("(kafka_connect|debezium_metrics|sync|process)_[A-Za-z0-9_]+");
  const std::string folder = CONFIG_FOLDER;
  for (const std::string& file : {folder + "/alerts.yml", folder + "/grafana/dashboards/tandem.json"}) {
    std::ifstream in(file);
    ASSERT_TRUE(in) << file;
    std::ostringstream text;
    text << in.rdbuf();
    const std::string all = text.str();
    std::size_t seen = 0;
    for (auto it = std::sregex_iterator(all.begin(), all.end(), word); it != std::sregex_iterator(); ++it) {
      std::string name = it->str();
      if (name == "kafka_connect_cluster_id") {
        continue;
      }
      if (name.ends_with("_bucket")) {
        name.resize(name.size() - std::string("_bucket").size());
      }
      ++seen;
      EXPECT_NE(find(name), nullptr) << name << " in " << file;
    }
    EXPECT_GT(seen, 5U) << file;
  }
}

TEST(Catalogue, EachNameStandsOnce) {
  using namespace tandem::metrics;
  std::set<std::string_view> seen;
  for (const MetricDefinition& d : catalogue()) {
    EXPECT_TRUE(seen.insert(d.name).second) << d.name;
    EXPECT_FALSE(d.help.empty()) << d.name;
    EXPECT_EQ(d.buckets.empty(), d.kind != Kind::histogram) << d.name;
    if (!d.rate.empty()) {
      EXPECT_TRUE(seen.insert(d.rate).second) << d.rate;
    }
  }
}
