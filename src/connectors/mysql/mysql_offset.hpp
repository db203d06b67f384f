#pragma once
#include "connectors/relational/model/transaction.hpp"
#include "tandem/data/record.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tandem::mysql {

/// A place in the binlog as Debezium stores it (debezium-sources.md §3.1): where to restart, and how much of
/// the transaction that begins there is done.
struct BinlogOffset {
  std::string file;
  std::uint64_t pos = 4;
  std::shared_ptr<const std::string> gtids;  ///< set completed before this transaction; nullptr without GTIDs
  std::uint64_t events_done = 0;             ///< events of the transaction, from its BEGIN, already handled
  std::uint64_t rows_done = 0;               ///< rows of the next event already handled
  std::uint32_t server_id = 0;
  std::optional<std::int64_t> ts_sec;
  bool snapshot = false;  ///< INITIAL, not completed
  std::optional<relational::TransactionState> transaction;

  OffsetMap to_map() const;
  /// Throws TandemError(config) when `file` is missing or a number is no number.
  static BinlogOffset from(const OffsetMap& map);
};

class MysqlOffset final : public SourceOffset {
 public:
  explicit MysqlOffset(BinlogOffset at) : at_(std::move(at)) {}
  OffsetMap to_map() const override { return at_.to_map(); }
  const BinlogOffset& at() const noexcept { return at_; }

 private:
  BinlogOffset at_;
};

/// Follows the events of a stream and says what offset a record has: Debezium's MySqlOffsetContext. One task
/// thread.
class OffsetTracker {
 public:
  explicit OffsetTracker(BinlogOffset start) : restart_(std::move(start)), current_gtids_(restart_.gtids) {
    restart_.snapshot = false;
    restart_.transaction.reset();  // its state is given to offset()
    file_ = restart_.file;
    next_ = restart_.pos;
  }
  /// Where the next event begins, without a word about restarting.
  void seek(const std::string& file, std::uint64_t position) {
    file_ = file;
    next_ = position;
  }
  /// Start of an event, in 64 bits: its header has the low 32 bits of its end (mysql:
  /// libs/mysql/binlog/event/binlog_event.h, LOG_POS_OFFSET), and files can pass 4 GiB. Events follow each
  /// other, with gaps where the server leaves some out.
  std::uint64_t locate(std::uint32_t end, std::uint32_t size) const noexcept {
    constexpr std::uint64_t kWrap = 1ULL << 32;
    const std::uint64_t gap = static_cast<std::uint32_t>(end - size - static_cast<std::uint32_t>(next_));
    const bool before =
        gap >= kWrap / 2 && next_ + gap >= kWrap + 4;  // nearer as a step back, and there is room for one
    return before ? next_ + gap - kWrap : next_ + gap;
  }
  void rotate(const std::string& file, std::uint64_t position) {
    seek(file, position);
    if (!in_transaction_) {
      restart_.file = file;
      restart_.pos = position;
      restart_.events_done = restart_.rows_done = 0;
    }
  }
  /// Start and length of the event being handled.
  void event(std::uint64_t position, std::uint32_t size, std::uint32_t server_id, std::int64_t ts_sec) {
    position_ = position;
    size_ = size;
    next_ = position + size;
    restart_.server_id = server_id;
    restart_.ts_sec = ts_sec;
    if (!in_transaction_) {
      restart_.file = file_;
      restart_.pos = position + size;
      restart_.events_done = restart_.rows_done = 0;
    }
  }
  /// A transaction's GTID; `completed` is the set with it.
  void gtid(std::shared_ptr<const std::string> completed) {
    restart_.gtids = current_gtids_ ? current_gtids_ : completed;
    current_gtids_ = std::move(completed);
  }
  void begin() {
    restart_.file = file_;
    restart_.pos = position_;
    restart_.events_done = restart_.rows_done = 0;
    in_transaction_ = true;
  }
  void row(std::uint64_t index, std::uint64_t total) {
    restart_.rows_done = index + 1 < total ? index + 1 : total;
  }
  void rows_complete() { restart_.rows_done = 0; }
  void commit() {
    restart_.gtids = current_gtids_;
    restart_.file = file_;
    restart_.pos = position_ + size_;
    restart_.events_done = restart_.rows_done = 0;
    in_transaction_ = false;
  }
  /// The event is handled.
  void complete() { ++restart_.events_done; }

  bool in_transaction() const noexcept { return in_transaction_; }
  const std::string& file() const noexcept { return file_; }
  std::uint64_t position() const noexcept { return position_; }
  std::uint64_t next() const noexcept { return next_; }  ///< where the event ended that was told last
  const BinlogOffset& at() const noexcept { return restart_; }
  void set_ts(std::int64_t ts_sec) { restart_.ts_sec = ts_sec; }
  SourceOffsetPtr offset(const relational::TransactionState* transaction) const {
    BinlogOffset at = restart_;
    if (transaction != nullptr) {
      at.transaction = *transaction;
    }
    return std::make_shared<MysqlOffset>(std::move(at));
  }

 private:
  BinlogOffset restart_;
  std::shared_ptr<const std::string> current_gtids_;
  std::string file_;
  std::uint64_t position_ = 4, next_ = 4;
  std::uint32_t size_ = 0;
  bool in_transaction_ = false;
};

/// Number at the end of a binlog file's name ("binlog.000012" → 12) and what stands before it.
std::uint64_t binlog_number(const std::string& file) noexcept;
std::string binlog_base(const std::string& file);

}  // namespace tandem::mysql
