#include "pipeline/record_decoder.hpp"

#include <fmt/format.h>

namespace tandem::pipeline {

RecordDecoder::RecordDecoder(const TaskServices& services, const TaskSpec& task, Tolerance& tolerance,
                             DeadLetters& letters)
    : chain_(task.connector_config, services.registry),
      converters_(make_converters(services, task.connector_config)),
      tolerance_(tolerance),
      letters_(letters) {}

void RecordDecoder::decode(const topics::Batch& batch, std::vector<SinkRecord>& out,
                           const std::stop_token& stop) {
  out.reserve(out.size() + batch.records.size());
  for (const auto& in : batch.records) {
    if (!given_up_.empty() && given_up_.contains({in.topic, in.partition, in.offset})) {
      continue;
    }
    if (!decode_one(batch, in, out.emplace_back(), stop)) {
      out.pop_back();
    }
  }
}

bool RecordDecoder::decode_one(const topics::Batch& batch, const topics::InRecord& in, SinkRecord& out,
                               const std::stop_token& stop) {
  const auto& topic = batch.topics[static_cast<std::size_t>(in.topic)];
  const auto describe = [&] { return fmt::format("{}-{}@{}", *topic, in.partition, in.offset); };
  const auto give_up = [&](Stage stage, const std::string& class_name, const Error& error) {
    letters_.report(
        {*topic, in.partition, in.offset, in.timestamp_ms, in.key, in.value, batch.headers_of(in)}, stage,
        class_name, error, stop);
    given_up_.emplace(in.topic, in.partition, in.offset);
    return false;
  };
  out.topic = *topic;
  out.partition = in.partition;
  out.kafka_offset = in.offset;
  out.original_topic = topic;
  out.original_partition = in.partition;
  if (in.timestamp_ms >= 0) {
    out.timestamp_ms = in.timestamp_ms;
    out.timestamp_type = in.log_append_time ? TimestampType::log_append_time : TimestampType::create_time;
  }
  if (auto error = tolerance_.run(
          Stage::key_converter, stop,
          [&] {
            auto key = converters_.key->to_connect(*topic, in.key);
            out.key_schema = std::move(key.schema);
            out.key = std::move(key.value);
          },
          describe)) {
    return give_up(Stage::key_converter, converters_.key_class, *error);
  }
  if (auto error = tolerance_.run(
          Stage::value_converter, stop,
          [&] {
            auto value = converters_.value->to_connect(*topic, in.value);
            out.value_schema = std::move(value.schema);
            out.value = std::move(value.value);
          },
          describe)) {
    return give_up(Stage::value_converter, converters_.value_class, *error);
  }
  for (const auto& header : batch.headers_of(in)) {
    if (auto error = tolerance_.run(
            Stage::header_converter, stop,
            [&] {
              auto h = converters_.header->to_connect(*topic, header.key, header.value);
              out.headers.push_back({std::string(header.key), std::move(h.schema), std::move(h.value)});
            },
            describe)) {
      return give_up(Stage::header_converter, converters_.header_class, *error);
    }
  }
  if (chain_.empty()) {
    return true;
  }
  bool keep = true;
  if (auto error = tolerance_.run(
          Stage::transformation, stop, [&] { keep = chain_.apply(out); }, describe)) {
    return give_up(Stage::transformation, "transforms", *error);
  }
  return keep;
}

void RecordDecoder::encode(const SinkRecord& record, std::string& key, bool& has_key, std::string& value,
                           bool& has_value) {
  has_key = converters_.key->from_connect(record.topic, record.key_schema, record.key, key);
  has_value = converters_.value->from_connect(record.topic, record.value_schema, record.value, value);
}

}  // namespace tandem::pipeline
