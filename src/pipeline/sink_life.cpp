#include "pipeline/sink_life.hpp"

#include <algorithm>
#include <charconv>

namespace tandem::pipeline {

SinkPipeline::Life::Life(const TaskServices& services, const TaskSpec& spec, ContextHooks hooks,
                         Context::Errant report)
    : scope(services.metrics()),
      metrics(*scope, spec.connector, spec.task, false),
      context(services, spec, *scope, std::move(hooks), *this, std::move(report)),
      tolerance(spec.connector_config, services.clock, metrics.errors),
      letters(services, spec, metrics.errors),
      decoder(services, spec, tolerance, letters) {
  const auto text = get_or(spec.connector_config, "consumer.override.max.poll.records",
                           get_or(services.worker, "consumer.max.poll.records", ""));
  std::size_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc() && value > 0) {
    max_records = value;
  }
}

std::size_t bytes_of(const topics::Batch& batch) {
  std::size_t bytes = 0;
  for (const auto& in : batch.records) {
    bytes += in.key.value_or("").size() + in.value.value_or("").size();
  }
  return bytes;
}

std::size_t SinkPipeline::Life::held_bytes() const {
  std::size_t bytes = current ? bytes_of(*current) : 0;
  for (const auto& batch : backlog) {
    bytes += bytes_of(*batch);
  }
  return bytes;
}

void SinkPipeline::Life::see(const topics::Batch& batch, const topics::InRecord& in) {
  const auto& topic = *batch.topics[static_cast<std::size_t>(in.topic)];
  // Records come in runs of one partition: one look-up a run.
  if (last_seen_offset_ == nullptr || last_seen_.partition != in.partition || last_seen_.topic != topic) {
    last_seen_ = {topic, in.partition};
    if (!assigned.contains(last_seen_)) {
      last_seen_offset_ = nullptr;
      return;
    }
    last_seen_offset_ = &seen[last_seen_];
  }
  *last_seen_offset_ = in.offset + 1;
}

const topics::InRecord* SinkPipeline::Life::find_raw(const std::string& topic, std::int32_t partition,
                                                     std::int64_t offset) const {
  if (!current) {
    return nullptr;
  }
  for (const auto& in : current->records) {
    if (in.offset == offset && in.partition == partition &&
        *current->topics[static_cast<std::size_t>(in.topic)] == topic) {
      return &in;
    }
  }
  return nullptr;
}

void SinkPipeline::Life::drop_records(const Partitions& partitions) {
  decoder.forget_ahead();
  const auto drop_from = [&](topics::Batch& batch) {
    std::erase_if(batch.records, [&](const topics::InRecord& in) {
      const auto& topic = *batch.topics[static_cast<std::size_t>(in.topic)];
      return std::any_of(partitions.begin(), partitions.end(),
                         [&](const auto& p) { return p.partition == in.partition && p.topic == topic; });
    });
  };
  for (auto& batch : backlog) {
    drop_from(*batch);
  }
  std::erase_if(backlog, [](const auto& batch) { return batch->records.empty(); });
  if (current) {
    drop_from(*current);
    if (current->records.empty()) {
      current.reset();
    }
  }
}

void SinkPipeline::Life::forget(const Partitions& partitions) {
  drop_records(partitions);
  last_seen_offset_ = nullptr;
  for (const auto& p : partitions) {
    assigned.erase(p);
    paused_now.erase(p);
    task_paused.erase(p);
    seen.erase(p);
    committed.erase(p);
    seeks.erase(p);
    std::erase(to_open, p);
  }
}

}  // namespace tandem::pipeline
