#include "connectors/relational/model/change_records.hpp"

#include "tandem/base/error.hpp"

namespace tandem::relational {

void ChangeRecords::count(Operation op) noexcept {
  switch (op) {
    case Operation::read:
      ++counts_.reads;
      break;
    case Operation::create:
      ++counts_.creates;
      break;
    case Operation::update:
      ++counts_.updates;
      break;
    case Operation::remove:
      ++counts_.deletes;
      break;
    case Operation::truncate:
      ++counts_.truncates;
      break;
    case Operation::message:
      ++counts_.messages;
      break;
  }
}

void ChangeRecords::append_one(const TableSchema& schema, Operation op, Value key, StructPtr before,
                               StructPtr after, const StructPtr& source, const Header* key_header,
                               const std::string& collection, std::int64_t now_ns,
                               const std::vector<Header>& extra, OffsetMaker& offsets,
                               std::vector<SourceRecord>& out) {
  count(op);
  Value block;
  if (transactions_.enabled() && transactions_.state() != nullptr) {
    block = transactions_.count(collection);
  }
  SourceRecord& r = out.emplace_back();
  r.topic = schema.topic;
  r.source_partition = partition_;
  r.source_offset = offsets.offset(transactions_.state());
  if (!key.is_null()) {
    r.key_schema = schema.key_schema;
    r.key = std::move(key);
  }
  r.value_schema = schema.envelope_schema;
  r.value = make_envelope(schema.envelope_schema, op, std::move(before), std::move(after), source,
                          std::move(block), now_ns);
  if (key_header == nullptr) {
    r.headers = Headers(settings_.headers);
  } else {  // it comes first
    r.headers.push_back(*key_header);
    if (settings_.headers) {
      r.headers.append(settings_.headers->begin(), settings_.headers->end());
    }
  }
  r.headers.append(extra.begin(), extra.end());
  if (op == Operation::remove && settings_.tombstones) {
    SourceRecord tombstone = r;
    tombstone.value_schema = nullptr;
    tombstone.value = Value();
    out.push_back(std::move(tombstone));
  }
}

void ChangeRecords::append(const TableSchema& schema, RowChange&& change, const std::string& collection,
                           std::int64_t now_ns, const std::vector<Header>& extra, OffsetMaker& offsets,
                           std::vector<SourceRecord>& out) {
  if (skips(change.op)) {
    return;
  }
  const auto one = [&](Operation op, Value key, StructPtr before, StructPtr after, const Header* header) {
    append_one(schema, op, std::move(key), std::move(before), std::move(after), change.source, header,
               collection, now_ns, extra, offsets, out);
  };
  const auto unfinished = [&, from = out.size()] {
    for (std::size_t i = from; i + 1 < out.size(); ++i) {
      out[i].source_offset = nullptr;  // only the last record says that all of the change was sent
    }
  };
  if (change.op != Operation::update) {
    one(change.op,
        change.op == Operation::remove ? std::move(change.before_key) : std::move(change.after_key),
        std::move(change.before), std::move(change.after), nullptr);
    unfinished();
    return;
  }
  if (settings_.skip_unchanged && change.before && change.after &&
      change.before->fields == change.after->fields) {
    return;
  }
  if (change.before_key.is_null() || change.before_key == change.after_key) {
    one(Operation::update, std::move(change.after_key), std::move(change.before), std::move(change.after),
        nullptr);
    return;
  }
  const Header newkey{"__debezium.newkey", schema.key_schema, change.after_key};
  const Header oldkey{"__debezium.oldkey", schema.key_schema, change.before_key};
  one(Operation::remove, std::move(change.before_key), std::move(change.before), nullptr, &newkey);
  one(Operation::create, std::move(change.after_key), nullptr, std::move(change.after), &oldkey);
  unfinished();
}

std::string parse_skipped_operations(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("cudt").find(c) != std::string_view::npos && text != "none") {
      out += c;
    } else if (text != "none" && c != ',' && c != ' ') {
      raise(ErrorKind::config, "Invalid value " + text + " for configuration skipped.operations",
            "use none or a list of c, u, d and t");
    }
  }
  return out;
}

SourceRecord heartbeat_record(const TopicNaming& topics, SourcePartitionPtr partition, SourceOffsetPtr offset,
                              std::int64_t now_ms) {
  static const SchemaPtr key_schema = SchemaBuilder::structure()
                                          .name("io.debezium.connector.common.ServerNameKey")
                                          .version(1)
                                          .field("serverName", primitive(SchemaType::string))
                                          .build();
  static const SchemaPtr value_schema = SchemaBuilder::structure()
                                            .name("io.debezium.connector.common.Heartbeat")
                                            .version(1)
                                            .field("ts_ms", primitive(SchemaType::int64))
                                            .build();
  SourceRecord r;
  r.topic = topics.heartbeat();
  r.partition = 0;
  r.source_partition = std::move(partition);
  r.source_offset = std::move(offset);
  r.key_schema = key_schema;
  auto key = std::make_shared<Struct>(key_schema);
  key->fields[0] = topics.prefix();
  r.key = std::move(key);
  r.value_schema = value_schema;
  auto value = std::make_shared<Struct>(value_schema);
  value->fields[0] = now_ms;
  r.value = std::move(value);
  return r;
}

}  // namespace tandem::relational
