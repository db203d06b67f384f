#include "metrics/registry.hpp"

#include "metrics/catalogue.hpp"
#include "metrics/process.hpp"
#include "metrics/rate.hpp"
#include "tandem/base/error.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace tandem::metrics {
namespace {

using PromLabels = std::map<std::string, std::string>;

/// A handle that takes its series off the page when it goes.
template <class Interface, class Metric>
class Series : public Interface {
 public:
  Series(std::shared_ptr<prometheus::Registry> page, prometheus::Family<Metric>& family, Metric& metric)
      : page_(std::move(page)), family_(family), metric_(metric) {}
  ~Series() override { family_.Remove(&metric_); }
  Series(const Series&) = delete;
  Series& operator=(const Series&) = delete;

 protected:
  std::shared_ptr<prometheus::Registry> page_;
  prometheus::Family<Metric>& family_;
  Metric& metric_;
};

class CounterSeries final : public Series<Counter, prometheus::Counter> {
 public:
  using Series::Series;
  void add(double n) override { metric_.Increment(n); }
  double value() const { return metric_.Value(); }
};
class GaugeSeries final : public Series<Gauge, prometheus::Gauge> {
 public:
  using Series::Series;
  void set(double v) override { metric_.Set(v); }
};
class HistogramSeries final : public Series<Histogram, prometheus::Histogram> {
 public:
  using Series::Series;
  void observe(double v) override { metric_.Observe(v); }
};
/// A figure worked out when the page is made, for as long as `alive` lives.
struct Derived {
  std::weak_ptr<const void> alive;
  const MetricDefinition* definition;
  PromLabels labels;
  std::function<void(const std::function<void(std::string_view name, double value)>& print)> read;
};

std::string key_of(std::string_view name, const PromLabels& labels) {
  std::string out(name);
  for (const auto& [k, v] : labels) {
    out += '\0' + k + '\0' + v;
  }
  return out;
}

}  // namespace

class MetricRegistry::Store : public std::enable_shared_from_this<Store> {
 public:
  explicit Store(const Clock& clock) : clock_(clock) {}

  template <class Handle, class Make>
  std::shared_ptr<Handle> share(const std::string& name, const PromLabels& labels, Make make) {
    const std::lock_guard lock(mutex_);
    const std::string key = key_of(name, labels);
    if (auto held = std::static_pointer_cast<Handle>(handles_[key].lock())) {
      return held;
    }
    std::shared_ptr<Handle> fresh = make();
    handles_[key] = fresh;
    if (++made_ % 256 == 0) {
      std::erase_if(handles_, [](const auto& entry) { return entry.second.expired(); });
      std::erase_if(derived_, [](const Derived& d) { return d.alive.expired(); });
    }
    return fresh;
  }

  std::shared_ptr<Counter> counter(const MetricDefinition& d, const PromLabels& labels) {
    return share<Counter>(std::string(d.name), labels, [&] {
      auto& family =
          prometheus::BuildCounter().Name(std::string(d.name)).Help(std::string(d.help)).Register(*page_);
      auto series = std::make_shared<CounterSeries>(page_, family, family.Add(labels));
      if (!d.rate.empty()) {
        auto rate = std::make_shared<Rate>(clock_);
        derived_.push_back(
            {series, &d, labels, [weak = std::weak_ptr(series), rate, name = d.rate](const auto& print) {
               if (const auto s = weak.lock()) {
                 print(name, rate->of(s->value()));
               }
             }});
      }
      return series;
    });
  }
  std::shared_ptr<Gauge> gauge(const MetricDefinition& d, const PromLabels& labels) {
    return share<Gauge>(std::string(d.name), labels, [&] {
      auto& family =
          prometheus::BuildGauge().Name(std::string(d.name)).Help(std::string(d.help)).Register(*page_);
      return std::make_shared<GaugeSeries>(page_, family, family.Add(labels));
    });
  }
  std::shared_ptr<Histogram> histogram(const MetricDefinition& d, const PromLabels& labels) {
    return share<Histogram>(std::string(d.name), labels, [&] {
      auto& family =
          prometheus::BuildHistogram().Name(std::string(d.name)).Help(std::string(d.help)).Register(*page_);
      return std::make_shared<HistogramSeries>(page_, family, family.Add(labels, d.buckets));
    });
  }

  std::string text() {
    std::vector<prometheus::MetricFamily> families = page_->Collect();
    std::map<std::string, prometheus::MetricFamily> more;
    const auto print = [&](const MetricDefinition& d, const PromLabels& labels, std::string_view name,
                           double value, bool is_counter) {
      prometheus::MetricFamily& family = more[std::string(name)];
      family.name = std::string(name);
      family.help = std::string(d.help);
      family.type = is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
      prometheus::ClientMetric metric;
      for (const auto& [k, v] : labels) {
        metric.label.push_back({k, v});
      }
      (is_counter ? metric.counter.value : metric.gauge.value) = value;
      family.metric.push_back(std::move(metric));
    };
    {
      const std::lock_guard lock(mutex_);
      for (const Derived& d : derived_) {
        d.read(
            [&](std::string_view name, double value) { print(*d.definition, d.labels, name, value, false); });
      }
    }
    const ProcessFigures p = process_figures();
    for (const auto& [name, value] :
         {std::pair<std::string_view, double>{"process_cpu_seconds_total", p.cpu_seconds},
          {"process_open_fds", p.open_fds},
          {"process_resident_memory_bytes", p.resident_bytes},
          {"process_start_time_seconds", p.start_time_seconds},
          {"process_threads", p.threads}}) {
      const MetricDefinition& d = *find(name);
      print(d, {}, name, value, d.kind == Kind::counter);
    }
    for (auto& [name, family] : more) {
      families.push_back(std::move(family));
    }
    std::sort(families.begin(), families.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  const Clock& clock_;
  std::shared_ptr<prometheus::Registry> page_ =
      std::make_shared<prometheus::Registry>(prometheus::Registry::InsertBehavior::Merge);
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<void>> handles_;
  std::vector<Derived> derived_;
  std::size_t made_ = 0;
};

namespace {

template <class Store>
class Scope final : public MetricScope {
 public:
  Scope(std::shared_ptr<Store> store, Labels base) : store_(std::move(store)), base_(std::move(base)) {}

  std::shared_ptr<Counter> counter(const std::string& name, Labels labels) override {
    return kept(store_->counter(checked(name, {Kind::counter}), merged(name, labels)));
  }
  std::shared_ptr<Gauge> gauge(const std::string& name, Labels labels) override {
    return kept(store_->gauge(checked(name, {Kind::gauge}), merged(name, labels)));
  }
  std::shared_ptr<Histogram> histogram(const std::string& name, Labels labels) override {
    return kept(store_->histogram(checked(name, {Kind::histogram}), merged(name, labels)));
  }

 private:
  static const MetricDefinition& checked(const std::string& name, std::initializer_list<Kind> kinds) {
    const MetricDefinition* d = find(name);
    if (d == nullptr) {
      raise(ErrorKind::bug, "metric " + name + " is not in the catalogue", "add it to metrics/catalogue.cpp");
    }
    if (std::find(kinds.begin(), kinds.end(), d->kind) == kinds.end()) {
      raise(ErrorKind::bug, "metric " + name + " is asked for as another kind than the catalogue says");
    }
    return *d;
  }
  PromLabels merged(const std::string& name, const Labels& labels) const {
    const MetricDefinition& d = *find(name);
    PromLabels out;
    const auto known = [&](const std::string& label) {
      return std::find(d.labels.begin(), d.labels.end(), label) != d.labels.end();
    };
    for (const auto& [k, v] : base_) {
      if (known(k)) {
        out[k] = v;
      }
    }
    for (const auto& [k, v] : labels) {
      if (!known(k)) {
        raise(ErrorKind::bug, "metric " + name + " has no label " + k + " in the catalogue",
              "add it to metrics/catalogue.cpp");
      }
      out[k] = v;
    }
    return out;
  }
  /// The scope keeps what it made, so that a figure stays on the page while its task lives.
  template <class T>
  std::shared_ptr<T> kept(std::shared_ptr<T> handle) {
    const std::lock_guard lock(mutex_);
    if (std::find(kept_.begin(), kept_.end(), std::static_pointer_cast<void>(handle)) == kept_.end()) {
      kept_.push_back(handle);
    }
    return handle;
  }

  std::shared_ptr<Store> store_;
  Labels base_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<void>> kept_;
};

}  // namespace

MetricRegistry::MetricRegistry(const Clock& clock) : store_(std::make_shared<Store>(clock)) {}
MetricRegistry::~MetricRegistry() = default;
std::unique_ptr<MetricScope> MetricRegistry::scope(Labels base) {
  return std::make_unique<Scope<Store>>(store_, std::move(base));
}
std::string MetricRegistry::text() { return store_->text(); }

}  // namespace tandem::metrics
