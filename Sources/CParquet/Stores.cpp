// Files and folders: local, S3, Google Cloud Storage, all through Arrow's file systems.
#include "Seam.hpp"

#include <arrow/config.h>
#include <arrow/filesystem/localfs.h>

#include <dlfcn.h>

#include <algorithm>
#include <mutex>
#include <vector>

struct CPFile {
  std::shared_ptr<arrow::io::RandomAccessFile> file;
  int64_t size;
};

struct CPListing {
  struct Entry {
    std::string location;
    bool isFolder;
  };
  std::vector<Entry> entries;
};

namespace {

using arrow::Result;
using arrow::Status;

/// "s3" of "s3://bucket"; empty for a path.
std::string schemeOf(const std::string &location) {
  auto colon = location.find("://");
  return colon == std::string::npos ? "" : location.substr(0, colon);
}

/// The S3 file system is a library of its own beside libarrow, registered when loaded.
Status loadS3() {
  static std::once_flag once;
  static Status outcome;
  std::call_once(once, [] {
    Dl_info info;
    const auto *symbol = reinterpret_cast<const void *>(&arrow::GetBuildInfo);
    if (dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) {
      outcome = Status::NotImplemented("libarrow cannot be located");
      return;
    }
    std::string library = info.dli_fname;
    auto name = library.rfind("libarrow");
    library.insert(name + 8, "_s3");
    outcome = arrow::fs::LoadFileSystemFactories(library.c_str());
  });
  return outcome;
}

/// To be called once a store exists: the S3 library's own statics are born with its first store, and
/// must be finalized before they die.
void finalizeS3AtExit() {
  static std::once_flag once;
  std::call_once(once, [] { std::atexit([] { arrow::fs::EnsureFinalized(); }); });
}

/// Arrow tries for a quarter of an hour by default; a person at the terminal has gone by then.
std::string impatient(const std::string &location) {
  if (location.find("retry_limit_seconds") != std::string::npos) return location;
  auto separator = location.find('?') == std::string::npos ? "?" : "&";
  return location + separator + "retry_limit_seconds=60";
}

/// Bytes that a URI's path takes as they are; the rest is written %XX.
std::string escaped(const std::string &path) {
  static const char digits[] = "0123456789ABCDEF";
  std::string result;
  for (unsigned char c : path) {
    if (std::isalnum(c) || std::strchr("-._~/", c) != nullptr) {
      result += static_cast<char>(c);
    } else {
      result += '%';
      result += digits[c >> 4];
      result += digits[c & 15];
    }
  }
  return result;
}

/// The location of `path`, found in the store that `folder` names: same scheme, user and options.
std::string locationOf(const std::string &path, const std::string &folder) {
  auto scheme = schemeOf(folder);
  if (scheme.empty() || scheme == "file") return path;
  auto rest = folder.substr(scheme.size() + 3);
  auto query = rest.find('?');
  auto options = query == std::string::npos ? "" : rest.substr(query);
  auto authority = rest.substr(0, rest.find_first_of("/?"));
  auto at = authority.rfind('@');
  auto user = at == std::string::npos ? "" : authority.substr(0, at + 1);
  return scheme + "://" + user + escaped(path) + options;
}

}  // namespace

namespace seam {

Result<Place> placeOf(const std::string &location) {
  Place place;
  auto scheme = schemeOf(location);
  if (scheme.empty()) {
    place.store = std::make_shared<arrow::fs::LocalFileSystem>();
    place.path = location;
    return place;
  }
  if (scheme == "s3") ARROW_RETURN_NOT_OK(loadS3());
  auto store = arrow::fs::FileSystemFromUri(
      scheme == "gs" || scheme == "gcs" ? impatient(location) : location, &place.path);
  if (!store.ok() && store.status().IsInvalid()) {
    // Arrow calls an unknown scheme invalid; for us it is a store that cannot be reached.
    return Status::NotImplemented(firstLine(store.status().message()));
  }
  ARROW_ASSIGN_OR_RAISE(place.store, store);
  if (scheme == "s3") finalizeS3AtExit();
  return place;
}

Result<std::shared_ptr<arrow::io::RandomAccessFile>> openFile(const std::string &location) {
  ARROW_ASSIGN_OR_RAISE(auto place, placeOf(location));
  return place.store->OpenInputFile(place.path);
}

}  // namespace seam

void cp_error_clear(CPError *error) {
  std::free(error->message);
  error->code = CPErrorNone;
  error->message = nullptr;
}

const char *cp_arrow_version(void) {
  static const std::string version = arrow::GetBuildInfo().version_string;
  return version.c_str();
}

int32_t cp_kind(const char *location, int64_t *size, CPError *error) {
  return seam::guarded<int32_t>(error, CPKindMissing, [&]() -> int32_t {
    *size = 0;
    auto place = seam::placeOf(location);
    if (!place.ok()) {
      seam::fill(error, place.status());
      return CPKindMissing;
    }
    auto info = place->store->GetFileInfo(place->path);
    if (!info.ok()) {
      seam::fill(error, CPErrorUnreadable, seam::reasonOf(info.status()));
      return CPKindMissing;
    }
    switch (info->type()) {
      case arrow::fs::FileType::File:
        *size = info->size();
        return CPKindFile;
      case arrow::fs::FileType::Directory:
        return CPKindFolder;
      default:
        return CPKindMissing;
    }
  });
}

CPListingRef cp_list(const char *location, bool recursive, CPError *error) {
  return seam::guarded<CPListingRef>(error, nullptr, [&]() -> CPListingRef {
    auto place = seam::placeOf(location);
    if (!place.ok()) {
      seam::fill(error, place.status());
      return nullptr;
    }
    arrow::fs::FileSelector selector;
    selector.base_dir = place->path;
    selector.recursive = recursive;
    auto infos = place->store->GetFileInfo(selector);
    if (!infos.ok()) {
      seam::fill(error, CPErrorUnreadable, seam::reasonOf(infos.status()));
      return nullptr;
    }
    auto listing = std::make_unique<CPListing>();
    for (const auto &info : *infos) {
      listing->entries.push_back({locationOf(info.path(), location), info.IsDirectory()});
    }
    std::sort(listing->entries.begin(), listing->entries.end(),
              [](const auto &a, const auto &b) { return a.location < b.location; });
    return listing.release();
  });
}

size_t cp_listing_count(CPListingRef listing) { return listing->entries.size(); }

const char *cp_listing_location(CPListingRef listing, size_t index) {
  return listing->entries[index].location.c_str();
}

bool cp_listing_is_folder(CPListingRef listing, size_t index) {
  return listing->entries[index].isFolder;
}

void cp_listing_free(CPListingRef listing) { delete listing; }

CPFileRef cp_file_open(const char *location, CPError *error) {
  return seam::guarded<CPFileRef>(error, nullptr, [&]() -> CPFileRef {
    auto file = seam::openFile(location);
    if (!file.ok()) {
      seam::fill(error, file.status());
      return nullptr;
    }
    auto size = (*file)->GetSize();
    if (!size.ok()) {
      seam::fill(error, CPErrorUnreadable, seam::reasonOf(size.status()));
      return nullptr;
    }
    return new CPFile{*file, *size};
  });
}

int64_t cp_file_size(CPFileRef file) { return file->size; }

int64_t cp_file_read(CPFileRef file, int64_t offset, void *bytes, int64_t count, CPError *error) {
  return seam::guarded<int64_t>(error, -1, [&]() -> int64_t {
    auto read = file->file->ReadAt(offset, count, bytes);
    if (read.ok()) return *read;
    seam::fill(error, CPErrorUnreadable, seam::reasonOf(read.status()));
    return -1;
  });
}

void cp_file_close(CPFileRef file) {
  (void)file->file->Close();
  delete file;
}
