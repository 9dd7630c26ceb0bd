// What the three implementation files share: errors out, no exceptions, one way to a file.
#pragma once

#include "cparquet.h"

#include <arrow/filesystem/filesystem.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/status.h>
#include <arrow/util/io_util.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>

namespace seam {

inline void fill(CPError *error, int32_t code, const std::string &message) {
  cp_error_clear(error);
  error->code = code;
  error->message = strdup(message.c_str());
}

/// The first line of Arrow's message: what follows is a list of its own source lines.
inline std::string firstLine(const std::string &message) {
  return message.substr(0, message.find('\n'));
}

inline int32_t codeOf(const arrow::Status &status) {
  if (status.IsNotImplemented()) return CPErrorUnsupported;
  if (status.IsIOError() || status.IsKeyError()) return CPErrorUnreadable;
  if (status.IsOutOfMemory()) return CPErrorCorrupt;  // lengths come from the file
  return CPErrorCorrupt;
}

/// Arrow's message, or the system's own words where the system refused.
inline std::string reasonOf(const arrow::Status &status) {
  int number = arrow::internal::ErrnoFromStatus(status);
  return number != 0 ? std::strerror(number) : firstLine(status.message());
}

inline void fill(CPError *error, const arrow::Status &status) {
  fill(error, codeOf(status), reasonOf(status));
}

/// Runs `body`; an exception becomes an error and `failed`.
template <class Result, class Body>
Result guarded(CPError *error, Result failed, Body &&body) noexcept {
  error->code = CPErrorNone;
  error->message = nullptr;
  try {
    return body();
  } catch (const std::bad_alloc &) {
    fill(error, CPErrorCorrupt, "a length in it asks for more memory than there is");
  } catch (const std::exception &exception) {
    fill(error, CPErrorCorrupt, firstLine(exception.what()));
  } catch (...) {
    fill(error, CPErrorCorrupt, "an unknown C++ exception");
  }
  return failed;
}

/// A file system and a path inside it.
struct Place {
  std::shared_ptr<arrow::fs::FileSystem> store;
  std::string path;
};

/// Finds the store of a location, loading the S3 library at the first s3:// seen.
arrow::Result<Place> placeOf(const std::string &location);

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> openFile(const std::string &location);

}  // namespace seam
