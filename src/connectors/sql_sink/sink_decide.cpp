#include "connectors/sql_sink/sink_task.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tandem::sql_sink {

void SqlSinkTask::decide(std::vector<SinkRecord>& records) {
  batch_.clear();
  items_.clear();
  items_.resize(records.size());
  provenances_.clear();
  std::map<const PartitionState*, sync::LogPosition> scanned;
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    try {
      decide_one(records[i], i, items_[i], scanned);
    } catch (const StatementFailure&) {
      throw;
    } catch (const TandemError& e) {
      if (e.kind() != ErrorKind::data) {
        throw;
      }
      items_[i].error = e.error();
    }
  }
}

void SqlSinkTask::decide_one(const SinkRecord& record, std::uint32_t index, Item& item,
                             std::map<const PartitionState*, sync::LogPosition>& scanned) {
  item.offset = record.kafka_offset;
  if (settings_.in_link() && !decide_in_link(record, item, scanned)) {
    return;
  }
  decide_change(record, index, item);
}

/// False: the record changes nothing here; unless it is skipped its position still moves.
bool SqlSinkTask::decide_in_link(const SinkRecord& record, Item& item,
                                 std::map<const PartitionState*, sync::LogPosition>& scanned) {
  const topics::TopicPartition partition{*record.original_topic, record.original_partition};
  PartitionState* state = positions_->find(partition);
  if (state == nullptr) {
    raise(ErrorKind::bug, fmt::format("a record of topic {} partition {}, which was not assigned",
                                      partition.topic, partition.partition));
  }
  item.partition = state;
  const auto* position = record.header(sync::kHeaderPosition);
  const std::string* text = position == nullptr ? nullptr : position->value.string();
  item.fingerprint = record_fingerprint(record.timestamp_ms.value_or(-1), text == nullptr ? "" : *text);
  if (record.kafka_offset < state->next_offset) {
    item.skipped = true;
    if (record.kafka_offset == state->next_offset - 1 && !state->checked) {
      if (item.fingerprint != state->record_check) {
        positions_->replaced(
            partition, *state,
            fmt::format("the record at offset {} is not the one that was applied", record.kafka_offset));
      }
      state->checked = true;
    } else if (record.kafka_offset < state->next_offset - 1) {
      positions_->check_end(partition, *state);
    }
    return false;
  }
  if (text != nullptr) {
    item.position = value_or_throw(sync::LogPosition::parse(*text));
    if (!item.position->snapshot) {
      auto it = scanned.find(state);
      if (it == scanned.end() && state->applied) {
        it = scanned.emplace(state, *state->applied).first;
      }
      if (it != scanned.end() && sync::is_repeat(*item.position, it->second)) {
        metrics_->repeat();
        return false;
      }
      scanned.insert_or_assign(state, *item.position);
    }
  }
  sync::Provenance way;
  if (const auto* origin = record.header(sync::kHeaderOrigin);
      origin != nullptr && origin->value.string() != nullptr) {
    way.origin = *origin->value.string();
  }
  if (const auto* hops = record.header(sync::kHeaderHops);
      hops != nullptr && hops->value.string() != nullptr) {
    way.hops = sync::parse_hops(*hops->value.string());
  }
  if (sync::has_been_at(way, settings_.origin)) {
    return false;
  }
  if (provenances_.empty() || *provenances_.back() != way) {
    const auto same =
        std::find_if(provenances_.begin(), provenances_.end(), [&](const auto& p) { return *p == way; });
    if (same != provenances_.end()) {
      std::iter_swap(same, provenances_.end() - 1);
    } else {
      provenances_.push_back(std::make_unique<sync::Provenance>(std::move(way)));
    }
  }
  item.provenance = provenances_.back().get();
  return !record.value.is_null();  // a tombstone follows its delete, which has done the work
}

const RecordShape& SqlSinkTask::shape_of(const SchemaPtr& schema) {
  auto it = shapes_.find(schema->id());
  if (it == shapes_.end()) {
    if (shapes_.size() > 10'000) {
      shapes_.clear();  // a converter without a schema cache makes a schema a record
      tables_->forget();
    }
    it = shapes_.emplace(schema->id(), std::pair(schema, record_shape(schema))).first;
  }
  return it->second.second;
}

const TableName& SqlSinkTask::table_of(const SinkRecord& record, const Struct* source) {
  std::array<std::string_view, 3> place;
  if (source != nullptr && by_source_) {
    const auto& fields = source->schema->fields();
    if (place_schema_ != source->schema) {
      place_schema_ = source->schema;
      for (std::size_t i = 0; i < place.size(); ++i) {
        static constexpr const char* names[] = {"db", "schema", "table"};
        const Field* field = source->schema->field(names[i]);
        place_fields_[i] = field == nullptr ? fields.size() : static_cast<std::size_t>(field->index);
      }
    }
    for (std::size_t i = 0; i < place.size(); ++i) {
      const std::string* text =
          place_fields_[i] < fields.size() ? source->fields[place_fields_[i]].string() : nullptr;
      place[i] = text == nullptr ? std::string_view() : *text;
    }
  }
  LastTable& last = last_table_;
  if (!by_place_ || !last.valid || last.topic != record.topic ||
      !std::equal(place.begin(), place.end(), last.place.begin())) {
    last = {record.topic,
            {std::string(place[0]), std::string(place[1]), std::string(place[2])},
            target_name(settings_, record.topic, source),
            nullptr,
            true};
    last.metrics = &metrics_->table(last.name.text());
  }
  return last.name;
}

void SqlSinkTask::decide_change(const SinkRecord& record, std::uint32_t index, Item& item) {
  const auto changes_to = [&](Change::Kind kind, const TableName& table, const SchemaPtr& schema,
                              const Struct* row) {
    batch_.add(kind, tables_->plan(*connection_, table, record, schema), record, index, row,
               settings_.unavailable_placeholder, *dialect_);
    item.metrics = last_table_.metrics;
  };
  if (record.value.is_null()) {
    const auto known = envelope_topics_.find(record.topic);
    if (settings_.delete_enabled && (known == envelope_topics_.end() || !known->second)) {
      const TableName& table = table_of(record, nullptr);
      if (tables_->exists(*connection_, table)) {
        item.op = SinkMetrics::Op::remove;
        changes_to(Change::Kind::remove, table, nullptr, nullptr);
      }
    }
    return;
  }
  const Struct* value = record.value.structure();
  if (record.value_schema == nullptr || value == nullptr) {
    raise(ErrorKind::data, "the record's value is no struct with a schema, so its columns are not known",
          "set value.converter.schemas.enable=true, on the source as well");
  }
  const RecordShape& shape = shape_of(record.value_schema);
  envelope_topics_[record.topic] = shape.envelope;
  const Change::Kind write = settings_.insert_mode == InsertMode::upsert   ? Change::Kind::upsert
                             : settings_.insert_mode == InsertMode::update ? Change::Kind::update
                                                                           : Change::Kind::insert;
  if (!shape.envelope) {
    if (settings_.in_link()) {
      raise(ErrorKind::config, "a record without Debezium's envelope, in a link",
            "remove transforms that unwrap the records from both connectors");
    }
    item.op = SinkMetrics::Op::update;
    return changes_to(write, table_of(record, nullptr), shape.row, value);
  }
  const auto field = [value](int at) -> const Value& { return value->fields[static_cast<std::size_t>(at)]; };
  const std::string* op = field(shape.op).string();
  const Struct* source = field(shape.source).structure();
  if (op == nullptr || op->size() != 1 || source == nullptr) {
    raise(ErrorKind::data, "the envelope has no op or no source");
  }
  std::int64_t time = 0;
  if (shape.ts_us >= 0 && source->fields[static_cast<std::size_t>(shape.ts_us)].to_int64(time)) {
    item.source_us = time;
  } else if (shape.ts_ms >= 0 && source->fields[static_cast<std::size_t>(shape.ts_ms)].to_int64(time)) {
    item.source_us = time * 1000;
  }
  const Struct* after = shape.after < 0 ? nullptr : field(shape.after).structure();
  switch ((*op)[0]) {
    case 'c':
    case 'u':
    case 'r': {
      if (after == nullptr) {
        raise(ErrorKind::data, fmt::format("the envelope of op {} has no row after the change", *op));
      }
      const bool snapshot = (*op)[0] == 'r' || (item.position && item.position->snapshot);
      item.op = snapshot          ? SinkMetrics::Op::snapshot
                : (*op)[0] == 'c' ? SinkMetrics::Op::insert
                                  : SinkMetrics::Op::update;
      const bool keep = snapshot && settings_.in_link() && !settings_.seed;
      return changes_to(keep ? Change::Kind::insert_missing : write, table_of(record, source), shape.row,
                        after);
    }
    case 'd': {
      if (!settings_.delete_enabled) {
        return;
      }
      item.op = SinkMetrics::Op::remove;
      const Struct* before = shape.before < 0 ? nullptr : field(shape.before).structure();
      return changes_to(Change::Kind::remove, table_of(record, source), shape.row, before);
    }
    case 't': {
      const TableName& table = table_of(record, source);
      if (settings_.truncate_enabled && tables_->exists(*connection_, table)) {
        batch_.add_truncate(table, index);
        item.op = SinkMetrics::Op::truncate;
        item.metrics = last_table_.metrics;
      }
      return;
    }
    case 'm':
      return;  // a logical message is for readers of the topic
    default:
      raise(ErrorKind::data, fmt::format("the envelope has op '{}'", *op));
  }
}

}  // namespace tandem::sql_sink
