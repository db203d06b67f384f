#include "topics/embedded/reader.hpp"

#include "topics/embedded/chunks.hpp"
#include "topics/embedded/engine.hpp"
#include "topics/embedded/record_codec.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <rocksdb/db.h>
#include <stdlib.h>

namespace tandem::topics::embedded {
namespace {

constexpr int kTries = 100;

}  // namespace

struct Reader::Engine {
  std::string folder;
  std::filesystem::path own;  ///< where the engine puts its info log
  std::unique_ptr<rocksdb::DB> db;

  ~Engine() {
    db.reset();
    std::error_code ignored;  // a left-over folder of a few KB harms nobody
    std::filesystem::remove_all(own, ignored);
  }
  Mark mark(char kind, std::uint32_t number, std::int32_t partition) const {
    std::string value;
    return db->Get({}, partition_key(kind, number, partition), &value).ok() ? decode_mark(value) : Mark{};
  }
  std::optional<TopicRow> row(const std::string& name) const {
    std::string value;
    return db->Get({}, topic_key(name), &value).ok() ? std::optional(decode_topic(value)) : std::nullopt;
  }
  std::set<std::filesystem::path> write_ahead_logs() const {
    std::set<std::filesystem::path> out;
    std::error_code failed;
    for (std::filesystem::directory_iterator it(folder, failed), end; !failed && it != end;
         it.increment(failed)) {
      if (it->path().extension() == ".log") {
        out.insert(it->path());
      }
    }
    if (failed) {
      fail("listing", rocksdb::Status::IOError(failed.message()));
    }
    return out;
  }
  [[noreturn]] void fail(const char* doing, const rocksdb::Status& status) const {
    raise(ErrorKind::fatal, std::string(doing) + " embedded:" + folder + ": " + status.ToString(),
          "check the folder's rights and disk");
  }
};

Reader::Reader(const std::string& folder) : engine_(std::make_unique<Engine>()) {
  engine_->folder = folder;
  if (!std::filesystem::exists(std::filesystem::path(folder) / "CURRENT")) {
    raise(ErrorKind::not_found, "embedded:" + folder + " holds no log",
          "name the folder that stands in the worker's bootstrap.servers=embedded:FOLDER");
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "tandem-reader-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    raise(ErrorKind::fatal, "no temporary folder could be made at " + pattern,
          "set TMPDIR to a folder that may be written");
  }
  engine_->own = pattern;
  rocksdb::Options options = engine_options(nullptr);
  options.create_if_missing = false;
  options.max_open_files = -1;  // what the worker deletes meanwhile stays readable
  rocksdb::DB* db = nullptr;
  if (const auto status = rocksdb::DB::OpenAsSecondary(options, folder, pattern, &db); !status.ok()) {
    engine_->fail("opening", status);
  }
  engine_->db.reset(db);
  refresh();
}

Reader::~Reader() = default;

bool Reader::refresh() {
  const auto before = engine_->db->GetLatestSequenceNumber();
  // The engine reads its manifest and then the write-ahead logs. One that the worker flushed and deleted in
  // between is in neither: its records would be missing while later ones are there. The next catch-up finds
  // them in a table.
  for (int tries = 0; tries < kTries; ++tries) {
    const std::set<std::filesystem::path> logs = engine_->write_ahead_logs();
    if (const auto status = engine_->db->TryCatchUpWithPrimary(); !status.ok()) {
      engine_->fail("reading", status);
    }
    const std::set<std::filesystem::path> left = engine_->write_ahead_logs();
    if (std::includes(left.begin(), left.end(), logs.begin(), logs.end())) {
      return engine_->db->GetLatestSequenceNumber() != before;
    }
  }
  raise(ErrorKind::transient, "embedded:" + engine_->folder + " is written faster than it can be read here",
        "try again");
}

std::string Reader::log_id() const {
  std::string value;
  engine_->db->Get({}, log_key(), &value);
  return "embedded:" + value;
}

std::vector<Reader::Topic> Reader::topics() const {
  std::vector<Topic> out;
  const std::unique_ptr<rocksdb::Iterator> it(engine_->db->NewIterator({}));
  for (it->Seek(std::string(1, kTopic)); it->Valid() && it->key()[0] == kTopic; it->Next()) {
    const TopicRow row = decode_topic(it->value().ToStringView());
    Topic& topic = out.emplace_back();
    topic.description = {it->key().ToString().substr(1), row.partitions, row.config, row.id};
    for (std::int32_t p = 0; p < row.partitions; ++p) {
      const Mark low = engine_->mark(kLow, row.number, p), high = engine_->mark(kHigh, row.number, p);
      topic.partitions.push_back({{low.offset, high.offset}, high.bytes - low.bytes});
    }
  }
  return out;
}

Reader::Topic Reader::topic(const std::string& name) const {
  std::vector<Topic> all = topics();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const Topic& t) { return t.description.name == name; });
  if (it != all.end()) {
    return std::move(*it);
  }
  std::string names;
  for (const Topic& t : all) {
    names += (names.empty() ? "" : ", ") + t.description.name;
  }
  raise(ErrorKind::not_found, "topic '" + name + "' is not in embedded:" + engine_->folder,
        names.empty() ? "the log has no topics yet" : "it has: " + names);
}

std::map<std::string, Offsets> Reader::groups() const {
  std::map<std::string, Offsets> out;
  const std::unique_ptr<rocksdb::Iterator> it(engine_->db->NewIterator({}));
  for (it->Seek(std::string(1, kGroup)); it->Valid() && it->key()[0] == kGroup; it->Next()) {
    std::string group;
    TopicPartition partition;
    if (parse_group_key(it->key().ToStringView(), group, partition)) {
      out[group][partition] = decode_mark(it->value().ToStringView()).offset;
    }
  }
  return out;
}

std::size_t Reader::read(const TopicPartition& partition, std::int64_t& next, std::size_t max_records,
                         const Each& each) const {
  const auto row = engine_->row(partition.topic);
  if (!row) {
    return 0;
  }
  next = std::max(next, engine_->mark(kLow, row->number, partition.partition).offset);
  const std::string last = record_key(row->number, partition.partition + 1, 0);
  const rocksdb::Slice bound(last);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(engine_->db->NewIterator(options));
  std::size_t records = 0;
  std::vector<RecordHeader> headers;
  std::string room;
  it->Seek(record_key(row->number, partition.partition, next));
  while (it->Valid() && records < max_records) {
    take_record(*it, room, [&](std::int64_t offset, BytesView bytes) {
      headers.clear();
      InRecord record;
      record.partition = partition.partition;
      record.offset = offset;
      if (!decode(bytes, record, headers)) {
        engine_->fail("reading a damaged record in", rocksdb::Status::Corruption());
      }
      each(record, headers);
      next = offset + 1;
    });
    ++records;
  }
  if (!it->status().ok()) {
    engine_->fail("reading", it->status());
  }
  return records;
}

}  // namespace tandem::topics::embedded
