#include "pipeline/sink_pipeline.hpp"

#include "pipeline/sink_life.hpp"
#include "tandem/base/failpoint.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace tandem::pipeline {
namespace {

constexpr auto kPollWait = std::chrono::milliseconds(200);
constexpr std::size_t kMaxBytes = std::size_t{2} << 20;
/// A batch with a row of many megabytes is read and decoded by itself, when what came before it is gone.
constexpr std::size_t kMaxAhead = 2 * kMaxBytes;

}  // namespace

SinkPipeline::SinkPipeline(const TaskServices& services, TaskSpec spec,
                           std::shared_ptr<TaskListener> listener, MakeTask make)
    : TaskRun(services, std::move(spec), std::move(listener)), make_(std::move(make)) {}

SinkPipeline::~SinkPipeline() {
  request_stop();
  join();
}

void SinkPipeline::body(std::stop_token stop) {
  wait_while_paused(stop);
  if (stop.stop_requested()) {
    return;
  }
  ContextHooks hooks{[this](const std::string& t) { condition(t); },
                     [this](const std::string& w, std::int64_t d, std::int64_t t) { progress(w, d, t); }};
  life_ = std::make_unique<Life>(services_, spec_, std::move(hooks),
                                 [this](const SinkRecord& r, const Error& e) { return report_errant(r, e); });
  auto& l = *life_;
  l.stop = stop;
  l.consumer = services_.topics.consumer(sink_consumer_config(services_, spec_));
  l.task = make_();
  live_.begin(*l.task, *l.consumer);
  const auto end = [this, &l] {
    close();
    live_.end();
    l.task->stop();
    l.consumer.reset();
    life_.reset();
  };
  try {
    if (!stop.stop_requested()) {
      l.task->start(spec_.task_config, l.context);
      condition("");
      report_running();
      l.last_commit_ns = services_.clock.monotonic_ns();
      subscribe();
      run_loop(stop);
    }
  } catch (...) {
    end();
    throw;
  }
  end();
}

void SinkPipeline::subscribe() {
  auto& l = *life_;
  if (const auto pattern = get_or(spec_.connector_config, "topics.regex", ""); !pattern.empty()) {
    l.consumer->subscribe_pattern(pattern, *this);
  } else {
    l.consumer->subscribe(split_list(get_or(spec_.connector_config, "topics", "")), *this);
  }
}

void SinkPipeline::run_loop(std::stop_token stop) {
  auto& l = *life_;
  bool was_paused = false;
  while (!stop.stop_requested()) {
    if (paused() != was_paused) {
      was_paused = paused();
      apply_pauses();
      was_paused ? report_paused() : report_running();
    }
    const auto now_ns = services_.clock.monotonic_ns();
    const bool waiting = l.retry_at_ns > now_ns;
    if (l.backlog.empty() || waiting || was_paused) {
      auto wait = kPollWait;
      if (waiting) {
        wait = std::clamp(std::chrono::milliseconds((l.retry_at_ns - now_ns) / 1'000'000 + 1),
                          std::chrono::milliseconds(1), kPollWait);
      } else if (l.current && !was_paused) {
        wait = std::chrono::milliseconds(0);
      }
      poll(wait);
      if (!l.to_open.empty() && (was_paused || l.retrying)) {
        apply_pauses();  // what was assigned meanwhile must not fill the backlog
      }
    }
    if (!was_paused && services_.clock.monotonic_ns() >= l.retry_at_ns && retry_open()) {
      if (!l.current) {
        take_next();
        read_ahead();
      }
      if (l.current) {
        put_current(stop);
      }
    }
    commit_due();
    const auto now_ms = services_.clock.now_ms();
    l.metrics.running_state(was_paused, now_ms);
    if (l.metrics.due(now_ms)) {
      l.metrics.queue_bytes = l.held_bytes();
      l.metrics.publish(now_ms);
    }
  }
}

void SinkPipeline::poll(std::chrono::milliseconds wait) {
  auto& l = *life_;
  try {
    auto batch = l.consumer->poll(wait, l.max_records, kMaxBytes);
    const auto count = batch ? batch->records.size() : 0;
    if (wait.count() > 0 || count > 0) {
      l.rest.after(count);
    }
    if (count > 0) {
      l.metrics.records_in += count;
      l.backlog.push_back(std::move(batch));
    }
    if (std::exchange(l.poll_failed, false)) {
      condition("");
    }
  } catch (const TandemError& e) {
    if (action_for(e.kind(), Stage::kafka_consume) != Action::retry) {
      throw;
    }
    l.poll_failed = true;
    condition(e.error().text() + " (trying again)");
    pause_for(l.poll_backoff.next(), l.stop);
    return;
  }
  l.poll_backoff.reset();
  if (l.callback_error) {
    throw TandemError(*std::exchange(l.callback_error, std::nullopt));
  }
}

void SinkPipeline::on_assigned(const Partitions& partitions) {
  if (!life_) {
    return;
  }
  auto& l = *life_;
  // Opened after poll() has returned: a seek inside a rebalance reaches no fetcher on every transport.
  l.assigned.insert(partitions.begin(), partitions.end());
  l.to_open.insert(l.to_open.end(), partitions.begin(), partitions.end());
  l.metrics.partitions = l.assigned.size();
}

void SinkPipeline::on_revoked(const Partitions& partitions) {
  if (!life_) {
    return;
  }
  auto& l = *life_;
  Partitions opened;
  for (const auto& p : partitions) {
    if (l.assigned.contains(p) && std::find(l.to_open.begin(), l.to_open.end(), p) == l.to_open.end()) {
      opened.push_back(p);
    }
  }
  if (!opened.empty() && !abandoned()) {
    commit_for(opened);
    try {
      l.task->close(opened);
    } catch (const std::exception&) {
      l.callback_error = current_error();
    }
  }
  l.forget(partitions);
  l.metrics.partitions = l.assigned.size();
}

bool SinkPipeline::retry_open() {
  auto& l = *life_;
  if (l.to_open.empty()) {
    return true;
  }
  const auto partitions = l.to_open;
  try {
    l.task->open(partitions);
  } catch (const TandemError& e) {
    if (action_for(e.kind(), Stage::task_put) != Action::retry) {
      throw;
    }
    fail_transiently(e.error());
    return false;
  }
  l.to_open.clear();
  well_again();
  apply_seeks();
  apply_pauses();
  return true;
}

void SinkPipeline::take_next() {
  auto& l = *life_;
  if (l.backlog.empty()) {
    return;
  }
  l.current = std::move(l.backlog.front());
  l.backlog.pop_front();
  l.decoder.next_batch();
  l.errant.clear();
}

/// What has come meanwhile is decoded while the task writes.
void SinkPipeline::read_ahead() {
  auto& l = *life_;
  if (l.current && l.backlog.empty() && bytes_of(*l.current) <= kMaxAhead) {
    poll(std::chrono::milliseconds(0));
  }
}

void SinkPipeline::put_current(const std::stop_token& stop) {
  auto& l = *life_;
  throw_if_abandoned();
  // Decoded again on a retry: the task may have moved values out of the records before it failed.
  l.decoder.decode(*l.current, l.records, stop);
  l.letters.flush(stop);
  if (!l.backlog.empty() && bytes_of(*l.backlog.front()) <= kMaxAhead) {
    l.decoder.begin_ahead(*l.backlog.front());
  } else {
    l.decoder.forget_ahead();
  }
  const auto started_ns = services_.clock.monotonic_ns();
  const auto count = l.records.size();
  try {
    if (count > 0) {
      note_topics();
      l.task->put(l.records);
    }
  } catch (const TandemError& e) {
    if (action_for(e.kind(), Stage::task_put) != Action::retry || stop.stop_requested()) {
      throw e.while_doing("Exiting WorkerSinkTask due to unrecoverable exception.");
    }
    apply_seeks();
    fail_transiently(e.error());
    return;
  }
  const auto now_ns = services_.clock.monotonic_ns();
  l.metrics.records_out += count;
  l.metrics.active += count;
  l.metrics.batch(count, static_cast<double>(now_ns - started_ns) / 1e6, services_.clock.now_ms());
  failpoint("sink put done");
  for (const auto& in : l.current->records) {
    l.see(*l.current, in);
  }
  if (l.backlog.empty()) {
    l.records.clear();  // a row of many megabytes is not to lie here until the next one comes
  }
  l.current.reset();
  well_again();
  apply_seeks();
}

void SinkPipeline::note_topics() {
  auto& l = *life_;
  if (!services_.topic_tracking) {
    return;
  }
  for (const auto& topic : l.current->topics) {
    if (topic && l.topics.insert(*topic).second) {
      services_.statuses.put_topic(spec_.connector, *topic, spec_.task, services_.clock.now_ms());
    }
  }
}

void SinkPipeline::fail_transiently(const Error& error) {
  auto& l = *life_;
  ++l.metrics.errors.retries;
  condition(error.text() + " (trying again)");
  l.retry_at_ns = services_.clock.monotonic_ns() + std::chrono::nanoseconds(l.retry_backoff.next()).count();
  l.retrying = true;
  apply_pauses();
}

void SinkPipeline::well_again() {
  auto& l = *life_;
  if (!l.retrying) {
    return;
  }
  l.retrying = false;
  l.retry_at_ns = 0;
  l.retry_backoff.reset();
  condition("");
  apply_pauses();
}

bool SinkPipeline::report_errant(const SinkRecord& record, const Error& error) {
  auto& l = *life_;
  const std::string& topic = record.original_topic ? *record.original_topic : record.topic;
  if (!l.errant.emplace(topic, record.original_partition, record.kafka_offset).second) {
    return true;  // the batch is being put again, the record has been reported before
  }
  const auto name = fmt::format("{}-{}@{}", topic, record.original_partition, record.kafka_offset);
  ++l.metrics.errors.failures;
  if (!l.tolerance.tolerated(Stage::task_put, error, name)) {
    return false;
  }
  if (!l.letters.enabled()) {
    return true;
  }
  DeadLetters::Original original{
      topic, record.original_partition, record.kafka_offset, record.timestamp_ms.value_or(-1), {}, {}, {}};
  std::string key, value;
  const topics::InRecord* raw = l.find_raw(topic, record.original_partition, record.kafka_offset);
  if (raw != nullptr) {
    original.key = raw->key;
    original.value = raw->value;
    original.headers = l.current->headers_of(*raw);
  } else {
    bool has_key = false, has_value = false;
    l.decoder.encode(record, key, has_key, value, has_value);
    original.key = has_key ? std::optional<BytesView>(key) : std::nullopt;
    original.value = has_value ? std::optional<BytesView>(value) : std::nullopt;
  }
  l.letters.report(original, Stage::task_put, get_or(spec_.task_config, "task.class", ""), error, l.stop);
  // A sink that keeps its position in the target commits it on return: the dead letter must be safe before.
  l.letters.flush(l.stop);
  return true;
}

void SinkPipeline::close() noexcept {
  auto& l = *life_;
  try {
    l.consumer->close();
    l.metrics.publish(services_.clock.now_ms(), true);
  } catch (const std::exception& e) {
    log::warn("tandem.task", "while leaving the group: {}", e.what());
  }
}

}  // namespace tandem::pipeline
