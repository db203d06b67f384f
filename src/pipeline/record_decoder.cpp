#include "pipeline/record_decoder.hpp"

#include <span>

#include <fmt/format.h>

namespace tandem::pipeline {

RecordDecoder::RecordDecoder(const TaskServices& services, const TaskSpec& task, Tolerance& tolerance,
                             DeadLetters& letters)
    : chain_(task.connector_config, services.registry),
      converters_(make_converters(services, task.connector_config)),
      headers_(*converters_.header),
      tolerance_(tolerance),
      letters_(letters) {}

void RecordDecoder::decode(const topics::Batch& batch, std::vector<SinkRecord>& out,
                           const std::stop_token& stop) {
  wait();
  std::size_t first = 0;
  if (ahead_of_ == &batch) {
    out.swap(ahead_);
    first = ahead_done_;
  } else {
    out.clear();
  }
  ahead_of_ = nullptr;
  out.reserve(out.size() + batch.records.size() - first);
  for (const auto& in : std::span(batch.records).subspan(first)) {
    if (!given_up_.empty() && given_up_.contains({in.topic, in.partition, in.offset})) {
      continue;
    }
    const auto tolerant = [&](Stage stage, const std::string& class_name, auto&& work) {
      const std::string& topic = *batch.topics[static_cast<std::size_t>(in.topic)];
      const auto error = tolerance_.run(
          stage, stop, work, [&] { return fmt::format("{}-{}@{}", topic, in.partition, in.offset); });
      if (error) {
        letters_.report(
            {topic, in.partition, in.offset, in.timestamp_ms, in.key, in.value, batch.headers_of(in)}, stage,
            class_name, *error, stop);
        given_up_.emplace(in.topic, in.partition, in.offset);
      }
      return !error;
    };
    if (!decode_one(batch, in, out.emplace_back(), tolerant)) {
      out.pop_back();
    }
  }
}

template <class Step>
bool RecordDecoder::decode_one(const topics::Batch& batch, const topics::InRecord& in, SinkRecord& out,
                               Step&& step) {
  static const std::string transforms = "transforms";
  const auto& topic = batch.topics[static_cast<std::size_t>(in.topic)];
  out.topic = *topic;
  out.partition = in.partition;
  out.kafka_offset = in.offset;
  out.original_topic = topic;
  out.original_partition = in.partition;
  if (in.timestamp_ms >= 0) {
    out.timestamp_ms = in.timestamp_ms;
    out.timestamp_type = in.log_append_time ? TimestampType::log_append_time : TimestampType::create_time;
  }
  if (!step(Stage::key_converter, converters_.key_class, [&] {
        auto key = converters_.key->to_connect(*topic, in.key);
        out.key_schema = std::move(key.schema);
        out.key = std::move(key.value);
      })) {
    return false;
  }
  if (!step(Stage::value_converter, converters_.value_class, [&] {
        auto value = converters_.value->to_connect(*topic, in.value);
        out.value_schema = std::move(value.schema);
        out.value = std::move(value.value);
      })) {
    return false;
  }
  if (!step(Stage::header_converter, converters_.header_class,
            [&] { out.headers = headers_.read(topic, batch.headers_of(in)); })) {
    return false;
  }
  bool keep = true;
  return chain_.empty() ||
         (step(Stage::transformation, transforms, [&] { keep = chain_.apply(out); }) && keep);
}

void RecordDecoder::begin_ahead(const topics::Batch& batch) {
  wait();
  if (!beside_.joinable()) {
    beside_ = std::jthread([this](const std::stop_token& stop) { run_ahead(stop); });
  }
  {
    const std::lock_guard lock(mutex_);
    ahead_of_ = &batch;
    busy_ = true;
  }
  turn_.notify_all();
}

void RecordDecoder::forget_ahead() {
  wait();
  ahead_of_ = nullptr;
  ahead_.clear();
}

void RecordDecoder::wait() {
  std::unique_lock lock(mutex_);
  turn_.wait(lock, [this] { return !busy_; });
}

void RecordDecoder::run_ahead(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (turn_.wait(lock, stop, [this] { return busy_; })) {
    lock.unlock();
    const auto plain = [](Stage, const std::string&, auto&& work) {
      work();
      return true;
    };
    ahead_.clear();
    ahead_.reserve(ahead_of_->records.size());
    ahead_done_ = 0;
    try {
      for (const auto& in : ahead_of_->records) {
        if (!decode_one(*ahead_of_, in, ahead_.emplace_back(), plain)) {
          ahead_.pop_back();
        }
        ++ahead_done_;
      }
    } catch (const std::exception&) {
      ahead_.pop_back();  // decode() meets the failure again, where it can be tolerated
    }
    lock.lock();
    busy_ = false;
    turn_.notify_all();
  }
}

void RecordDecoder::encode(const SinkRecord& record, std::string& key, bool& has_key, std::string& value,
                           bool& has_value) {
  wait();
  has_key = converters_.key->from_connect(record.topic, record.key_schema, record.key, key);
  has_value = converters_.value->from_connect(record.topic, record.value_schema, record.value, value);
}

}  // namespace tandem::pipeline
