// The C face of Arrow: files and folders wherever they lie, decompression, Parquet text columns.
//
// Rules of the seam
//  * A location is an absolute local path or a URI (file://, s3://, gs://).
//  * Refs are owned by the caller and freed by their _close or _free; null means that the error was filled.
//  * Every function that can fail takes a trailing CPError and never lets an exception out.
//  * Refs are not shared between threads, except CPParquetRef: it may be read from many at once.
#ifndef RETROGRADE_CPARQUET_H
#define RETROGRADE_CPARQUET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

enum {
  CPErrorNone = 0,
  CPErrorUnreadable = 1,   // absent, forbidden, no network
  CPErrorCorrupt = 2,      // the bytes contradict the format
  CPErrorTruncated = 3,    // the bytes end before the format does
  CPErrorUnsupported = 4,  // a store or feature that this Arrow does not carry
  CPErrorNotText = 5,      // the column holds something else
};

typedef struct {
  int32_t code;
  char *_Nullable message;  // malloc'd; cp_error_clear frees it
} CPError;

void cp_error_clear(CPError *error);

/// Arrow's version, "26.0.1".
const char *cp_arrow_version(void);

// MARK: Stores.cpp

enum { CPKindMissing = 0, CPKindFile = 1, CPKindFolder = 2 };

/// What lies at a location; a missing thing is no error.
int32_t cp_kind(const char *location, int64_t *size, CPError *error);

typedef struct CPListing *CPListingRef;

/// The files and folders in a folder, sorted by path.
CPListingRef _Nullable cp_list(const char *location, bool recursive, CPError *error);
size_t cp_listing_count(CPListingRef listing);
/// A location that the other functions take, as does any entry found in the folder.
const char *cp_listing_location(CPListingRef listing, size_t index);
bool cp_listing_is_folder(CPListingRef listing, size_t index);
void cp_listing_free(CPListingRef listing);

typedef struct CPFile *CPFileRef;

CPFileRef _Nullable cp_file_open(const char *location, CPError *error);
int64_t cp_file_size(CPFileRef file);
/// Reads up to `count` bytes from `offset`; fewer only at the file's end; -1 on failure.
int64_t cp_file_read(CPFileRef file, int64_t offset, void *bytes, int64_t count, CPError *error);
void cp_file_close(CPFileRef file);

// MARK: Streams.cpp

enum { CPCompressionNone = 0, CPCompressionGzip = 1, CPCompressionZstd = 2 };

typedef struct CPStream *CPStreamRef;

/// The decompressed bytes of a file, from its beginning.
CPStreamRef _Nullable cp_stream_open(const char *location, int32_t compression, CPError *error);
/// Reads up to `count` bytes; 0 only at the end; -1 on failure (an early end is CPErrorTruncated).
int64_t cp_stream_read(CPStreamRef stream, void *bytes, int64_t count, CPError *error);
void cp_stream_close(CPStreamRef stream);

// MARK: Parquet.cpp

typedef struct CPParquet *CPParquetRef;

/// Reads the footer only; the file is opened anew for each read, so many may be held.
CPParquetRef _Nullable cp_parquet_open(const char *location, CPError *error);
void cp_parquet_free(CPParquetRef parquet);
size_t cp_parquet_group_count(CPParquetRef parquet);
int64_t cp_parquet_row_count(CPParquetRef parquet, size_t group);
/// Top-level columns.
size_t cp_parquet_column_count(CPParquetRef parquet);
const char *cp_parquet_column_name(CPParquetRef parquet, size_t column);
/// Arrow's name of the type, "large_string" or "list<element: int32>".
const char *cp_parquet_column_type(CPParquetRef parquet, size_t column);
bool cp_parquet_column_is_text(CPParquetRef parquet, size_t column);

typedef struct CPText *CPTextRef;

/// One column of one row group. Strings, binaries, their large, view and dictionary forms are text.
CPTextRef _Nullable cp_parquet_read(CPParquetRef parquet, size_t group, size_t column, CPError *error);
size_t cp_text_count(CPTextRef text);
/// `count + 1` rising byte offsets into `cp_text_bytes`.
const int64_t *cp_text_offsets(CPTextRef text);
const uint8_t *cp_text_bytes(CPTextRef text);
/// Whether row `index` is null (its text is then empty).
bool cp_text_is_null(CPTextRef text, size_t index);
void cp_text_free(CPTextRef text);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
#endif
