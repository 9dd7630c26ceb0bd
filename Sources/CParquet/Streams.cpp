// Decompressed bytes in order. Arrow carries zlib and zstd, so we need neither.
#include "Seam.hpp"

#include <arrow/io/compressed.h>
#include <arrow/util/compression.h>

struct CPStream {
  std::unique_ptr<arrow::util::Codec> codec;  // outlives the stream that borrows it
  std::shared_ptr<arrow::io::InputStream> raw;
  std::shared_ptr<arrow::io::InputStream> stream;
};

CPStreamRef cp_stream_open(const char *location, int32_t compression, CPError *error) {
  return seam::guarded<CPStreamRef>(error, nullptr, [&]() -> CPStreamRef {
    auto open = [&]() -> arrow::Result<std::unique_ptr<CPStream>> {
      auto result = std::make_unique<CPStream>();
      ARROW_ASSIGN_OR_RAISE(auto place, seam::placeOf(location));
      ARROW_ASSIGN_OR_RAISE(result->raw, place.store->OpenInputStream(place.path));
      result->stream = result->raw;
      if (compression != CPCompressionNone) {
        auto type = compression == CPCompressionGzip ? arrow::Compression::GZIP
                                                     : arrow::Compression::ZSTD;
        ARROW_ASSIGN_OR_RAISE(result->codec, arrow::util::Codec::Create(type));
        ARROW_ASSIGN_OR_RAISE(
            result->stream,
            arrow::io::CompressedInputStream::Make(result->codec.get(), result->raw));
      }
      return result;
    };
    auto stream = open();
    if (stream.ok()) return stream->release();
    seam::fill(error, stream.status());
    return nullptr;
  });
}

int64_t cp_stream_read(CPStreamRef stream, void *bytes, int64_t count, CPError *error) {
  return seam::guarded<int64_t>(error, -1, [&]() -> int64_t {
    auto read = stream->stream->Read(count, bytes);
    if (read.ok()) return *read;
    auto message = seam::reasonOf(read.status());
    if (!stream->codec) {
      seam::fill(error, CPErrorUnreadable, message);
    } else if (message.find("runcated") != std::string::npos) {
      seam::fill(error, CPErrorTruncated, "the compressed data ends early");
    } else {
      seam::fill(error, CPErrorCorrupt, message);
    }
    return -1;
  });
}

void cp_stream_close(CPStreamRef stream) {
  (void)stream->stream->Close();
  delete stream;
}
