// Text columns of Parquet files, one row group at a time.
#include "Seam.hpp"

#include <arrow/array.h>
#include <arrow/chunked_array.h>
#include <arrow/extension_type.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <vector>

struct CPParquet {
  struct Column {
    std::string name;
    std::string type;
    bool isText;
    std::vector<int> leaves;  // the column's place in Parquet's flat schema
  };
  std::string location;
  std::shared_ptr<parquet::FileMetaData> metadata;
  std::vector<Column> columns;
};

struct CPText {
  std::vector<int64_t> offsets;
  std::vector<uint8_t> bytes;
  std::vector<bool> nulls;
};

namespace {

using arrow::Array;
using arrow::Result;
using arrow::Status;

bool isText(const arrow::DataType &type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW:
      return true;
    case arrow::Type::DICTIONARY:
      return isText(*static_cast<const arrow::DictionaryType &>(type).value_type());
    case arrow::Type::EXTENSION:
      return isText(*static_cast<const arrow::ExtensionType &>(type).storage_type());
    default:
      return false;
  }
}

parquet::ReaderProperties readerProperties() {
  parquet::ReaderProperties properties;
  properties.set_page_checksum_verification(true);
  return properties;
}

void append(CPText &text, std::string_view value) {
  text.bytes.insert(text.bytes.end(), value.begin(), value.end());
  text.offsets.push_back(static_cast<int64_t>(text.bytes.size()));
  text.nulls.push_back(false);
}

void appendNull(CPText &text) {
  text.offsets.push_back(static_cast<int64_t>(text.bytes.size()));
  text.nulls.push_back(true);
}

template <class Typed>
void appendAll(CPText &text, const Array &array) {
  const auto &typed = static_cast<const Typed &>(array);
  for (int64_t i = 0; i < typed.length(); ++i) {
    if (typed.IsNull(i)) appendNull(text);
    else append(text, typed.GetView(i));
  }
}

Result<std::string_view> viewOf(const Array &array, int64_t index) {
  switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return static_cast<const arrow::BinaryArray &>(array).GetView(index);
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      return static_cast<const arrow::LargeBinaryArray &>(array).GetView(index);
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW:
      return static_cast<const arrow::BinaryViewArray &>(array).GetView(index);
    default:
      return Status::TypeError("a dictionary of ", array.type()->ToString());
  }
}

Status appendChunk(CPText &text, const Array &array) {
  switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      appendAll<arrow::BinaryArray>(text, array);
      return Status::OK();
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      appendAll<arrow::LargeBinaryArray>(text, array);
      return Status::OK();
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW:
      appendAll<arrow::BinaryViewArray>(text, array);
      return Status::OK();
    case arrow::Type::EXTENSION:
      return appendChunk(text, *static_cast<const arrow::ExtensionArray &>(array).storage());
    case arrow::Type::DICTIONARY: {
      const auto &encoded = static_cast<const arrow::DictionaryArray &>(array);
      const auto &values = *encoded.dictionary();
      for (int64_t i = 0; i < encoded.length(); ++i) {
        if (encoded.IsNull(i)) {
          appendNull(text);
          continue;
        }
        auto index = encoded.GetValueIndex(i);
        if (index < 0 || index >= values.length()) {
          return Status::Invalid("a dictionary index lies outside its dictionary");
        }
        if (values.IsNull(index)) {
          appendNull(text);
          continue;
        }
        ARROW_ASSIGN_OR_RAISE(auto value, viewOf(values, index));
        append(text, value);
      }
      return Status::OK();
    }
    default:
      return Status::TypeError("holds ", array.type()->ToString());
  }
}

void collectLeaves(const parquet::arrow::SchemaField &field, std::vector<int> &leaves) {
  if (field.column_index >= 0) leaves.push_back(field.column_index);
  for (const auto &child : field.children) collectLeaves(child, leaves);
}

/// Why a file without a readable footer has none.
void explain(const std::shared_ptr<arrow::io::RandomAccessFile> &file, const std::string &message,
             CPError *error) {
  auto size = file->GetSize();
  char head[4] = {}, tail[4] = {};
  bool read = size.ok() && *size >= 4 && file->ReadAt(0, 4, head).ok() &&
              file->ReadAt(*size - 4, 4, tail).ok();
  if (read && std::memcmp(head, "PAR1", 4) == 0 && std::memcmp(tail, "PAR1", 4) != 0) {
    seam::fill(error, CPErrorTruncated, "its footer is missing");
  } else if (read && std::memcmp(head, "PARE", 4) == 0) {
    seam::fill(error, CPErrorUnsupported, "it is encrypted");
  } else if (size.ok() && *size == 0) {
    seam::fill(error, CPErrorTruncated, "it has no bytes");
  } else {
    seam::fill(error, CPErrorCorrupt, message);
  }
}

Status readText(const CPParquet &parquet, size_t group, size_t column, CPText &text) {
  ARROW_ASSIGN_OR_RAISE(auto file, seam::openFile(parquet.location));
  // A reader of its own over the shared footer: reads from several threads share no state.
  auto inner = parquet::ParquetFileReader::Open(file, readerProperties(), parquet.metadata);
  parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  ARROW_ASSIGN_OR_RAISE(
      auto reader, parquet::arrow::FileReader::Make(arrow::default_memory_pool(),
                                                    std::move(inner), properties));
  ARROW_ASSIGN_OR_RAISE(auto table, reader->ReadRowGroup(static_cast<int>(group),
                                                         parquet.columns[column].leaves));
  if (table->num_columns() != 1) return Status::Invalid("the column cannot be read alone");
  auto rows = parquet.metadata->RowGroup(static_cast<int>(group))->num_rows();
  text.offsets.reserve(static_cast<size_t>(table->num_rows()) + 1);
  text.offsets.push_back(0);
  for (const auto &chunk : table->column(0)->chunks()) {
    ARROW_RETURN_NOT_OK(chunk->Validate());
    ARROW_RETURN_NOT_OK(appendChunk(text, *chunk));
  }
  if (static_cast<int64_t>(text.nulls.size()) != rows) {
    return Status::Invalid("a row group holds ", text.nulls.size(), " rows and promises ", rows);
  }
  return Status::OK();
}

}  // namespace

CPParquetRef cp_parquet_open(const char *location, CPError *error) {
  return seam::guarded<CPParquetRef>(error, nullptr, [&]() -> CPParquetRef {
    auto file = seam::openFile(location);
    if (!file.ok()) {
      seam::fill(error, file.status());
      return nullptr;
    }
    try {
      auto result = std::make_unique<CPParquet>();
      result->location = location;
      auto inner = parquet::ParquetFileReader::Open(*file, readerProperties());
      result->metadata = inner->metadata();
      for (int i = 0; i < result->metadata->num_row_groups(); ++i) {
        auto rows = result->metadata->RowGroup(i)->num_rows();
        if (rows < 0 || rows > INT32_MAX) {
          seam::fill(error, CPErrorCorrupt, "a row group promises " + std::to_string(rows) + " rows");
          return nullptr;
        }
      }
      auto reader = parquet::arrow::FileReader::Make(
          arrow::default_memory_pool(), std::move(inner),
          parquet::ArrowReaderProperties(/*use_threads=*/false));
      if (!reader.ok()) {
        seam::fill(error, CPErrorCorrupt, seam::firstLine(reader.status().message()));
        return nullptr;
      }
      for (const auto &field : (*reader)->manifest().schema_fields) {
        CPParquet::Column column{field.field->name(), field.field->type()->ToString(),
                                 isText(*field.field->type()), {}};
        collectLeaves(field, column.leaves);
        result->columns.push_back(std::move(column));
      }
      return result.release();
    } catch (const std::exception &exception) {
      explain(*file, seam::firstLine(exception.what()), error);
      return nullptr;
    }
  });
}

void cp_parquet_free(CPParquetRef parquet) { delete parquet; }

size_t cp_parquet_group_count(CPParquetRef parquet) {
  return static_cast<size_t>(parquet->metadata->num_row_groups());
}

int64_t cp_parquet_row_count(CPParquetRef parquet, size_t group) {
  return parquet->metadata->RowGroup(static_cast<int>(group))->num_rows();
}

size_t cp_parquet_column_count(CPParquetRef parquet) { return parquet->columns.size(); }

const char *cp_parquet_column_name(CPParquetRef parquet, size_t column) {
  return parquet->columns[column].name.c_str();
}

const char *cp_parquet_column_type(CPParquetRef parquet, size_t column) {
  return parquet->columns[column].type.c_str();
}

bool cp_parquet_column_is_text(CPParquetRef parquet, size_t column) {
  return parquet->columns[column].isText;
}

CPTextRef cp_parquet_read(CPParquetRef parquet, size_t group, size_t column, CPError *error) {
  return seam::guarded<CPTextRef>(error, nullptr, [&]() -> CPTextRef {
    if (!parquet->columns[column].isText) {
      seam::fill(error, CPErrorNotText, parquet->columns[column].type);
      return nullptr;
    }
    auto text = std::make_unique<CPText>();
    auto status = readText(*parquet, group, column, *text);
    if (status.ok()) return text.release();
    // Opening worked before, so an I/O error inside a page is a page that lies about its length.
    seam::fill(error, status);
    return nullptr;
  });
}

size_t cp_text_count(CPTextRef text) { return text->nulls.size(); }
const int64_t *cp_text_offsets(CPTextRef text) { return text->offsets.data(); }
const uint8_t *cp_text_bytes(CPTextRef text) {
  static const uint8_t none = 0;
  return text->bytes.empty() ? &none : text->bytes.data();
}
bool cp_text_is_null(CPTextRef text, size_t index) { return text->nulls[index]; }
void cp_text_free(CPTextRef text) { delete text; }
