#include "pipeline/dead_letters.hpp"

#include "tandem/base/log.hpp"

#include <charconv>

namespace tandem::pipeline {
namespace {

constexpr std::string_view kPrefix = "errors.deadletterqueue.";

/// The Java class that tools expect in `__connect.errors.exception.class.name`.
std::string_view java_exception(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::data:
    case ErrorKind::schema:
      return "org.apache.kafka.connect.errors.DataException";
    case ErrorKind::transient:
      return "org.apache.kafka.connect.errors.RetriableException";
    default:
      return "org.apache.kafka.connect.errors.ConnectException";
  }
}

}  // namespace

DeadLetters::DeadLetters(const TaskServices& services, const TaskSpec& task, ErrorFigures& figures)
    : services_(services), task_(task), figures_(figures) {
  const auto settings = with_prefix(task.connector_config, kPrefix);
  topic_ = get_or(settings, "topic.name", "");
  context_headers_ = get_or(settings, "context.headers.enable", "false") == "true";
  if (topic_.empty()) {
    return;
  }
  if (!services.topics.admin().describe(topic_)) {
    topics::TopicSpec spec;
    spec.name = topic_;
    const auto replication = get_or(settings, "topic.replication.factor", "3");
    spec.replication_factor = 3;
    std::from_chars(replication.data(), replication.data() + replication.size(), spec.replication_factor);
    if (services.topics.admin().create_topic(spec)) {
      log::info("tandem.task", "created dead letter topic {}", topic_);
    }
  }
  producer_ = services.topics.producer(dead_letter_producer_config(services, task), *this);
}

void DeadLetters::report(const Original& record, Stage stage, const std::string& class_name,
                         const Error& error, const std::stop_token& stop) {
  if (!enabled()) {
    return;
  }
  std::vector<topics::RecordHeader> headers(record.headers.begin(), record.headers.end());
  const auto partition = std::to_string(record.partition), offset = std::to_string(record.offset),
             task = std::to_string(task_.task), message = error.text(), trace = error.trace();
  if (context_headers_) {
    const std::pair<std::string_view, std::string_view> context[] = {
        {"__connect.errors.topic", record.topic},
        {"__connect.errors.partition", partition},
        {"__connect.errors.offset", offset},
        {"__connect.errors.connector.name", task_.connector},
        {"__connect.errors.task.id", task},
        {"__connect.errors.stage", to_string(stage)},
        {"__connect.errors.class.name", class_name},
        {"__connect.errors.exception.class.name", java_exception(error.kind)},
        {"__connect.errors.exception.message", message},
        {"__connect.errors.exception.stacktrace", trace},
    };
    for (const auto& [key, value] : context) {
      headers.push_back({key, value});
    }
  }
  topics::OutRecord out;
  out.topic = topic_;
  out.key = record.key;
  out.value = record.value;
  out.headers = headers;
  out.timestamp_ms = record.timestamp_ms;
  ++figures_.dead_letters;
  ++outstanding_;
  try {
    producer_->send(++last_batch_, std::span(&out, 1), stop);
  } catch (const std::exception&) {
    --outstanding_;
    ++figures_.dead_letter_failures;
    throw;
  }
}

void DeadLetters::flush(const std::stop_token& stop) {
  while (outstanding_ > 0 && !failure_) {
    producer_->poll(std::chrono::milliseconds(100));
    if (stop.stop_requested() && outstanding_ > 0 && !producer_->flush(services_.flush_timeout)) {
      raise(ErrorKind::cancelled,
            fmt::format("asked to stop before dead letters for {} were durable", topic_));
    }
  }
  if (failure_) {
    ++figures_.dead_letter_failures;
    auto error = std::move(*failure_);
    failure_.reset();
    throw TandemError(std::move(error)).while_doing("writing to the dead letter topic " + topic_);
  }
}

}  // namespace tandem::pipeline
