#pragma once
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace tandem::topics::test {

/// A disk that keeps only what was synced: after `cut_power()` nothing more is written, and `lose()` cuts
/// every file to its synced length and removes files whose folder was not synced since they were made. `full`
/// refuses writes, after half of their bytes.
class LossyDisk final : public rocksdb::FileSystemWrapper {
 public:
  LossyDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "LossyDisk"; }

  std::atomic<bool> full{false};
  void cut_power() { dead_ = true; }
  void lose() {
    const std::lock_guard lock(mutex_);
    for (const auto& [path, file] : files_) {
      if (!std::filesystem::exists(path)) {
        continue;
      }
      if (!file.in_folder) {
        std::filesystem::remove(path);
      } else if (std::filesystem::file_size(path) > file.synced) {
        std::filesystem::resize_file(path, file.synced);
        ++cut_;
      }
    }
  }
  int cut() const { return cut_; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* dbg) override {
    if (dead_) {
      return rocksdb::IOStatus::IOError("no power");
    }
    std::unique_ptr<rocksdb::FSWritableFile> file;
    auto status = target()->NewWritableFile(path, options, &file, dbg);
    if (status.ok()) {
      const std::lock_guard lock(mutex_);
      files_[path] = {};
      *out = std::make_unique<File>(*this, path, std::move(file));
    }
    return status;
  }
  rocksdb::IOStatus ReuseWritableFile(const std::string& path, const std::string& old,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* out,
                                      rocksdb::IODebugContext* dbg) override {
    auto status = RenameFile(old, path, options.io_options, dbg);
    return status.ok() ? NewWritableFile(path, options, out, dbg) : status;
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    if (dead_) {
      return rocksdb::IOStatus::IOError("no power");
    }
    auto status = target()->RenameFile(from, to, options, dbg);
    const std::lock_guard lock(mutex_);
    if (auto node = files_.extract(from); status.ok() && !node.empty()) {
      node.key() = to;
      files_.erase(to);
      files_.insert(std::move(node));
    }
    return status;
  }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* dbg) override {
    return dead_ ? rocksdb::IOStatus::IOError("no power") : target()->DeleteFile(path, options, dbg);
  }
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext* dbg) override {
    std::unique_ptr<rocksdb::FSDirectory> folder;
    auto status = target()->NewDirectory(path, options, &folder, dbg);
    if (status.ok()) {
      *out = std::make_unique<Directory>(*this, path, std::move(folder));
    }
    return status;
  }

 private:
  struct State {
    std::uint64_t size = 0, synced = 0;
    bool in_folder = false;
  };
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(LossyDisk& disk, std::string path, std::unique_ptr<rocksdb::FSWritableFile> file)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), path_(std::move(path)) {}
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* dbg) override {
      if (disk_.dead_) {
        return rocksdb::IOStatus::IOError("no power");
      }
      const bool full = disk_.full;
      const rocksdb::Slice fits(data.data(), full ? data.size() / 2 : data.size());
      auto status = FSWritableFileOwnerWrapper::Append(fits, options, dbg);
      const std::lock_guard lock(disk_.mutex_);
      disk_.files_[path_].size += fits.size();
      return full ? rocksdb::IOStatus::NoSpace("No space left on device") : status;
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* dbg) override {
      return Append(data, options, dbg);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
      if (disk_.dead_) {
        return rocksdb::IOStatus::IOError("no power");
      }
      std::uint64_t size = 0;
      {
        const std::lock_guard lock(disk_.mutex_);
        size = disk_.files_[path_].size;
      }
      auto status = FSWritableFileOwnerWrapper::Flush(options, dbg);
      const std::lock_guard lock(disk_.mutex_);
      if (status.ok() && !disk_.dead_) {
        disk_.files_[path_].synced = std::max(disk_.files_[path_].synced, size);
        return status;
      }
      return rocksdb::IOStatus::IOError("no power");
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
      return Sync(options, dbg);
    }
    rocksdb::IOStatus RangeSync(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                                rocksdb::IODebugContext*) override {
      return rocksdb::IOStatus::OK();  // a hint, no promise
    }

   private:
    LossyDisk& disk_;
    const std::string path_;
  };
  class Directory final : public rocksdb::FSDirectoryWrapper {
   public:
    Directory(LossyDisk& disk, std::string path, std::unique_ptr<rocksdb::FSDirectory> folder)
        : FSDirectoryWrapper(std::move(folder)), disk_(disk), path_(std::move(path)) {}
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return keep(); }
    rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions&, rocksdb::IODebugContext*,
                                          const rocksdb::DirFsyncOptions&) override {
      return keep();
    }

   private:
    rocksdb::IOStatus keep() {
      if (disk_.dead_) {
        return rocksdb::IOStatus::IOError("no power");
      }
      const std::lock_guard lock(disk_.mutex_);
      for (auto& [path, file] : disk_.files_) {
        file.in_folder =
            file.in_folder || std::filesystem::path(path).parent_path() == std::filesystem::path(path_);
      }
      return rocksdb::IOStatus::OK();
    }
    LossyDisk& disk_;
    const std::string path_;
  };

  std::atomic<bool> dead_{false};
  int cut_ = 0;
  std::mutex mutex_;
  std::map<std::string, State> files_;
};

}  // namespace tandem::topics::test
