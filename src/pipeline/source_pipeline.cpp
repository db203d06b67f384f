#include "pipeline/source_pipeline.hpp"

#include "pipeline/rest_after_work.hpp"
#include "tandem/base/failpoint.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>

namespace tandem::pipeline {
namespace {

/// Offset-only progress on an atomic log is written this often at least, so that a slot or binlog is released
/// behind echo-only traffic however much of it there is.
constexpr auto kPositionEvery = std::chrono::milliseconds(1000);
constexpr auto kStartLimit = std::chrono::seconds(30);

}  // namespace

struct SourcePipeline::Life {
  Life(const TaskServices& services, const TaskSpec& spec, ContextHooks hooks)
      : scope(services.metrics()),
        metrics(*scope, spec.connector, spec.task, true),
        context(services, spec, *scope, std::move(hooks)),
        tolerance(spec.connector_config, services.clock, metrics.errors),
        encoder(services, spec.connector_config, tolerance),
        creation(spec.connector_config, services.topic_creation, services.topics.admin()),
        flush(services.offsets, spec.connector) {}

  std::unique_ptr<MetricScope> scope;
  TaskMetrics metrics;
  SourceContext context;
  Tolerance tolerance;
  RecordEncoder encoder;
  TopicCreation creation;
  SubmittedRecords submitted;
  OffsetFlush flush;
  std::unique_ptr<topics::Producer> producer;
  std::unique_ptr<SourceTask> task;
  bool atomic = false;

  std::uint64_t last_batch = 0;
  std::deque<InFlight> in_flight;
  std::vector<SubmittedRecords::Committable> moved;      ///< by the batch at hand, one entry per partition
  std::vector<SubmittedRecords::Committable> positions;  ///< atomic: reached without records, not yet written
  std::optional<Error> failure;                          ///< of a delivery
  std::unordered_set<std::string> topics;
  std::string last_topic;
  RestAfterWork rest;
  std::string offset_value;
  std::int64_t last_flush_ns = 0;
};

SourcePipeline::SourcePipeline(const TaskServices& services, TaskSpec spec,
                               std::shared_ptr<TaskListener> listener, MakeTask make)
    : TaskRun(services, std::move(spec), std::move(listener)), make_(std::move(make)) {}

SourcePipeline::~SourcePipeline() {
  request_stop();
  join();
}

void SourcePipeline::body(std::stop_token stop) {
  wait_while_paused(stop);
  if (stop.stop_requested()) {
    return;
  }
  // Offsets that an earlier run wrote must be in the store before the task asks for them.
  services_.offsets.read_to_end(kStartLimit);
  life_ = std::make_unique<Life>(
      services_, spec_,
      ContextHooks{[this](const std::string& t) { condition(t); },
                   [this](const std::string& w, std::int64_t d, std::int64_t t) { progress(w, d, t); }});
  auto& l = *life_;
  l.producer = services_.topics.producer(source_producer_config(services_, spec_), *this);
  l.atomic = l.producer->atomic_batches();
  l.task = make_();
  live_.begin(*l.task, *l.producer);
  const auto end = [this, &l] {
    live_.end();
    l.task->stop();
    life_.reset();
  };
  try {
    if (!stop.stop_requested()) {
      l.task->start(spec_.task_config, l.context);
      condition("");
      report_running();
      l.last_flush_ns = services_.clock.monotonic_ns();
      run_loop(stop);
    }
  } catch (...) {
    settle();
    end();
    throw;
  }
  settle();
  end();
}

void SourcePipeline::run_loop(std::stop_token stop) {
  auto& l = *life_;
  while (!stop.stop_requested()) {
    if (paused()) {
      settle();
      l.metrics.running_state(true, services_.clock.now_ms());
      wait_while_paused(stop);
      if (!stop.stop_requested()) {
        report_running();
      }
      continue;
    }
    const auto started_ns = services_.clock.monotonic_ns();
    auto batch = poll(stop);
    const auto now_ms = services_.clock.now_ms();
    if (!batch.empty()) {
      l.metrics.records_in += batch.records.size();
      l.metrics.batch(batch.records.size(),
                      static_cast<double>(services_.clock.monotonic_ns() - started_ns) / 1e6, now_ms);
      handle(batch, stop);
    }
    l.rest.after(batch.records.size());
    collect_acks(std::chrono::milliseconds(0));
    tend_offsets(stop);
    l.metrics.running_state(false, now_ms);
    l.metrics.queue_bytes = l.producer->bytes_in_flight();
    l.metrics.publish(now_ms);
  }
}

SourceBatch SourcePipeline::poll(const std::stop_token& stop) {
  auto& l = *life_;
  Backoff backoff(std::chrono::milliseconds(100), std::chrono::seconds(30));
  bool reported = false;
  for (;;) {
    try {
      auto batch = l.task->poll(stop);
      if (reported) {
        condition("");
      }
      return batch;
    } catch (const TandemError& e) {
      if (stop.stop_requested()) {
        return {};
      }
      if (action_for(e.kind(), Stage::task_poll) != Action::retry) {
        throw;
      }
      ++l.metrics.errors.retries;
      reported = true;
      condition(e.error().text() + " (trying again)");
      collect_acks(std::chrono::milliseconds(0));
      tend_offsets(stop);
      pause_for(backoff.next(), stop);
      if (paused() || stop.stop_requested()) {
        return {};
      }
    }
  }
}

void SourcePipeline::move(const SourcePartitionPtr& partition, const SourceOffsetPtr& offset) {
  for (auto& m : life_->moved) {
    if (m.partition == partition || *m.partition == *partition) {
      m.offset = offset;
      return;
    }
  }
  life_->moved.push_back({partition, offset});
}

void SourcePipeline::note_topic(const std::string& topic) {
  auto& l = *life_;
  if (topic == l.last_topic) {
    return;
  }
  l.last_topic = topic;
  if (!l.topics.insert(topic).second) {
    return;
  }
  l.creation.ensure(topic);
  if (services_.topic_tracking) {
    services_.statuses.put_topic(spec_.connector, topic, spec_.task, services_.clock.now_ms());
  }
}

void SourcePipeline::handle(SourceBatch& batch, const std::stop_token& stop) {
  auto& l = *life_;
  l.moved.clear();
  l.encoder.begin();
  for (auto& record : batch.records) {
    if (l.encoder.add(record, stop)) {
      note_topic(record.topic);
    }
    if (record.source_partition && record.source_offset) {
      move(record.source_partition, record.source_offset);
      if (l.encoder.full()) {
        record.value = Value();  // its bytes are made: a row of many megabytes is not to wait here for those
                                 // to be written
        send(l.encoder.size(), stop);
        l.moved.clear();
        l.encoder.begin();
      }
    }
  }
  if (batch.position) {
    move(batch.position->partition, batch.position->offset);
  }
  if (l.encoder.size() > 0) {
    send(l.encoder.size(), stop);
    l.encoder.begin();
    return;
  }
  for (const auto& m : l.moved) {
    if (!l.atomic) {
      l.submitted.submit_position(m.partition, m.offset);
      continue;
    }
    const auto it = std::find_if(l.positions.begin(), l.positions.end(),
                                 [&](const auto& p) { return *p.partition == *m.partition; });
    if (it != l.positions.end()) {
      it->offset = m.offset;
    } else {
      l.positions.push_back(m);
    }
  }
}

void SourcePipeline::add_offset_records() {
  auto& l = *life_;
  for (const auto& m : l.moved) {
    l.offset_value.clear();
    storage::OffsetStore::append_value(l.offset_value, m.offset->to_map());
    l.encoder.add_raw(services_.offsets.topic(), services_.offsets.key_bytes(spec_.connector, *m.partition),
                      l.offset_value);
  }
}

void SourcePipeline::send(std::size_t records, const std::stop_token& stop) {
  auto& l = *life_;
  throw_if_abandoned();
  if (l.atomic) {
    add_offset_records();
    std::erase_if(l.positions, [&](const auto& p) {
      return std::any_of(l.moved.begin(), l.moved.end(),
                         [&](const auto& m) { return *m.partition == *p.partition; });
    });
  }
  const auto batch = ++l.last_batch;
  for (const auto& m : l.moved) {
    l.submitted.submit(m.partition, m.offset, batch);
  }
  l.in_flight.push_back({batch, records});
  l.metrics.active += records;
  l.producer->send_owned(batch, l.encoder.records(), l.encoder.arena(), stop);
  failpoint("records sent");
}

void SourcePipeline::send_positions(const std::stop_token& stop) {
  auto& l = *life_;
  if (l.positions.empty()) {
    return;
  }
  l.moved = std::exchange(l.positions, {});
  l.encoder.begin();
  send(0, stop);
}

void SourcePipeline::on_batch_done(std::uint64_t batch) {
  if (!life_) {
    return;  // the producer is being closed
  }
  auto& l = *life_;
  const auto it = std::find_if(l.in_flight.begin(), l.in_flight.end(),
                               [&](const InFlight& f) { return f.batch == batch; });
  if (it == l.in_flight.end()) {
    return;
  }
  const auto records = it->records;
  l.in_flight.erase(it);
  l.metrics.active -= records;
  if (l.failure) {
    return;  // what follows a lost record must not be committed
  }
  l.metrics.records_out += records;
  l.submitted.ack(batch);
}

void SourcePipeline::on_failure(const topics::DeliveryFailure& failure) {
  if (!life_) {
    return;
  }
  auto& l = *life_;
  const bool record_at_fault = action_for(failure.error.kind, Stage::kafka_produce) == Action::tolerate;
  // A batch that carries its offset is never taken as done without its records.
  if (record_at_fault && !l.atomic &&
      l.tolerance.tolerated(Stage::kafka_produce, failure.error,
                            fmt::format("record {} of batch {}", failure.index, failure.batch))) {
    return;
  }
  if (!l.failure) {
    l.failure = failure.error;
    l.failure->context.push_back("Unrecoverable exception from producer send callback");
  }
}

void SourcePipeline::collect_acks(std::chrono::milliseconds wait) {
  auto& l = *life_;
  if (!l.in_flight.empty()) {
    l.producer->poll(wait);
  }
  if (l.failure) {
    throw TandemError(*l.failure);
  }
}

void SourcePipeline::tell_commit(const std::vector<SubmittedRecords::Committable>& durable) {
  for (const auto& d : durable) {
    try {
      life_->task->commit(*d.partition, *d.offset);
    } catch (const TandemError& e) {
      if (action_for(e.kind(), Stage::task_poll) != Action::retry) {
        throw;
      }
      log::warn("tandem.task", "the task could not take a commit, the next one will cover it: {}", e.what());
    }
  }
}

void SourcePipeline::tend_offsets(const std::stop_token& stop) {
  auto& l = *life_;
  const auto now_ns = services_.clock.monotonic_ns();
  const auto since = std::chrono::nanoseconds(now_ns - l.last_flush_ns);
  if (l.atomic) {
    tell_commit(l.submitted.take_committable());
    if (since >= std::min(kPositionEvery, services_.flush_interval)) {
      l.last_flush_ns = now_ns;
      send_positions(stop);
    }
    return;
  }
  if (l.flush.in_progress()) {
    if (const auto written = l.flush.take_written(); !written.empty()) {
      failpoint("offset written");
      ++l.metrics.commits;
      l.metrics.commit_time(static_cast<double>(now_ns - l.last_flush_ns) / 1e6, services_.clock.now_ms());
      tell_commit(written);
    }
  }
  if (since < services_.flush_interval || l.flush.in_progress()) {
    return;
  }
  l.last_flush_ns = now_ns;
  throw_if_abandoned();
  if (l.submitted.has_committable()) {
    failpoint("produced before offset");
  }
  l.flush.begin(l.submitted.take_committable());
}

/// Before a pause and at the end, also after a failure: waits for acknowledgements and writes what they
/// cover.
void SourcePipeline::settle() noexcept {
  auto& l = *life_;
  try {
    if (abandoned()) {
      return;
    }
    if (l.atomic && !l.failure) {
      send_positions({});
    }
    if (!l.producer->flush(services_.flush_timeout)) {
      log::warn("tandem.task", "the log did not acknowledge all records within {} ms",
                services_.flush_timeout.count());
    }
    if (l.atomic) {
      tell_commit(l.submitted.take_committable());
    } else if (l.flush.wait(services_.flush_timeout)) {
      tell_commit(l.flush.take_written());
      if (l.submitted.has_committable()) {
        failpoint("produced before offset");
      }
      l.flush.begin(l.submitted.take_committable());
      if (l.flush.wait(services_.flush_timeout)) {
        failpoint("offset written");
        tell_commit(l.flush.take_written());
      }
    }
    l.metrics.queue_bytes = l.producer->bytes_in_flight();
    l.metrics.publish(services_.clock.now_ms(), true);
  } catch (const std::exception& e) {
    log::warn("tandem.task", "while committing the last offsets: {}", e.what());
  }
}

}  // namespace tandem::pipeline
