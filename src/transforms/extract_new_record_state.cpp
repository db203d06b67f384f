#include "transforms/extract_new_record_state.hpp"

#include "tandem/base/error.hpp"
#include "transforms/schema_basics.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace tandem::transforms {
namespace {

constexpr std::size_t kMostSchemas = 1000;

/// SchemaUtil.copySchemaBasics: name, version, doc and parameters; neither optional nor default.
SchemaBuilder basics(const Schema& from, SchemaBuilder to) {
  to.name(from.name());
  copy_basics(from, to);
  return to;
}

SchemaPtr optional_basics(const Schema& from) {
  if (from.type() == SchemaType::structure || from.type() == SchemaType::map) {
    return from.optional() ? SchemaBuilder::like(from).build() : SchemaBuilder::like(from).optional().build();
  }
  SchemaBuilder to = from.type() == SchemaType::array ? SchemaBuilder::array(from.value_schema())
                                                      : SchemaBuilder(from.type());
  return basics(from, std::move(to)).optional().build();
}

const Value& or_default(const Struct& s, std::size_t index) {
  const Value& value = s.fields[index];
  const auto& schema = s.schema->fields()[index].schema;
  return value.is_null() && schema->default_value() ? *schema->default_value() : value;
}

}  // namespace

struct ExtractNewRecordState::Plan {
  struct Source {
    int structure = -1;  ///< field of the envelope, -1: the envelope itself
    int field = -1;
    std::string name;
    SchemaPtr schema;  ///< as it goes into the row or header

    Value value(const Struct& envelope) const {
      if (structure < 0) {
        return envelope.fields[static_cast<std::size_t>(field)];
      }
      const Struct* s = envelope.fields[static_cast<std::size_t>(structure)].structure();
      return s == nullptr ? Value() : s->fields[static_cast<std::size_t>(field)];
    }
  };

  SchemaPtr envelope;
  bool valid = false;
  std::size_t before = 0, after = 0;
  std::vector<Source> fields, headers;
  SchemaPtr before_row, after_row;

  /// A field of the envelope that is not there is left out; one that its struct lacks is looked for in the
  /// envelope.
  static std::optional<Source> resolve(const Schema& envelope, const Reference& r) {
    Source source;
    source.name = r.name;
    const Schema* home = &envelope;
    if (!r.structure.empty()) {
      const Field* s = envelope.field(r.structure);
      if (s == nullptr) {
        return std::nullopt;
      }
      home = s->schema.get();
      source.structure = s->index;
    }
    const Field* field = home->field(r.field);
    if (field == nullptr) {
      field = envelope.field(r.field);
      source.structure = -1;
    }
    if (field == nullptr) {
      return std::nullopt;
    }
    source.field = field->index;
    source.schema = optional_basics(*field->schema);
    return source;
  }

  SchemaPtr row_schema(const Schema& image, bool mark) const {
    SchemaBuilder builder = basics(image, SchemaBuilder::structure());
    for (const auto& field : image.fields()) {
      builder.field(field.name, field.schema);
    }
    if (mark) {
      builder.field("__deleted", primitive(SchemaType::string, true));
    }
    for (const auto& source : fields) {
      builder.field(source.name, source.schema);
    }
    return builder.build();
  }
};

ExtractNewRecordState::ExtractNewRecordState() = default;
ExtractNewRecordState::~ExtractNewRecordState() = default;

const ExtractNewRecordState::Plan& ExtractNewRecordState::plan(const SchemaPtr& envelope) {
  const auto known = plans_.find(envelope->id());
  if (known != plans_.end()) {
    return *known->second;
  }
  auto made = std::make_shared<Plan>();
  made->envelope = envelope;
  const Field* before = envelope->field("before");
  const Field* after = envelope->field("after");
  if (envelope->name().ends_with(".Envelope") && before != nullptr && after != nullptr &&
      before->schema->type() == SchemaType::structure && after->schema->type() == SchemaType::structure) {
    made->valid = true;
    made->before = static_cast<std::size_t>(before->index);
    made->after = static_cast<std::size_t>(after->index);
    for (const auto& [from, to] :
         {std::pair{&fields_, &made->fields}, std::pair{&headers_, &made->headers}}) {
      for (const auto& reference : *from) {
        if (auto source = Plan::resolve(*envelope, reference)) {
          to->push_back(std::move(*source));
        }
      }
    }
    made->after_row = made->row_schema(*after->schema, mark_);
    made->before_row = same_schema(before->schema, after->schema) ? made->after_row
                                                                  : made->row_schema(*before->schema, mark_);
  }
  if (plans_.size() == kMostSchemas) {
    plans_.clear();
  }
  return *plans_.emplace(envelope->id(), std::move(made)).first->second;
}

Value ExtractNewRecordState::row(const Plan& plan, const Struct& envelope, bool deleted) const {
  const Struct& image = *envelope.fields[deleted ? plan.before : plan.after].structure();
  auto made = std::make_shared<Struct>(deleted ? plan.before_row : plan.after_row);
  std::size_t at = 0;
  for (; at < image.fields.size(); ++at) {
    made->fields[at] = mark_ && replace_null_ ? or_default(image, at) : image.fields[at];
  }
  if (mark_) {
    made->fields[at++] = deleted ? "true" : "false";
  }
  for (const auto& source : plan.fields) {
    made->fields[at++] = source.value(envelope);
  }
  return StructPtr(std::move(made));
}

void ExtractNewRecordState::route(ConnectRecord& record, const Struct& row) const {
  const Field* field = row.schema->field(route_by_);
  if (field == nullptr) {
    raise(ErrorKind::data,
          fmt::format("{} is not a valid field name: route.by.field names no column of '{}'", route_by_,
                      record.topic),
          "Set route.by.field to a string column that every captured table has.");
  }
  const Value& value = or_default(row, static_cast<std::size_t>(field->index));
  if (value.is_null()) {
    return;
  }
  const std::string* topic = value.string();
  if (topic == nullptr) {
    raise(ErrorKind::data,
          fmt::format("Field '{}' is not of type STRING: route.by.field of '{}'", route_by_, record.topic),
          "Set route.by.field to a string column.");
  }
  if (topic->find_first_not_of(" \t\r\n") != std::string::npos) {
    record.topic = *topic;
  }
}

bool ExtractNewRecordState::apply(ConnectRecord& record) {
  if (record.value.is_null()) {
    if (!drop_tombstones_) {
      if (deleted_key_ && record.key.structure_ptr() == deleted_key_) {
        record.headers.append(deleted_headers_.begin(), deleted_headers_.end());
      }
      for (const auto& h : headers_) {
        if (h.field == "op") {
          record.headers.push_back({h.name, primitive(SchemaType::string), "d"});
        }
      }
    }
    return !drop_tombstones_;
  }
  const StructPtr envelope = record.value.structure_ptr();
  if (!record.value_schema || !envelope) {
    return true;
  }
  const Plan& p = plan(envelope->schema);
  if (!p.valid) {
    return true;
  }
  const Struct* after = envelope->fields[p.after].structure();
  const Struct* before = envelope->fields[p.before].structure();
  if ((after == nullptr && before == nullptr) || (after == nullptr && deletes_ == Delete::drop)) {
    return false;  // a truncate, or a delete that nobody wants
  }
  if (route_by_.empty() && drop_header_.empty()) {
    change(record, p, *envelope);
    return true;
  }
  ConnectRecord changed = record;  // these two can fail half-way
  change(changed, p, *envelope);
  if (!route_by_.empty()) {
    route(changed, after != nullptr ? *changed.value.structure() : *before);
  }
  if (!drop_header_.empty()) {
    drop_fields(changed);
  }
  record = std::move(changed);
  return true;
}

void ExtractNewRecordState::change(ConnectRecord& record, const Plan& p, const Struct& envelope) {
  const std::size_t before = record.headers.own().size();
  for (const auto& source : p.headers) {
    record.headers.push_back({source.name, source.schema, source.value(envelope)});
  }
  const bool deleted = envelope.fields[p.after].is_null();
  if (deleted && !drop_tombstones_ && !p.headers.empty()) {
    deleted_key_ = record.key.structure_ptr();
    const auto& own = record.headers.own();
    deleted_headers_.assign(own.begin() + static_cast<std::ptrdiff_t>(before), own.end());
  }
  if (!deleted || deletes_ == Delete::rewrite) {
    record.value = row(p, envelope, deleted);
    record.value_schema = record.value.structure()->schema;
  } else {
    record.value_schema = deletes_ == Delete::tombstone ? nullptr : p.envelope->fields()[p.after].schema;
    record.value = {};
  }
}

void ExtractNewRecordState::drop_fields(ConnectRecord& record) {
  const auto first = std::ranges::find(record.headers, drop_header_, &Header::key);
  const Array* listed = first == record.headers.end() ? nullptr : first->value.array();
  if (listed == nullptr || listed->empty()) {
    return;
  }
  std::vector<std::string> names;
  for (const auto& name : *listed) {
    if (const auto* text = name.string()) {
      names.push_back(*text);
    }
  }
  if (drop_from_key_) {
    drop_from(record.key_schema, record.key, names);
  }
  drop_from(record.value_schema, record.value, names);
}

void ExtractNewRecordState::drop_from(SchemaPtr& schema, Value& value,
                                      const std::vector<std::string>& names) {
  const Struct* old = value.structure();
  if (!schema || old == nullptr) {
    return;
  }
  const auto dropped = [&](const Field& field) {
    return (!drop_compatible_ || field.schema->optional()) &&
           std::ranges::find(names, field.name) != names.end();
  };
  if (std::ranges::none_of(schema->fields(), dropped)) {
    return;
  }
  std::string key = std::to_string(schema->id());
  for (const auto& field : schema->fields()) {
    key += dropped(field) ? '-' : '+';
  }
  auto known = reduced_.find(key);
  if (known == reduced_.end()) {
    SchemaBuilder builder = basics(*schema, SchemaBuilder::structure());
    for (const auto& field : schema->fields()) {
      if (!dropped(field)) {
        builder.field(field.name, field.schema);
      }
    }
    if (reduced_.size() == kMostSchemas) {
      reduced_.clear();
    }
    // The old schema is kept too, so that its id stays its own.
    known = reduced_.emplace(std::move(key), std::pair{schema, builder.build()}).first;
  }
  auto made = std::make_shared<Struct>(known->second.second);
  std::size_t at = 0;
  for (const auto& field : schema->fields()) {
    if (!dropped(field)) {
      made->fields[at++] = or_default(*old, static_cast<std::size_t>(field.index));
    }
  }
  schema = known->second.second;
  value = StructPtr(std::move(made));
}

}  // namespace tandem::transforms
