#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tandem {

/// Handles to published figures. Resolve once at task start, not per record. Thread-safe.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(double n = 1) = 0;
};
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double v) = 0;
};
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double v) = 0;
};

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Makes figures by the names of the catalogue (`metrics/catalogue.hpp`); an unknown name throws
/// TandemError(bug). What is made through a scope disappears from the page when the scope and its handles are
/// gone.
class MetricScope {
 public:
  virtual ~MetricScope() = default;
  virtual std::shared_ptr<Counter> counter(const std::string& name, Labels labels = {}) = 0;
  virtual std::shared_ptr<Gauge> gauge(const std::string& name, Labels labels = {}) = 0;
  virtual std::shared_ptr<Histogram> histogram(const std::string& name, Labels labels = {}) = 0;
};

}  // namespace tandem
